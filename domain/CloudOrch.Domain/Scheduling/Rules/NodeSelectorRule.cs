namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>Every label of the pod's nodeSelector must be the node's.</summary>
public sealed class NodeSelectorRule : IFilterRule
{
    private static readonly Verdict Refused = Verdict.Refuses("node(s) didn't match Pod's node affinity/selector");

    public bool DependsOnPods => false;

    public Verdict Check(PodView pod, NodeView node)
    {
        if (pod.NodeSelector.Count == 0)
            return Verdict.Fits;
        foreach (var (key, value) in pod.NodeSelector.AsSpan())
        {
            if (!node.Labels.TryGetValue(key, out var actual) || actual != value)
                return Refused;
        }
        return Verdict.Fits;
    }
}
