using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Memory;
using CloudOrch.Testing.Queues;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.ControlPlane.Tests.Brain;

/// <summary>A process of the control plane as the brain sees it: its own caches and memory over shared seams.</summary>
internal sealed class BrainProcess
{
    public BrainProcess(BrainCluster cluster, IResourceStore store, BrainOptions options)
    {
        Caches = new(store, cluster.Clock, new CacheOptions(), NullLogger<ClusterCache>.Instance);
        var dispatcher = new Dispatcher(cluster.Rows, cluster.Decisions, options, NullLogger<Dispatcher>.Instance);
        var writer = new EventWriter(cluster.Events, cluster.Identities, NullLogger<EventWriter>.Instance);
        var memories = new BrainMemories();
        Brain = new(Caches, store, cluster.Rows, cluster.Directory, cluster.Due, cluster.Queue, memories, dispatcher, writer, cluster.Identities, cluster.Clock,
            options, NullLogger<BrainHost>.Instance);
        Tick = new(cluster.Due, cluster.Directory, store, cluster.Rows, cluster.Events, cluster.Queue,
            new(store, cluster.Events, cluster.Rows, cluster.Directory, cluster.Decisions, cluster.Due, Caches, memories, cluster.Clock), options, NullLogger<TickHost>.Instance);
    }

    public ClusterCaches Caches { get; }

    public BrainHost Brain { get; }

    public TickHost Tick { get; }
}

/// <summary>One cluster on the in-memory seams; the test plays the API, the nodes, and who is awake.</summary>
internal sealed class BrainCluster
{
    public static readonly ClusterId Id = new("c0000001");

    private readonly Dictionary<string, long> seqs = new(StringComparer.Ordinal);

    private BrainCluster(int seed)
    {
        Rows = new(Clock);
        Queue = new(Clock);
        Decisions = new(Clock);
        Identities = new(seed);
        Process = new(this, Store, Options);
    }

    public ManualClock Clock { get; } = new();

    public MemoryStore Store { get; } = new();

    public MemoryNodeRows Rows { get; }

    public MemoryDirectory Directory { get; } = new();

    public MemoryDueTable Due { get; } = new();

    public MemoryEventStore Events { get; } = new();

    public MemoryWorkQueue Queue { get; }

    public MemoryDecisionSender Decisions { get; }

    public SeededIdentities Identities { get; }

    /// <summary>What the nodes' leases promise; null: they do not fence.</summary>
    public int? FenceSeconds { get; set; }

    /// <summary>By node: what its reports say.</summary>
    public Dictionary<string, string> FenceIds { get; } = new(StringComparer.Ordinal);

    public BrainOptions Options { get; init; } = new() { FirstBackOff = TimeSpan.FromMilliseconds(100) };

    public BrainProcess Process { get; private set; }

    public static async Task<BrainCluster> StartAsync(int nodes, int seed = 1)
    {
        var cluster = new BrainCluster(seed);
        await cluster.Directory.AddClusterAsync(new("t1", "c1", Id, 1, KubeJson.Write(new Domain.Kinds.Management.Cluster()), ""), default);
        await cluster.Store.CreateClusterAsync(Id, 1, default);
        await cluster.PutAsync(A.Namespace("default"));
        for (int i = 1; i <= nodes; i++)
        {
            await cluster.PutAsync(A.Node($"n{i}", cpu: "64", memory: "256Gi"));
            await cluster.Decisions.CreateQueueAsync($"uid-nodes/n{i}", default);
            await cluster.Rows.OpenLeaseAsync(Id, $"uid-nodes/n{i}", default);
        }
        cluster.Renew();
        await cluster.SettleAsync();
        return cluster;
    }

    /// <summary>The process is gone with all that it remembered; another one starts.</summary>
    public BrainProcess Restart(IResourceStore? store = null) => Process = new(this, store ?? Store, Options);

    /// <summary>What the API does: writes the object and rings.</summary>
    public async Task PutAsync(KubeObject value)
    {
        var key = KindRegistry.KeyOf(value);
        var head = (await Store.ReadHeadAsync(Id, default))!;
        var old = await Store.GetAsync(Id, key, default);
        var outcome = await Store.CommitAsync(Id, head, [new(old is null ? ChangeType.Added : ChangeType.Modified, key, ObjectCodec.Write(value))], default);
        await Queue.RingAsync(new(Id, RingReasons.Commit, Assert.IsType<CommitOutcome.Committed>(outcome).Head.Revision), default);
    }

    public async Task EditAsync<T>(string name, Func<T, T> change)
        where T : KubeObject
    {
        var old = await GetAsync<T>(name);
        await PutAsync(KindRegistry.Of<T>().PrepareForUpdate(old!, change(old!)));
    }

    public async Task DeleteAsync(KubeObject value)
    {
        var key = KindRegistry.KeyOf(value);
        var head = (await Store.ReadHeadAsync(Id, default))!;
        var change = Deletion.Begin(value, Clock.Now) is Step.Update { Object: var marked }
            ? new PendingChange(ChangeType.Modified, key, ObjectCodec.Write(marked))
            : new PendingChange(ChangeType.Deleted, key, ObjectCodec.Write(value));
        await Store.CommitAsync(Id, head, [change], default);
        await Queue.RingAsync(new(Id, RingReasons.Commit, head.Revision.Next), default);
    }

    public async Task<T?> GetAsync<T>(string name, string space = "default")
        where T : KubeObject
    {
        var kind = KindRegistry.Of<T>();
        var key = new ResourceKey(kind.Type, kind.Namespaced ? space : "", name);
        return await Store.GetAsync(Id, key, default) is { } stored ? (T)ObjectCodec.Read(key.Type, stored.Revision, stored.Body.Span) : null;
    }

    public async Task<List<T>> ListAsync<T>()
        where T : KubeObject
    {
        var type = KindRegistry.Of<T>().Type;
        return [.. (await Store.ListAsync(Id, type, null, null, default)).Items.Select(i => (T)ObjectCodec.Read(type, i.Revision, i.Body.Span))];
    }

    public async Task<List<EventRecord>> EventsAsync(string? reason = null) =>
        [.. (await Events.ListAsync(Id, null, default)).Events.Where(e => reason is null || e.Reason == reason)];

    public async Task<Revision> RevisionAsync() => (await Store.ReadHeadAsync(Id, default))!.Revision;

    public NodeAssignment? AssignmentOf(string node) =>
        Rows.Assignment(Id, $"uid-nodes/{node}") is { } row ? KubeJson.Read<NodeAssignment>(row.Document.Span) : null;

    /// <summary>Three nodes, and a Deployment whose replicas are all ready.</summary>
    public static async Task<BrainCluster> RunningAsync(int replicas)
    {
        var cluster = await StartAsync(3);
        await cluster.PutAsync(A.Deployment("web", replicas));
        await cluster.SettleAsync();
        Assert.Equal(replicas, (await cluster.ListAsync<Pod>()).Count(p => p.IsReady()));
        return cluster;
    }

    public void Renew(params string[] nodes)
    {
        foreach (string node in nodes.Length > 0 ? nodes : ["n1", "n2", "n3"])
            Rows.Renew(Id, $"uid-nodes/{node}", "boot", seqs.GetValueOrDefault(node), FenceSeconds);
    }

    /// <summary>The node does all that its assignment asks for, and reports it.</summary>
    public async Task WorkAsync(string node, bool ring = true, params PodReport[] more)
    {
        var assignment = AssignmentOf(node);
        var pods = (assignment?.Pods ?? []).Select(p => new PodReport
        {
            Uid = p.Uid, Namespace = p.Namespace, Name = p.Name, Gone = p.Deletion is not null, Status = RunningStatus(Clock.Now),
        });
        await ReportAsync(node, ring, [.. pods, .. more]);
    }

    public async Task ReportAsync(string node, bool ring, params PodReport[] pods)
    {
        long seq = seqs[node] = seqs.GetValueOrDefault(node) + 1;
        string uid = $"uid-nodes/{node}";
        var document = new NodeStatusDocument { NodeUid = uid, BootId = "boot", Seq = seq, ReportedAt = Clock.Now, FenceId = FenceIds.GetValueOrDefault(node), Pods = pods.ToValueList() };
        Rows.Report(Id, new(uid, "boot", seq, KubeJson.Write(document)));
        Rows.Renew(Id, uid, "boot", seq, FenceSeconds);
        if (ring)
            await Queue.RingAsync(new(Id, RingReasons.StatusOf(uid), Revision.Zero), default);
    }

    public static PodStatus RunningStatus(DateTimeOffset since) => new()
    {
        Phase = "Running",
        PodIp = "10.64.0.9",
        StartTime = since.ToSeconds(),
        Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = since.ToSeconds() }],
    };

    /// <summary>Rings until the queue is empty of what is due.</summary>
    public async Task RunAsync(BrainProcess? process = null)
    {
        for (int i = 0; Queue.TryTake() is { } delivery; i++)
        {
            Assert.True(i < 500, "the queue does not run empty");
            await (process ?? Process).Brain.HandleAsync(delivery.Doorbell, default);
            delivery.Complete();
        }
    }

    /// <summary>Brain and nodes in turn until nothing is written any more.</summary>
    public async Task SettleAsync(Func<Task>? check = null)
    {
        for (int i = 0; i < 100; i++)
        {
            var before = await RevisionAsync();
            await RunAsync();
            if (check is not null)
                await check();
            foreach (var node in await ListAsync<Node>())
            {
                if (AssignmentOf(node.Metadata.Name!)?.Pods.Any(p => Unfinished(p)) == true)
                    await WorkAsync(node.Metadata.Name!);
            }
            if (check is not null)
                await check();
            if (Queue.NextDueAt <= Clock.Now)
                continue;
            if (await RevisionAsync() == before)
                return;
        }
        Assert.Fail("the cluster does not settle");
    }

    private bool Unfinished(AssignedPod assigned) =>
        assigned.Deletion is not null || GetAsync<Pod>(assigned.Name, assigned.Namespace).Result is { } pod && !pod.IsReady();
}
