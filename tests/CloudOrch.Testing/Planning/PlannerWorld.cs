using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling;

namespace CloudOrch.Testing.Planning;

/// <summary>A cluster without control plane and agents: planners are run to the fixpoint, and the test plays the nodes.</summary>
public sealed class PlannerWorld(int seed = 1, PlannerSettings? settings = null)
{
    private readonly CountedIdentities identities = new(seed);
    private readonly IReadOnlyList<IPlanner> planners = PlannerRegistry.Create(settings ?? new());
    private readonly Dictionary<string, DateTimeOffset> renewed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Planner, ResourceKey Key), DateTimeOffset> wakes = [];
    private readonly List<(KubeObject? Before, KubeObject? After)> changed = [];

    public DictionaryView View { get; } = new();

    public DateTimeOffset Now { get; private set; } = A.Epoch;

    public List<PlannedEvent> Events { get; } = [];

    /// <summary>What every node's lease promises; null: they do not fence.</summary>
    public int? FenceSeconds { get; set; }

    /// <summary>Whether leases are read after what is stored.</summary>
    public bool LeasesAreCurrent { get; set; } = true;

    public IEnumerable<Pod> Pods => View.List(ResourceTypes.Pods).Cast<Pod>();

    public IEnumerable<Pod> ActivePods => Pods.Where(p => p.IsActive());

    public IEnumerable<ReplicaSet> ReplicaSets => View.List(ResourceTypes.ReplicaSets).Cast<ReplicaSet>();

    public DateTimeOffset? NextWake => wakes.Count == 0 ? null : wakes.Values.Min();

    public PlannerWorld WithNodes(params string[] names)
    {
        foreach (string name in names)
        {
            Put(A.Node(name, cpu: "64", memory: "256Gi"));
            renewed[name] = Now;
        }
        return this;
    }

    public void Put(KubeObject value) => Change(View.Find(KindRegistry.KeyOf(value)), value);

    public void Remove(KubeObject value) => Change(value, null);

    public T Get<T>(string name, string space = "default")
        where T : KubeObject => (T)View.Find(KeyOf<T>(name, space))!;

    public T? TryGet<T>(string name, string space = "default")
        where T : KubeObject => (T?)View.Find(KeyOf<T>(name, space));

    /// <summary>As a client of the API would: status kept, generation counted.</summary>
    public void Edit<T>(string name, Func<T, T> change)
        where T : KubeObject
    {
        var old = Get<T>(name);
        Put(KindRegistry.Of<T>().PrepareForUpdate(old, change(old)));
    }

    public void Scale(string deployment, int replicas) => Edit<Deployment>(deployment, d => d with { Spec = d.Spec with { Replicas = replicas } });

    public void SetImage(string deployment, string image) => Edit<Deployment>(deployment, d => d with { Spec = d.SetImage(image).Spec });

    public void Delete(KubeObject value, string? finalizer = null)
    {
        var change = Apply(Deletion.Begin(value, Now, finalizer) ?? throw new InvalidOperationException("is being deleted already"));
        changed.Add((change?.Before, change?.After));
    }

    public void Renew(params string[] nodes)
    {
        foreach (string node in nodes)
            renewed[node] = Now;
    }

    /// <summary>Time passes; nodes that answer renew their leases.</summary>
    public void Advance(double seconds, params string[] silent)
    {
        Now = Now.AddSeconds(seconds);
        Renew([.. renewed.Keys.Except(silent)]);
    }

    /// <summary>Every bound pod that waits starts and is ready; every one that is to go is gone.</summary>
    public void NodesDoTheirWork(Func<Pod, bool>? which = null)
    {
        foreach (var pod in Pods.Where(p => which?.Invoke(p) ?? true).ToList())
        {
            if (pod.Metadata.DeletionTimestamp is not null)
                Remove(pod);
            else if (!string.IsNullOrEmpty(pod.Spec.NodeName) && !pod.IsReady() && !pod.IsFinished())
                Put(pod.Ready(Now));
        }
    }

    /// <summary>A pass of which only the first changes are committed; the next one starts from what is stored. Answers how many there were.</summary>
    public int PassCutAfter(int changes)
    {
        var wanted = Pass(all: false, changes);
        wakes.Clear();
        foreach (var value in View.All)
            changed.Add((null, value));
        return wanted.Count;
    }

    /// <summary>One pass; answers what it changed, in the order of its commit.</summary>
    public IReadOnlyList<PlannedChange> Pass(bool all = false, int cutAfter = int.MaxValue)
    {
        var leases = LeasesNow();
        var overlay = new Overlay(View, SchedulingSnapshot.Of(View), identities, leases.GetValueOrDefault) { LeasesAreCurrent = LeasesAreCurrent };
        var run = new PlanningRun(overlay, planners, Now);
        foreach (var (before, after) in changed)
            run.MarkChanged(before, after);
        foreach (var node in leases.Values)
            run.MarkChanged(null, node);
        if (all)
        {
            foreach (var value in View.All)
                run.MarkChanged(null, value);
        }
        foreach (var (planner, key) in wakes.Where(w => w.Value <= Now).Select(w => w.Key).ToList())
            run.MarkDue(planner, key);
        changed.Clear();
        run.ToFixpoint();
        if (run.Failures.Count > 0)
            throw new InvalidOperationException($"{run.Failures[0].Planner} failed on {run.Failures[0].Key}", run.Failures[0].Error);
        foreach (var (planner, key, wake) in run.Wakes)
        {
            var at = (planner, key);
            wakes.Remove(at);
            if (wake is { } time)
                wakes[at] = time;
        }
        Events.AddRange(run.Events);
        var changes = overlay.NetChanges();
        foreach (var change in changes.Take(cutAfter))
            View.Set(change.Key, change.After);
        return changes;
    }

    /// <summary>Passes and the nodes' work in turn until nothing happens any more.</summary>
    /// <param name="check">Asked after every step.</param>
    public void Settle(Action? check = null, int most = 200)
    {
        for (int i = 0; i < most; i++)
        {
            int did = Pass().Count;
            check?.Invoke();
            NodesDoTheirWork();
            check?.Invoke();
            if (did > 0 || changed.Count > 0)
                continue;
            ExpectNothingOwed();
            return;
        }
        throw new InvalidOperationException($"not settled after {most} passes");
    }

    /// <summary>Planners choose what they are asked about: whatever they were not asked about must not need them.</summary>
    private void ExpectNothingOwed()
    {
        var overlay = new Overlay(View, SchedulingSnapshot.Of(View), identities, LeasesNow().GetValueOrDefault);
        foreach (var planner in planners)
        {
            foreach (var key in View.All.Select(KindRegistry.KeyOf).Where(k => planner.Plan(overlay, k, Now).Steps.Count > 0))
                throw new InvalidOperationException($"{planner.Name} has something to do for {key} that no change led it to");
        }
    }

    private Dictionary<string, Lease> LeasesNow() =>
        View.List(ResourceTypes.Nodes).Where(n => renewed.ContainsKey(n.Metadata.Name!)).ToDictionary(n => n.Metadata.Name!, n => new Lease
        {
            Metadata = new() { Name = n.Metadata.Name, Namespace = NodeLoss.LeaseNamespace, Annotations = NodeLoss.Annotations(FenceSeconds) },
            Spec = new() { RenewTime = renewed[n.Metadata.Name!], LeaseDurationSeconds = 3 },
        });

    private PlannedChange? Apply(Step step)
    {
        var overlay = new Overlay(View, new SchedulingSnapshot(), identities);
        var change = overlay.Apply(step, Now);
        if (change is not null)
            View.Set(change.Key, change.After);
        return change;
    }

    private void Change(KubeObject? before, KubeObject? after)
    {
        View.Set(KindRegistry.KeyOf((after ?? before)!), after);
        changed.Add((before, after));
    }

    private static ResourceKey KeyOf<T>(string name, string space)
        where T : KubeObject
    {
        var kind = KindRegistry.Of<T>();
        return new(kind.Type, kind.Namespaced ? space : "", name);
    }
}
