using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/</summary>
public static class Tolerations
{
    public static bool Tolerates(ValueList<Toleration>? tolerations, Taint taint)
    {
        if (tolerations is null)
            return false;
        foreach (var toleration in tolerations.AsSpan())
        {
            if (Matches(toleration, taint))
                return true;
        }
        return false;
    }

    /// <summary>An empty key with Exists matches every taint; an empty effect every effect.</summary>
    public static bool Matches(Toleration toleration, Taint taint)
    {
        ArgumentNullException.ThrowIfNull(toleration);
        ArgumentNullException.ThrowIfNull(taint);
        if (!string.IsNullOrEmpty(toleration.Effect) && toleration.Effect != taint.Effect)
            return false;
        if (!string.IsNullOrEmpty(toleration.Key) && toleration.Key != taint.Key)
            return false;
        return toleration.Operator switch
        {
            "Exists" => true,
            null or "" or "Equal" => !string.IsNullOrEmpty(toleration.Key) && (toleration.Value ?? "") == (taint.Value ?? ""),
            _ => false,
        };
    }
}
