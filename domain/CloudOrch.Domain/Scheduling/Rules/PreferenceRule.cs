namespace CloudOrch.Domain.Scheduling.Rules;

/// <summary>Nodes with an untolerated taint PreferNoSchedule come last.</summary>
public sealed class PreferenceRule : IScoreRule
{
    public double Weight => 10;

    public double Score(PodView pod, NodeView node)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(node);
        int avoided = 0;
        foreach (var taint in node.Taints.AsSpan())
        {
            if (taint.Effect == "PreferNoSchedule" && !Tolerations.Tolerates(pod.Tolerations, taint))
                avoided++;
        }
        return 1.0 / (1 + avoided);
    }
}
