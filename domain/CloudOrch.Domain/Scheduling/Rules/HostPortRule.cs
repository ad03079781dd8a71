namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>A port of the node belongs to one pod per protocol and address.</summary>
public sealed class HostPortRule : IFilterRule
{
    private static readonly Verdict Refused = Verdict.Refuses("node(s) didn't have free ports for the requested pod ports");

    public bool DependsOnPods => true;

    public Verdict Check(PodView pod, NodeView node)
    {
        foreach (var port in pod.Ports.AsSpan())
        {
            if (node.HasConflict(port))
                return Refused;
        }
        return Verdict.Fits;
    }
}
