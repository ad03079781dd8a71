namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>A pod that names its node goes there only.</summary>
public sealed class NodeNameRule : IFilterRule
{
    private static readonly Verdict Refused = Verdict.Refuses("node(s) didn't match the requested node name");

    public bool DependsOnPods => false;

    public Verdict Check(PodView pod, NodeView node) => pod.NodeName is null || pod.NodeName == node.Name ? Verdict.Fits : Refused;
}
