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
    private readonly DirtyKeys[] dirty;
    private readonly List<PlannedEvent> events = [];
    private readonly List<PlanFailure> failures = [];
    private readonly Dictionary<(string Planner, ResourceKey Key), DateTimeOffset?> wakes = [];

    /// <param name="isBackingOff">Keys that failed lately and are not to be tried yet.</param>
    public PlanningRun(Overlay overlay, IReadOnlyList<IPlanner> planners, DateTimeOffset now, Func<string, ResourceKey, bool>? isBackingOff = null)
    {
        ArgumentNullException.ThrowIfNull(planners);
        (this.overlay, this.planners, this.now) = (overlay, planners, now);
        this.isBackingOff = isBackingOff ?? ((_, _) => false);
        dirty = [.. planners.Select(_ => new DirtyKeys())];
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
    public IReadOnlyDictionary<(string Planner, ResourceKey Key), DateTimeOffset?> Wakes => wakes;

    /// <summary>Whether a planner has looked at this key in this run.</summary>
    public bool WasPlanned(string planner, ResourceKey key) => wakes.ContainsKey((planner, key));

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
                dirty[i].Add(key);
        }
    }

    /// <summary>The keys that these objects would make dirty, by planner.</summary>
    public IEnumerable<(string Planner, ResourceKey Key)> ConcernedBy(KubeObject value) =>
        ObjectKeys.TypeOf(value) is { } type && watchers.TryGetValue(type, out var list)
            ? list.SelectMany(i => planners[i].KeysFor(value, overlay).Select(k => (planners[i].Name, k)))
            : [];

    public void ToFixpoint()
    {
        while (Array.FindIndex(dirty, d => d.Count > 0) is var i and >= 0)
        {
            // What becomes dirty for this planner meanwhile waits for its next turn: others count first what it has done.
            for (int left = dirty[i].Count; left > 0; left--)
            {
                var key = dirty[i].Take();
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
            if (dirty[i].CountOf(key) > MostPlans)
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
            wakes[(planners[i].Name, key)] = plan.WakeAt;
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
                dirty[i].Add(key);
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

    /// <summary>First in, first out, each key once at a time.</summary>
    private sealed class DirtyKeys
    {
        private readonly Queue<ResourceKey> queue = new();
        private readonly HashSet<ResourceKey> waiting = [];
        private readonly Dictionary<ResourceKey, int> taken = [];

        public int Count => queue.Count;

        public void Add(ResourceKey key)
        {
            if (waiting.Add(key))
                queue.Enqueue(key);
        }

        public ResourceKey Take()
        {
            var key = queue.Dequeue();
            waiting.Remove(key);
            taken[key] = CountOf(key) + 1;
            return key;
        }

        public int CountOf(ResourceKey key) => taken.GetValueOrDefault(key);
    }
}
