namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>Pods of one controller go where the fewest of them are. One pod more outweighs any difference in load.</summary>
public sealed class GroupSpreadRule : IScoreRule
{
    private const int Most = 1_000;

    // One step of the score, 1/1000, times the weight must exceed the other weights together.
    public double Weight => 100_000;

    public double Score(PodView pod, NodeView node)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(node);
        return pod.Group.Length == 0 ? 1 : 1 - ((double)Math.Min(Most, node.CountOf(pod.Group)) / Most);
    }
}
