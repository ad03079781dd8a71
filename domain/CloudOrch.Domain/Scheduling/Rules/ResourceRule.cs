namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>What pods on a node ask for stays within what it has: cpu, memory, ephemeral storage, number of pods, extended resources.</summary>
public sealed class ResourceRule : IFilterRule
{
    public bool DependsOnPods => true;

    public Verdict Check(PodView pod, NodeView node)
    {
        List<string>? reasons = null;
        foreach (var request in pod.Requests.AsSpan())
        {
            if (node.Requested(request.Resource) + request.Amount > node.Allocatable(request.Resource))
                (reasons ??= []).Add(node.Names.ShortageOf(request.Resource));
        }
        return reasons is null ? Verdict.Fits : Verdict.Refuses([.. reasons]);
    }
}
