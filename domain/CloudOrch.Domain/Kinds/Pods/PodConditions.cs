using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>What the control loops ask about a pod.</summary>
public static class PodConditions
{
    public const string Ready = "Ready";
    public const string Scheduled = "PodScheduled";

    /// <summary>Reason of a Ready condition that the control plane took away because the node was lost.</summary>
    public const string NodeNotReady = "NodeNotReady";

    public static bool IsFinished(this Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Status?.Phase is "Succeeded" or "Failed";
    }

    /// <summary>Neither finished nor being deleted: what counts as a replica.</summary>
    public static bool IsActive(this Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Metadata.DeletionTimestamp is null && !pod.IsFinished();
    }

    public static bool IsReady(this Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Status?.Conditions.Find(Ready)?.Status == "True";
    }

    /// <summary>When a ready pod becomes (or became) available; null: it is not ready.</summary>
    public static DateTimeOffset? AvailableAt(this Pod pod, int minReadySeconds)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var ready = pod.Status?.Conditions.Find(Ready);
        if (ready?.Status != "True")
            return null;
        return minReadySeconds == 0 ? DateTimeOffset.MinValue : (ready.LastTransitionTime ?? DateTimeOffset.MinValue).AddSeconds(minReadySeconds);
    }
}
