using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Scheduling;

/// <summary>Which bound pods have which fenced identity, over all nodes; kept by <see cref="SchedulingSnapshot"/>.</summary>
public sealed class FencedIdentities
{
    private readonly Dictionary<string, HashSet<ResourceKey>> holders = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceKey, string> identities = [];
    private Dictionary<ResourceKey, Verdict> judged = [];

    /// <summary>Every pod that may be running under an identity.</summary>
    public IReadOnlyCollection<ResourceKey> Holders => identities.Keys;

    public IReadOnlyCollection<ResourceKey> HoldersOf(string identity) => holders.TryGetValue(identity, out var found) ? found : [];

    /// <summary>Whether another pod may have this identity now.</summary>
    public Verdict Check(string identity)
    {
        foreach (var holder in HoldersOf(identity))
        {
            if (!judged.TryGetValue(holder, out var verdict))
                return Refusal($"pod {holder.Namespace}/{holder.Name} of the same fenced identity was just given a node");
            if (!verdict.IsFit)
                return verdict;
        }
        return Verdict.Fits;
    }

    /// <summary>What was found out about holders for the plan at hand; what was known before is forgotten.</summary>
    /// <param name="why">By holder; null: it does not keep others from its identity any more.</param>
    public void Judge(IEnumerable<KeyValuePair<ResourceKey, string?>> why)
    {
        ArgumentNullException.ThrowIfNull(why);
        judged = why.ToDictionary(w => w.Key, w => w.Value is { } reason ? Refusal(reason) : Verdict.Fits);
    }

    /// <param name="identity">null: the pod has none, or has it no more.</param>
    internal void Set(ResourceKey pod, string? identity)
    {
        if (identity is null && identities.Count == 0)
            return;
        judged.Remove(pod);
        if (identities.Remove(pod, out string? former) && holders[former] is var pods && pods.Remove(pod) && pods.Count == 0)
            holders.Remove(former);
        if (identity is null)
            return;
        identities[pod] = identity;
        if (!holders.TryGetValue(identity, out var found))
            holders[identity] = found = [];
        found.Add(pod);
    }

    private static Verdict Refusal(string why) => Verdict.Refuses($"node(s) have to wait: {why}");
}
