using CloudOrch.Domain.Api;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>What <c>kubectl rollout status</c> and <c>describe</c> read (k8s.io/kubernetes/pkg/controller/deployment/progress.go).</summary>
internal static class RolloutStatus
{
    private const string Available = "Available";
    private const string Progressing = "Progressing";
    private const string ReplicaFailure = "ReplicaFailure";
    private const string Complete = "NewReplicaSetAvailable";
    private const string TimedOut = "ProgressDeadlineExceeded";

    /// <summary>The status after the steps of this plan.</summary>
    /// <param name="created">The name of a set that this plan makes.</param>
    public static DeploymentStatus Of(RolloutView v, DeploymentStatus old, string? created, int collisions, DateTimeOffset now)
    {
        int available = v.All.Sum(s => s.Available());
        var next = old with
        {
            ObservedGeneration = v.Deployment.Metadata.Generation,
            Replicas = v.All.Sum(s => s.Status?.Replicas ?? 0),
            UpdatedReplicas = v.New?.Status?.Replicas ?? 0,
            ReadyReplicas = v.All.Sum(s => s.Status?.ReadyReplicas ?? 0),
            AvailableReplicas = available,
            UnavailableReplicas = Math.Max(0, v.All.Sum(s => s.Replicas()) - available),
            TerminatingReplicas = v.All.Sum(s => s.Status?.TerminatingReplicas ?? 0),
            CollisionCount = collisions > 0 ? collisions : old.CollisionCount,
        };
        bool enough = available >= v.Desired - v.MaxUnavailable;
        var conditions = Put(old.Conditions, new()
        {
            Type = Available,
            Status = enough ? "True" : "False",
            Reason = enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            Message = enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
        }, now);
        conditions = Progress(v, old, next, conditions, created, now);
        var failure = v.All.Select(s => s.Status?.Conditions.Find(ReplicaFailure)).FirstOrDefault(c => c is not null);
        return next with { Conditions = failure is null ? conditions.Without(ReplicaFailure) : Put(conditions, failure, now) };
    }

    /// <summary>When the roll-out will have stood still for too long; null: it is done, has failed, is paused or has no deadline.</summary>
    public static DateTimeOffset? DeadlineOf(Deployment deployment, DeploymentStatus status)
    {
        var progress = status.Conditions.Find(Progressing);
        if (!HasDeadline(deployment) || deployment.Spec.Paused == true || progress is null || progress.Reason is Complete or TimedOut)
            return null;
        return progress.LastUpdateTime?.AddSeconds(deployment.Spec.ProgressDeadlineSeconds ?? 600);
    }

    public static bool IsComplete(RolloutView v, DeploymentStatus status) =>
        status.UpdatedReplicas == v.Desired && status.Replicas == v.Desired && status.AvailableReplicas == v.Desired
        && status.ObservedGeneration >= v.Deployment.Metadata.Generation;

    private static ValueList<Condition>? Progress(RolloutView v, DeploymentStatus old, DeploymentStatus next, ValueList<Condition>? conditions, string? created, DateTimeOffset now)
    {
        if (!HasDeadline(v.Deployment))
            return conditions.Without(Progressing);
        var current = old.Conditions.Find(Progressing);
        bool paused = v.Deployment.Spec.Paused == true;
        if (current?.Reason != TimedOut)
        {
            if (paused && current?.Reason != "DeploymentPaused")
                return Put(conditions, Of("Unknown", "DeploymentPaused", "Deployment is paused"), now);
            if (!paused && current?.Reason == "DeploymentPaused")
            {
                current = Of("Unknown", "DeploymentResumed", "Deployment is resumed") with { LastUpdateTime = now.ToSeconds() };
                conditions = Put(conditions, current, now);
            }
        }
        if (paused)
            return conditions;
        if (created is not null)
            return Put(conditions, Of("True", "NewReplicaSetCreated", $"Created new replica set \"{created}\""), now);
        if (current is null && v.New is not null)
            conditions = Put(conditions, current = Of("True", "FoundNewReplicaSet", $"Found new replica set \"{v.New.Metadata.Name}\"") with { LastUpdateTime = now.ToSeconds() }, now);

        string subject = v.New is null ? $"Deployment \"{v.Deployment.Metadata.Name}\"" : $"ReplicaSet \"{v.New.Metadata.Name}\"";
        if (next.Replicas == next.UpdatedReplicas && current?.Reason == Complete)
            return conditions;
        if (IsComplete(v, next))
            return Put(conditions, Of("True", Complete, $"{subject} has successfully progressed."), now);
        if (HasMoved(old, next))
            return Replace(conditions, Of("True", "ReplicaSetUpdated", $"{subject} is progressing."), now);
        bool late = current is { LastUpdateTime: { } since } && current.Reason != Complete
            && since.AddSeconds(v.Deployment.Spec.ProgressDeadlineSeconds ?? 600) <= now;
        return late || current?.Reason == TimedOut ? Put(conditions, Of("False", TimedOut, $"{subject} has timed out progressing."), now) : conditions;
    }

    private static bool HasDeadline(Deployment deployment) => deployment.Spec.ProgressDeadlineSeconds is not int.MaxValue;

    private static bool HasMoved(DeploymentStatus old, DeploymentStatus next) =>
        next.UpdatedReplicas > old.UpdatedReplicas || next.Replicas - next.UpdatedReplicas < old.Replicas - old.UpdatedReplicas
        || next.ReadyReplicas > old.ReadyReplicas || next.AvailableReplicas > old.AvailableReplicas;

    private static Condition Of(string status, string reason, string message) => new() { Type = Progressing, Status = status, Reason = reason, Message = message };

    /// <summary>The same status for the same reason is not written again: its times stay.</summary>
    private static ValueList<Condition> Put(ValueList<Condition>? conditions, Condition condition, DateTimeOffset now)
    {
        var old = conditions.Find(condition.Type);
        return old is not null && old.Status == condition.Status && old.Reason == condition.Reason ? conditions! : Replace(conditions, condition, now);
    }

    private static ValueList<Condition> Replace(ValueList<Condition>? conditions, Condition condition, DateTimeOffset now) =>
        conditions.With(condition with { LastUpdateTime = now.ToSeconds() }, now);
}
