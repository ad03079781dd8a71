using System.Globalization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>A Deployment with its ReplicaSets, as one plan sees them.</summary>
internal sealed record RolloutView
{
    public required Deployment Deployment { get; init; }

    /// <summary>The set with the Deployment's template; null before it is made.</summary>
    public ReplicaSet? New { get; init; }

    /// <summary>All others, oldest first.</summary>
    public IReadOnlyList<ReplicaSet> Old { get; init; } = [];

    public int Desired => Deployment.Spec.Replicas ?? 1;

    public bool IsRolling => Deployment.Spec.Strategy?.Type != "Recreate";

    public IEnumerable<ReplicaSet> All => New is null ? Old : Old.Append(New);

    /// <summary>Pods above the wanted number; 0 unless rolling.</summary>
    public int MaxSurge => IsRolling ? Fenceposts().Surge : 0;

    /// <summary>Pods that may be missing from the wanted number.</summary>
    public int MaxUnavailable => !IsRolling || Desired == 0 ? 0 : Math.Min(Desired, Fenceposts().Unavailable);

    public static RolloutView Of(IClusterView view, Deployment deployment)
    {
        var sets = view.OwnedBy(deployment.Metadata.Uid ?? "").OfType<ReplicaSet>()
            .Where(s => s.Metadata.Controller()?.Uid == deployment.Metadata.Uid)
            .OrderBy(s => s.Metadata.CreationTimestamp).ThenBy(s => s.Metadata.Name, StringComparer.Ordinal).ToList();
        // The oldest of several equal ones is the new one, always the same.
        var current = sets.Find(s => PodTemplateHash.Same(s.Spec.Template, deployment.Spec.Template));
        return new() { Deployment = deployment, New = current, Old = [.. sets.Where(s => s != current)] };
    }

    /// <summary>Surge is rounded up, unavailable down; when both become 0, one pod may be missing, or nothing would ever move.</summary>
    private (int Surge, int Unavailable) Fenceposts()
    {
        var rolling = Deployment.Spec.Strategy?.RollingUpdate;
        int surge = (rolling?.MaxSurge ?? "25%").Of(Desired, roundUp: true) ?? 0;
        int unavailable = (rolling?.MaxUnavailable ?? "25%").Of(Desired, roundUp: false) ?? 0;
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable);
    }
}

/// <summary>What a Deployment writes down at its ReplicaSets.</summary>
internal static class RolloutAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string Desired = "deployment.kubernetes.io/desired-replicas";
    public const string Max = "deployment.kubernetes.io/max-replicas";
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private const int HistoryLimit = 2000;

    public static int Replicas(this ReplicaSet set) => set.Spec.Replicas ?? 1;

    public static int Available(this ReplicaSet set) => set.Status?.AvailableReplicas ?? 0;

    /// <summary>Available pods that will stay: a set that was told to shrink may still report those that it is about to lose.</summary>
    public static int Counted(this ReplicaSet set) => Math.Min(set.Available(), set.Replicas());

    public static long Number(KubeObject value, string annotation) =>
        value.Metadata.Annotations?.TryGetValue(annotation, out string? text) == true
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    /// <summary>The set with another size, and with the sizes that a later proportional scaling starts from.</summary>
    public static ReplicaSet Resized(ReplicaSet set, int replicas, RolloutView view)
    {
        var annotations = (set.Metadata.Annotations ?? ValueMap<string>.Empty)
            .With(Desired, Text(view.Desired)).With(Max, Text(view.Desired + view.MaxSurge));
        bool resized = set.Replicas() != replicas;
        return set with
        {
            Metadata = set.Metadata with { Annotations = annotations, Generation = resized ? set.Metadata.Generation + 1 : set.Metadata.Generation },
            Spec = resized ? set.Spec with { Replicas = replicas } : set.Spec,
        };
    }

    /// <summary>The Deployment's annotations on its new set, with this revision; the revision that the set had before goes to its history.</summary>
    public static ValueMap<string> ForNewSet(Deployment deployment, ReplicaSet? set, long revision)
    {
        var annotations = set?.Metadata.Annotations ?? ValueMap<string>.Empty;
        foreach (var (key, value) in deployment.Metadata.Annotations ?? ValueMap<string>.Empty)
        {
            if (key is not (LastApplied or Revision or RevisionHistory or Desired or Max))
                annotations = annotations.With(key, value);
        }
        long before = set is null ? 0 : Number(set, Revision);
        if (before >= revision)
            return annotations;
        annotations = annotations.With(Revision, Text(revision));
        if (before == 0)
            return annotations;
        string history = annotations.TryGetValue(RevisionHistory, out string? earlier) && earlier.Length > 0 ? $"{earlier},{before}" : Text(before);
        while (history.Length > HistoryLimit && history.Contains(',', StringComparison.Ordinal))
            history = history[(history.IndexOf(',', StringComparison.Ordinal) + 1)..];
        return annotations.With(RevisionHistory, history);
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
