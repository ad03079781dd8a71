namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>Taints NoSchedule and NoExecute keep pods away that do not tolerate them; a node that is not ready has such taints.</summary>
public sealed class TaintRule : IFilterRule
{
    public bool DependsOnPods => false;

    public Verdict Check(PodView pod, NodeView node)
    {
        foreach (var taint in node.Taints.AsSpan())
        {
            if (taint.Effect is "NoSchedule" or "NoExecute" && !Tolerations.Tolerates(pod.Tolerations, taint))
                return Verdict.Refuses($"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}");
        }
        return Verdict.Fits;
    }
}
