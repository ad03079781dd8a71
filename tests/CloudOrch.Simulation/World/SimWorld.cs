using System.Globalization;
using System.Security.Cryptography;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Simulation.Laws;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Testing;
using CloudOrch.Testing.Memory;
using CloudOrch.Testing.Queues;

namespace CloudOrch.Simulation.World;

/// <summary>A whole cluster in one process: two functions processes, nodes, and what Azure would hold between them.</summary>
internal sealed class SimWorld : IDisposable
{
    public const string ClusterName = "c1";

    /// <summary>No engine has it.</summary>
    public const string MissingImage = "missing:1";

    /// <summary>The keys of nodes that never had others; what they are has no part in anything.</summary>
    public static readonly string CommonKey = NewKey();

    // The third serves users and Tick where the other two plan all the time.
    private const int Brains = 2;
    private readonly SimProcess?[] processes = new SimProcess?[Brains + 1];
    private readonly int[] generations = new int[Brains + 1];
    private readonly List<SimNode> nodes = [];
    private readonly Dictionary<string, SimNode> byName = new(StringComparer.Ordinal);
    private readonly List<PastCluster> past = [];
    private readonly Dictionary<ClusterId, LawBook> books = [];
    private LawBook? laws;
    private bool interfering;
    private int noise;

    public SimWorld(int seed, WorldKind kind)
    {
        Chance = new(seed);
        Scenario = Scenario.Of(kind, Chance);
        Clock = new();
        Trace = new(Clock, A.Epoch);
        Turns = new(Trace);
        Lives = new(this);
        Store = Scenario.Compaction ? new() { PageSize = Chance.Between("scenario", 2, 20), LogPageSize = Chance.Between("scenario", 1, 10) } : new();
        Rows = new(Clock);
        Queue = new(Clock);
        Sender = new(Clock);
        Streams = new(Clock);
        Identities = new SeededIdentities(seed);
        ChangesPerChain = Chance.Pick("shape", [3, 20, 490]);
        RingEvents = Chance.Pick("shape", [16, 256, 16_384]);
        KeptRevisions = Chance.Pick("shape", [20, 10_000]);
        Users = new(this);
        if (Scenario.Fencing)
            Clock.Passed = () => nodes.ForEach(n => n.TimePassed());
    }

    public Chance Chance { get; }
    public Scenario Scenario { get; }
    public SimClock Clock { get; }
    public Trace Trace { get; }
    public FaultRates Rates { get; set; } = FaultRates.None;
    public MemoryStore Store { get; }
    public MemoryNodeRows Rows { get; }
    public MemoryDueTable Due { get; } = new();
    public MemoryEventStore Events { get; } = new();
    public MemoryWorkQueue Queue { get; }
    public MemoryDecisionSender Sender { get; }
    public MemoryDirectory Directory { get; } = new();
    public MemoryStreamRows Streams { get; }
    public IIdentityGenerator Identities { get; }
    public Turns Turns { get; }
    public NodeLives Lives { get; }
    public SimUsers Users { get; }
    public ClusterId Cluster { get; private set; }

    /// <summary>Of the cluster that has the name now.</summary>
    public LawBook Laws => laws!;

    /// <summary>Clusters that had the name before.</summary>
    public IReadOnlyList<PastCluster> Past => past;

    /// <summary>No functions process runs, and none is started.</summary>
    public bool IsDown { get; private set; }

    public IReadOnlyList<SimNode> Nodes => nodes;
    public int ChangesPerChain { get; }
    public int RingEvents { get; }
    public int KeptRevisions { get; }

    /// <summary>Waits for an operation: none of them may hang, since all that they wait for is in memory.</summary>
    public static T Await<T>(Task<T> operation)
    {
        if (!operation.IsCompleted && !((IAsyncResult)operation).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(60)))
            throw new LawBrokenException("an operation never ends");
        return operation.GetAwaiter().GetResult();
    }

    public static void Await(Task operation) => Await(Done(operation));

    public SimProcess Process(int index) => processes[index] ??= new($"p{index}.{++generations[index]}", this);

    /// <summary>The process that a request comes to.</summary>
    public SimProcess AnyProcess(string stream) => Process(Scenario.TwoBrains ? Brains : Chance.Next(stream, Brains));

    public SimNode? NodeNamed(string? name) => byName.GetValueOrDefault(name ?? "");

    public LawBook? LawsOf(ClusterId cluster) => books.GetValueOrDefault(cluster);

    public void Committed(ClusterId cluster) => LawsOf(cluster)?.Committed();

    public void Assigned(ClusterId cluster, AssignmentHead head, ReadOnlyMemory<byte> document) => LawsOf(cluster)?.Assigned(head, document);

    /// <summary>Starts another process where one died.</summary>
    public void Bury()
    {
        for (int i = 0; i < processes.Length; i++)
        {
            if (processes[i] is { Dead: true } dead)
            {
                dead.Dispose();
                processes[i] = null;
            }
        }
    }

    public void Restart(int index)
    {
        if (processes[index] is not { } process)
            return;
        Turns.Abandon(process.Name);
        process.Dispose();
        processes[index] = null;
    }

    /// <summary>The control plane stops altogether, or comes back.</summary>
    /// <param name="down">No functions process.</param>
    /// <param name="forget">They are killed; else they freeze, and go on with what they remember.</param>
    public void SetDown(bool down, bool forget)
    {
        Trace.Add(down ? $"the control plane stops{(forget ? ", its processes die" : "")}" : "the control plane is back");
        IsDown = down;
        for (int i = 0; forget && i < processes.Length; i++)
            Restart(i);
    }

    public void Begin(int nodeCount)
    {
        if (!TryMakeCluster())
            throw new InvalidOperationException("the cluster is not made");
        for (int i = 0; i < nodeCount; i++)
            nodes.Add(byName[$"n{i}"] = new SimNode($"n{i}", this, new(Clock)));
        foreach (var node in nodes)
        {
            if (!TryEnrol(node))
                throw new InvalidOperationException($"{node.Name} is refused");
        }
    }

    /// <summary>Makes the cluster; false when the control plane could not now.</summary>
    public bool TryMakeCluster()
    {
        var made = Manage("POST", "/apis/management.cloudorch.io/v1/clusters", $$$"""{"metadata":{"name":"{{{ClusterName}}}"} }""");
        if (made.Code != 201)
            return false;
        Cluster = new(made.Json.GetProperty("metadata").GetProperty("uid").GetString()!);
        books[Cluster] = laws = new(this, Cluster);
        return true;
    }

    /// <summary>Deletes the cluster; false when nobody can say whether it is gone.</summary>
    public bool TryDeleteCluster()
    {
        if (Manage("DELETE", $"/apis/management.cloudorch.io/v1/clusters/{ClusterName}").Code is not (200 or 404))
            return false;
        past.Add(new(Cluster, Laws));
        return true;
    }

    /// <summary>Another server asks for the name of one that is there.</summary>
    public void TryToTakeName(SimNode of)
    {
        string key = of.Key, uid = of.Uid;
        if (!Laws.Model.Knows(uid))
            return;
        try
        {
            of.Key = NewKey();
            if (Enrol(of) && Laws.Model.Knows(uid))
                throw new LawBrokenException($"a name belongs to one key until its Node is deleted: {of.Name} was given to another one");
        }
        catch (Exception e) when (e is ProcessDiedException or StoreUnavailableException or IOException)
        {
            // No answer is no enrolment.
        }
        finally
        {
            of.Key = key;
            Bury();
        }
    }

    /// <summary>Lets a node in with a new join token; false when the control plane could not now, or not say so.</summary>
    public bool TryEnrol(SimNode node)
    {
        try
        {
            return Enrol(node);
        }
        catch (Exception e) when (e is ProcessDiedException or StoreUnavailableException or IOException)
        {
            Trace.Add($"{node.Name}: enrolment fails");
            return false;
        }
        finally
        {
            Bury();
        }
    }

    private bool Enrol(SimNode node)
    {
        // Who learns that his Node is gone may come back as a new machine.
        if (Scenario.Varied && node.KeyChosenAfter != node.Uid && !Laws.Model.Knows(node.Uid))
        {
            node.KeyChosenAfter = node.Uid;
            if (Chance.Hits("keys", 0.5))
                node.Key = NewKey();
        }

        var process = Process(Scenario.TwoBrains ? Brains : 0);
        var token = Await(process.CallAsync("POST", "/apis/management.cloudorch.io/v1/jointokens",
            $$$"""{"metadata":{"generateName":"join-"},"spec":{"clusterName":"{{{ClusterName}}}"} }"""));
        if (token.Code != 201)
            return Scenario.Rebirth ? false : throw new InvalidOperationException(token.Text);
        var outcome = Await(process.EnrolAsync(new()
        {
            JoinToken = token.Json.GetProperty("status").GetProperty("token").GetString(), NodeName = node.Name, SigningKey = node.Key, SealingKey = node.Key,
        }));
        if (outcome is not EnrolOutcome.Enrolled enrolled)
            return false;
        Trace.Add($"{node.Name}: enrolled as {enrolled.Response.NodeUid}");
        node.Enrolled(new(enrolled.Response.ClusterId), enrolled.Response.NodeUid);
        return true;
    }

    private Reply Manage(string method, string path, string? body = null)
    {
        var process = AnyProcess("manage");
        try
        {
            var reply = Await(process.CallAsync(method, path, body));
            Trace.Add($"user at {process.Name}: {method} {path} -> {reply.Code}");
            return reply;
        }
        catch (ProcessDiedException)
        {
            return new(0, "{}"u8.ToArray());
        }
        finally
        {
            Bury();
        }
    }

    /// <summary>One doorbell, if one is due, handled by this process; answers whether there was one.</summary>
    public bool Deliver(int index)
    {
        if (IsDown || Queue.TryTake() is not { } delivery)
            return false;
        if (Scenario.TwoBrains)
        {
            DeliverToBoth(delivery);
            return true;
        }

        var process = Process(index);
        try
        {
            Trace.Add($"{process.Name}: {delivery.Doorbell.Why} {delivery.Doorbell.Revision}");
            Await(process.HandleAsync(delivery.Doorbell));
            process.MayDie("before completing its message", Rates.ProcessDies, Chance);
            delivery.Complete();
        }
        catch (Exception e) when (e is ProcessDiedException or StoreUnavailableException or IOException)
        {
            delivery.Abandon();
        }

        Bury();
        return true;
    }

    public void Tick(int index)
    {
        if (IsDown)
            return;
        var process = Process(Scenario.TwoBrains ? Brains : index);
        try
        {
            Await(process.TickAsync(Clock.Now));
        }
        catch (Exception e) when (e is ProcessDiedException or StoreUnavailableException or IOException)
        {
            // The host logs it; the next tick comes.
            Trace.Add($"{process.Name}: tick failed");
        }

        Bury();
    }

    /// <summary>Somebody commits while a process is about to: the other process runs a whole pass, or a client writes something.</summary>
    public void Interfere(string process)
    {
        if (interfering || Cluster == default)
            return;
        interfering = true;
        try
        {
            if (nodes.Count > 0 && Chance.Hits("interfere", 0.5))
                Chance.Pick("interfere", nodes).Work();
            int other = process.StartsWith("p0", StringComparison.Ordinal) ? 1 : 0;
            if (Chance.Hits("interfere", 0.5) && !Turns.IsBusy(Process(other).Name))
            {
                Trace.Add($"{Process(other).Name}: passes while {process} is about to commit");
                try
                {
                    Await(Process(other).HandleAsync(new(Cluster, Chance.Pick("interfere", [RingReasons.Sweep, RingReasons.Status, RingReasons.Lease]), Revision.Zero)));
                }
                catch (Exception e) when (e is ProcessDiedException or StoreUnavailableException or IOException)
                {
                    // Its own trouble; if it died, it is buried when the interrupted one is done.
                }
            }

            WriteNoise();
        }
        finally
        {
            interfering = false;
        }
    }

    /// <summary>What was dispatched may be forgotten at any time, also while somebody reads it.</summary>
    public void Compact(ClusterId cluster)
    {
        if (cluster != Cluster || laws is null)
            return;
        for (int writes = Chance.Next("compact", 4); writes > 0; writes--)
            WriteNoise();
        if (Await(Store.ReadHeadAsync(cluster, default)) is { } head)
            Await(Store.CompactAsync(cluster, head.Revision, default));
    }

    /// <summary>A node's ring goes through the API, which knows nothing but to ring.</summary>
    public void RingFromNode(SimNode node)
    {
        if (IsDown || Chance.Hits("ring", Rates.Lose))
            return;
        var late = Chance.Hits("ring", Rates.Delay) ? Chance.UpTo("ring", TimeSpan.FromSeconds(5)) : TimeSpan.Zero;
        Await(Queue.RingAtAsync(new(node.Cluster, Chance.Hits("ring", 0.5) ? RingReasons.Status : RingReasons.StatusOf(node.Uid), Revision.Zero), Clock.Now + late, default));
    }

    public void Dispose()
    {
        for (int i = 0; i < processes.Length; i++)
            Restart(i);
    }

    /// <summary>As when a session's lock was lost: one of them handles the doorbell, the other one the same or another one, and neither waits.</summary>
    private void DeliverToBoth(MemoryWorkQueue.Delivery delivery)
    {
        delivery.Complete();
        for (int i = 0; i < Brains; i++)
        {
            var process = Process(i);
            while (Turns.IsBusy(process.Name))
                Turns.Go(Chance);
            Bury();
            if (i > 0 && Chance.Hits("turns", 0.3) && Queue.TryTake() is { } another)
                (delivery = another).Complete();
            Begin(Process(i), delivery.Doorbell);
        }

        Bury();
    }

    private void Begin(SimProcess process, Doorbell doorbell)
    {
        Trace.Add($"{process.Name}: {doorbell.Why} {doorbell.Revision}");
        Turns.Begin(process.Name, () => process.HandleAsync(doorbell), () => Await(Queue.RingAsync(doorbell, default)));
    }

    private void WriteNoise()
    {
        if (Await(Store.ReadHeadAsync(Cluster, default)) is not { } head)
            return;
        var key = new ResourceKey(ResourceTypes.ConfigMaps, "default", "noise");
        bool there = Await(Store.GetAsync(Cluster, key, default)) is not null;
        var map = A.ConfigMap("noise", ("n", (++noise).ToString(CultureInfo.InvariantCulture)));
        map = map with { Metadata = map.Metadata with { Uid = $"noise-{Cluster}" } };
        PendingChange[] changes = [new(there ? ChangeType.Modified : ChangeType.Added, key, KubeJson.Write(map))];
        if (Await(Store.CommitAsync(Cluster, head, changes, default)) is CommitOutcome.Committed)
            Laws.Committed();
    }

    private static async Task<bool> Done(Task operation)
    {
        await operation;
        return true;
    }

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }
}
