using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
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
        bool matters = changed is not Pod pod || (pod.Metadata.DeletionTimestamp is not null && FencedIdentity.Of(pod) is not null) || string.IsNullOrEmpty(pod.Spec.NodeName) || pod.IsFinished() || !view.Exists(pod.Metadata.Uid ?? "");
        return matters ? [Batch] : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        var waiting = view.UnscheduledPods.Where(p => p.Spec.SchedulerName is null or "" or SchedulerName).ToList();
        if (waiting.Count == 0)
            return Planning.Plan.Nothing;
        var snapshot = view is ISchedulingView own ? own.Scheduling : SchedulingSnapshot.Of(view);
        var wake = Judge(view, snapshot, waiting, now);
        var steps = new List<Step>(waiting.Count);
        foreach (var placement in scheduler.Place(snapshot, waiting, (int)StableHash.Of(waiting[0].Metadata.Uid ?? "")))
        {
            var step = placement.NodeName is { } node ? Bind(placement.Pod, node, now) : Refuse(placement.Pod, placement.Why!, now);
            if (step is not null)
                steps.Add(step);
        }
        return steps.Count == 0 && wake is null ? Planning.Plan.Nothing : new(steps, wake);
    }

    /// <summary>Finds out which pods keep others from their fenced identity.</summary>
    /// <returns>When it may be otherwise although nothing changes.</returns>
    private static DateTimeOffset? Judge(IClusterView view, SchedulingSnapshot snapshot, List<Pod> waiting, DateTimeOffset now)
    {
        DateTimeOffset? wake = null;
        var why = new Dictionary<ResourceKey, string?>();
        foreach (string identity in waiting.Select(FencedIdentity.Of).OfType<string>().Distinct())
        {
            foreach (var key in snapshot.Identities.HoldersOf(identity))
            {
                if (view.Find(key) is not Pod holder)
                    continue;
                var hold = FenceHold.Of(view, holder, now);
                why[key] = hold.IsReleased ? null : hold.Why;
                if (hold.AskAgainAt is { } at && (wake is null || at < wake))
                    wake = at;
            }
        }
        snapshot.Identities.Judge(why);
        return wake;
    }

    private static Step.Update Bind(Pod pod, string node, DateTimeOffset now) => new(BindingRules.Bound(pod, node, now))
    {
        Reason = "Scheduled",
        Why = $"Successfully assigned {pod.Metadata.Namespace}/{pod.Metadata.Name} to {node}",
    };

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
