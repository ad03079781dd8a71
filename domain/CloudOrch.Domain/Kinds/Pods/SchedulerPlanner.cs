using CloudOrch.Domain.Api;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>A view that keeps the scheduler's sums up to date, so that they are not counted anew for each plan.</summary>
public interface ISchedulingView
{
    /// <summary>Agrees with the view at any moment. A plan may place pods in it: their steps say the same to the view.</summary>
    SchedulingSnapshot Scheduling { get; }
}

/// <summary>Binds all pods that wait, in one batch. Those that fit nowhere are asked again when nodes change or room becomes free.</summary>
public sealed class SchedulerPlanner(string? packing) : IPlanner
{
    public const string SchedulerName = "default-scheduler";

    private static readonly ResourceKey Batch = new(ResourceTypes.Pods, "", "*");

    private readonly Scheduler scheduler = new(DefaultProfile.For(packing));

    public string Name => "scheduler";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.Pods, ResourceTypes.Nodes];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(view);
        bool matters = changed is not Pod pod || string.IsNullOrEmpty(pod.Spec.NodeName) || pod.IsFinished() || !view.Exists(pod.Metadata.Uid ?? "");
        return matters ? [Batch] : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        var waiting = view.UnscheduledPods.Where(p => p.Spec.SchedulerName is null or "" or SchedulerName).ToList();
        if (waiting.Count == 0)
            return Planning.Plan.Nothing;
        var snapshot = view is ISchedulingView own ? own.Scheduling : SchedulingSnapshot.Of(view);
        var steps = new List<Step>(waiting.Count);
        foreach (var placement in scheduler.Place(snapshot, waiting, (int)StableHash.Of(waiting[0].Metadata.Uid ?? "")))
        {
            var step = placement.NodeName is { } node ? Bind(placement.Pod, node, now) : Refuse(placement.Pod, placement.Why!, now);
            if (step is not null)
                steps.Add(step);
        }
        return steps.Count == 0 ? Planning.Plan.Nothing : new(steps);
    }

    private static Step.Update Bind(Pod pod, string node, DateTimeOffset now)
    {
        var scheduled = new Condition { Type = PodConditions.Scheduled, Status = "True" };
        var bound = pod with
        {
            Spec = pod.Spec with { NodeName = node },
            Status = (pod.Status ?? new()) with { Phase = pod.Status?.Phase ?? "Pending", Conditions = (pod.Status?.Conditions).With(scheduled, now) },
        };
        return new(bound) { Reason = "Scheduled", Why = $"Successfully assigned {pod.Metadata.Namespace}/{pod.Metadata.Name} to {node}" };
    }

    private static Step.Update? Refuse(Pod pod, string why, DateTimeOffset now)
    {
        var old = pod.Status?.Conditions.Find(PodConditions.Scheduled);
        if (old is { Status: "False", Reason: "Unschedulable" } && old.Message == why)
            return null;
        var refused = new Condition { Type = PodConditions.Scheduled, Status = "False", Reason = "Unschedulable", Message = why };
        var status = (pod.Status ?? new()) with { Phase = pod.Status?.Phase ?? "Pending", Conditions = (pod.Status?.Conditions).With(refused, now) };
        return new(pod with { Status = status }) { Reason = "FailedScheduling", Why = why, Warning = true };
    }
}
