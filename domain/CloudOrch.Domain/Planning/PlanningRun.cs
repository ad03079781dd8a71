using System.Runtime.InteropServices;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Planning;

/// <summary>A step that happened and has something to say; <c>About</c> existed at that moment.</summary>
public sealed record PlannedEvent(KubeObject About, string Reason, string Message, bool Warning, string Planner);

/// <summary>A planner that threw for one key: that key keeps its state, all others are planned.</summary>
public sealed record PlanFailure(string Planner, ResourceKey Key, Exception Error);

/// <summary>Runs planners over an overlay until nothing is dirty any more.</summary>
/// <remarks>
/// A key is planned when an object that concerns it changed. The first planner of the list that has dirty keys has the
/// next turn, with all of them: so who counts runs before who decides by the counts, and who places pods places them together. A key that is planned more than <see cref="MostPlans"/> times does not settle: it
/// is left alone and reported.
/// </remarks>
public sealed class PlanningRun
{
    public const int MostPlans = 500;

    private readonly Overlay overlay;
    private readonly IReadOnlyList<IPlanner> planners;
    private readonly DateTimeOffset now;
    private readonly Func<string, ResourceKey, bool> isBackingOff;
    private readonly Dictionary<ResourceType, List<int>> watchers = [];
    private readonly PlannerKeys[] keys;
    private readonly List<PlannedEvent> events = [];
    private readonly List<PlanFailure> failures = [];

    /// <param name="isBackingOff">Keys that failed lately and are not to be tried yet.</param>
    public PlanningRun(Overlay overlay, IReadOnlyList<IPlanner> planners, DateTimeOffset now, Func<string, ResourceKey, bool>? isBackingOff = null)
    {
        ArgumentNullException.ThrowIfNull(planners);
        (this.overlay, this.planners, this.now) = (overlay, planners, now);
        this.isBackingOff = isBackingOff ?? ((_, _) => false);
        keys = [.. planners.Select(_ => new PlannerKeys())];
        for (int i = 0; i < planners.Count; i++)
        {
            foreach (var type in planners[i].Watches)
            {
                if (!watchers.TryGetValue(type, out var list))
                    watchers[type] = list = [];
                list.Add(i);
            }
        }
    }

    public IReadOnlyList<PlannedEvent> Events => events;

    public IReadOnlyList<PlanFailure> Failures => failures;

    /// <summary>What each planned key asked for: null cancels an earlier wake-up.</summary>
    public IEnumerable<(string Planner, ResourceKey Key, DateTimeOffset? WakeAt)> Wakes =>
        keys.SelectMany((k, i) => k.Planned.Select(p => (planners[i].Name, p.Key, p.Value)));

    /// <summary>Whether a planner has looked at this key in this run.</summary>
    public bool WasPlanned(string planner, ResourceKey key)
    {
        for (int i = 0; i < planners.Count; i++)
        {
            if (planners[i].Name == planner)
                return keys[i].WasPlanned(key);
        }
        return false;
    }

    /// <summary>An object changed, outside or by a step: everything that it concerns is dirty.</summary>
    public void MarkChanged(KubeObject? before, KubeObject? after)
    {
        if ((after ?? before) is not { } value || ObjectKeys.TypeOf(value) is not { } type || !watchers.TryGetValue(type, out var list))
            return;
        foreach (int i in list)
        {
            if (before is not null)
                Mark(i, before);
            if (after is not null)
                Mark(i, after);
        }
    }

    /// <summary>A wake-up has come.</summary>
    public void MarkDue(string planner, ResourceKey key)
    {
        for (int i = 0; i < planners.Count; i++)
        {
            if (planners[i].Name == planner)
                keys[i].Add(key);
        }
    }

    /// <summary>The keys that these objects would make dirty, by planner.</summary>
    public IEnumerable<(string Planner, ResourceKey Key)> ConcernedBy(KubeObject value) =>
        ObjectKeys.TypeOf(value) is { } type && watchers.TryGetValue(type, out var list)
            ? list.SelectMany(i => planners[i].KeysFor(value, overlay).Select(k => (planners[i].Name, k)))
            : [];

    public void ToFixpoint()
    {
        while (Array.FindIndex(keys, k => k.Waiting > 0) is var i and >= 0)
        {
            // What becomes dirty for this planner meanwhile waits for its next turn: others count first what it has done.
            for (int left = keys[i].Waiting; left > 0; left--)
            {
                var key = keys[i].Take();
                if (!isBackingOff(planners[i].Name, key))
                    PlanOne(i, key);
            }
        }
    }

    private void PlanOne(int i, ResourceKey key)
    {
        var applied = new List<PlannedChange>();
        try
        {
            if (keys[i].TimesTaken(key) > MostPlans)
                throw new InvalidOperationException($"does not settle: planned {MostPlans} times in one pass");
            var plan = planners[i].Plan(overlay, key, now);
            var said = new List<PlannedEvent>();
            foreach (var step in plan.Steps)
            {
                var change = overlay.Apply(step, now);
                if (change is not null)
                    applied.Add(change);
                if ((change is not null || step is Step.Note) && EventOf(step, change, planners[i].Name) is { } e)
                    said.Add(e);
            }
            keys[i].SetPlanned(key, plan.WakeAt);
            events.AddRange(said);
        }
        catch (Exception error)
        {
            // One planner failing on one key concerns that key only: its steps are taken back, everything else goes on.
            for (int c = applied.Count - 1; c >= 0; c--)
                overlay.Undo(applied[c]);
            failures.Add(new(planners[i].Name, key, error));
            return;
        }
        foreach (var change in applied)
            MarkChanged(change.Before, change.After);
    }

    private void Mark(int i, KubeObject value)
    {
        try
        {
            foreach (var key in planners[i].KeysFor(value, overlay))
                keys[i].Add(key);
        }
        catch (Exception error)
        {
            // As above: a planner that cannot read one object does not stop the others.
            failures.Add(new(planners[i].Name, KindRegistry.KeyOf(value), error));
        }
    }

    private PlannedEvent? EventOf(Step step, PlannedChange? change, string planner)
    {
        if (step.Reason is null)
            return null;
        var about = step.About is { } key ? overlay.Find(key) : change?.After ?? change?.Before;
        string name = (change?.After ?? change?.Before)?.Metadata.Name ?? "";
        return about is null ? null : new(about, step.Reason, (step.Why ?? "").Replace("{name}", name, StringComparison.Ordinal), step.Warning, planner);
    }

    /// <summary>One planner's keys: first in, first out, each once at a time; and what became of each.</summary>
    private sealed class PlannerKeys
    {
        private readonly Queue<ResourceKey> queue = new();
        private readonly Dictionary<ResourceKey, KeyState> states = [];

        public int Waiting => queue.Count;

        public IEnumerable<KeyValuePair<ResourceKey, DateTimeOffset?>> Planned =>
            states.Where(s => s.Value.IsPlanned).Select(s => KeyValuePair.Create(s.Key, s.Value.WakeAt));

        public void Add(ResourceKey key)
        {
            ref var state = ref StateOf(key);
            if (!state.IsWaiting)
                queue.Enqueue(key);
            state.IsWaiting = true;
        }

        public ResourceKey Take()
        {
            var key = queue.Dequeue();
            ref var state = ref StateOf(key);
            (state.IsWaiting, state.TimesTaken) = (false, state.TimesTaken + 1);
            return key;
        }

        public int TimesTaken(ResourceKey key) => StateOf(key).TimesTaken;

        public bool WasPlanned(ResourceKey key) => states.TryGetValue(key, out var state) && state.IsPlanned;

        public void SetPlanned(ResourceKey key, DateTimeOffset? wakeAt)
        {
            ref var state = ref StateOf(key);
            (state.IsPlanned, state.WakeAt) = (true, wakeAt);
        }

        private ref KeyState StateOf(ResourceKey key) => ref CollectionsMarshal.GetValueRefOrAddDefault(states, key, out _);
    }

    private struct KeyState
    {
        public bool IsWaiting;
        public bool IsPlanned;
        public int TimesTaken;
        public DateTimeOffset? WakeAt;
    }
}
