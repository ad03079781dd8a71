namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>A cordoned node takes pods only that tolerate it.</summary>
public sealed class UnschedulableRule : IFilterRule
{
    public const string TaintKey = "node.kubernetes.io/unschedulable";

    private static readonly Kinds.Nodes.Taint Cordoned = new() { Key = TaintKey, Effect = "NoSchedule" };
    private static readonly Verdict Refused = Verdict.Refuses("node(s) were unschedulable");

    public bool DependsOnPods => false;

    public Verdict Check(PodView pod, NodeView node) =>
        !node.Unschedulable || Tolerations.Tolerates(pod.Tolerations, Cordoned) ? Verdict.Fits : Refused;
}
