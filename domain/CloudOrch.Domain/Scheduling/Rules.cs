namespace CloudOrch.Domain.Scheduling;

/// <summary>Whether a node can take a pod; if not, every reason, in Kubernetes' words.</summary>
public readonly struct Verdict : IEquatable<Verdict>
{
    private readonly string[]? reasons;

    private Verdict(string[] reasons) => this.reasons = reasons;

    public static Verdict Fits => default;

    public bool IsFit => reasons is null;

    /// <summary>Empty exactly when the node fits.</summary>
    public ReadOnlySpan<string> Reasons => reasons;

    /// <param name="reasons">At least one; the array is not copied.</param>
    public static Verdict Refuses(params string[] reasons)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        return reasons.Length > 0 ? new(reasons) : throw new ArgumentException("a refusal needs a reason", nameof(reasons));
    }

    public bool Equals(Verdict other) => Reasons.SequenceEqual(other.Reasons);

    public override bool Equals(object? obj) => obj is Verdict other && Equals(other);

    public override int GetHashCode() => reasons?.Length ?? 0;

    public static bool operator ==(Verdict left, Verdict right) => left.Equals(right);

    public static bool operator !=(Verdict left, Verdict right) => !left.Equals(right);

    public override string ToString() => reasons is null ? "fits" : string.Join(", ", reasons);
}

/// <summary>Says whether a node can take a pod. Stateless: the same pod and node always give the same verdict.</summary>
public interface IFilterRule
{
    /// <summary>Whether pods that are placed on the node change the verdict; if not, one look per kind of pod is enough.</summary>
    bool DependsOnPods { get; }

    Verdict Check(PodView pod, NodeView node);
}

/// <summary>Says how good a node that fits would be for a pod. Stateless.</summary>
public interface IScoreRule
{
    double Weight { get; }

    /// <summary>From 0 (worst) to 1 (best), with the pod not yet counted on the node.</summary>
    double Score(PodView pod, NodeView node);
}

/// <summary>What decides between nodes: the first filter that refuses speaks for the node, scores are added by weight.</summary>
public sealed record SchedulingProfile(IReadOnlyList<IFilterRule> Filters, IReadOnlyList<IScoreRule> Scores);
