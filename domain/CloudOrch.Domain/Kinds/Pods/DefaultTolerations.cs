using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Kubernetes' admission plugin DefaultTolerationSeconds with the cluster's own number: how long a new pod waits for a lost node.</summary>
public static class DefaultTolerations
{
    private static readonly string[] LostNode = [NodeLoss.NotReady, NodeLoss.Unreachable];

    /// <param name="spec">What the user wrote about one of the taints stays.</param>
    /// <param name="seconds">The cluster's <c>spec.defaultTolerationSeconds</c>.</param>
    public static PodSpec In(PodSpec spec, int seconds)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var tolerations = spec.Tolerations ?? [];
        Toleration[] missing =
        [
            .. LostNode.Where(key => !tolerations.Any(t => Covers(t, key)))
                .Select(key => new Toleration { Key = key, Operator = "Exists", Effect = "NoExecute", TolerationSeconds = seconds }),
        ];
        return missing.Length == 0 ? spec : spec with { Tolerations = tolerations.Concat(missing).ToValueList() };
    }

    private static bool Covers(Toleration toleration, string key) =>
        (toleration.Key == key || (string.IsNullOrEmpty(toleration.Key) && toleration.Operator == "Exists"))
        && (toleration.Effect == "NoExecute" || string.IsNullOrEmpty(toleration.Effect));
}
