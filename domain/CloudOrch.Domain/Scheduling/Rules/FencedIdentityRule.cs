namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>A fenced identity is given to one pod at a time, on whichever node.</summary>
public sealed class FencedIdentityRule : IFilterRule
{
    public bool DependsOnPods => true;

    public Verdict Check(PodView pod, NodeView node) => pod.FencedIdentity is { } identity ? node.Identities.Check(identity) : Verdict.Fits;
}
