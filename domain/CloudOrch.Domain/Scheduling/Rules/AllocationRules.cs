namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>The node with most cpu and memory left is best.</summary>
public sealed class LeastAllocatedRule : IScoreRule
{
    public double Weight => 5;

    public double Score(PodView pod, NodeView node) => 1 - ((Usage.Cpu(pod, node) + Usage.Memory(pod, node)) / 2);
}

/// <summary>The node that is fullest already is best.</summary>
public sealed class MostAllocatedRule : IScoreRule
{
    public double Weight => 5;

    public double Score(PodView pod, NodeView node) => (Usage.Cpu(pod, node) + Usage.Memory(pod, node)) / 2;
}

/// <summary>The node whose cpu and memory would be used to about the same part is best: neither is left over.</summary>
public sealed class BalanceRule : IScoreRule
{
    public double Weight => 1;

    public double Score(PodView pod, NodeView node) => 1 - Math.Abs(Usage.Cpu(pod, node) - Usage.Memory(pod, node));
}

/// <summary>The part of a node that would be in use with the pod on it, from 0 to 1.</summary>
internal static class Usage
{
    public static double Cpu(PodView pod, NodeView node) =>
        Part(node.EstimatedMilliCpu + pod.Requested(ResourceNames.Cpu), node.Allocatable(ResourceNames.Cpu));

    public static double Memory(PodView pod, NodeView node) =>
        Part(node.EstimatedMemory + pod.Requested(ResourceNames.Memory), node.Allocatable(ResourceNames.Memory));

    private static double Part(long used, long all) => all <= 0 ? 1 : Math.Min(1, (double)used / all);
}
