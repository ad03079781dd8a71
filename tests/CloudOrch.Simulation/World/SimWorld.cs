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

    private static readonly string Key = NewKey();
    private readonly SimProcess?[] processes = new SimProcess?[2];
    private readonly int[] generations = new int[2];
    private readonly List<SimNode> nodes = [];
    private bool interfering;
    private int noise;

    public SimWorld(int seed)
    {
        Chance = new(seed);
        Clock = new();
        Trace = new(Clock, A.Epoch);
        Store = new();
        Rows = new(Clock);
        Queue = new(Clock);
        Sender = new(Clock);
        Streams = new(Clock);
        Identities = new SeededIdentities(seed);
        ChangesPerChain = Chance.Pick("shape", [3, 20, 490]);
        RingEvents = Chance.Pick("shape", [16, 256, 16_384]);
        KeptRevisions = Chance.Pick("shape", [20, 10_000]);
        Laws = new(this);
        Users = new(this);
    }

    public Chance Chance { get; }
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
    public LawBook Laws { get; }
    public SimUsers Users { get; }
    public ClusterId Cluster { get; private set; }
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
        processes[index]?.Dispose();
        processes[index] = null;
    }

    public void Begin(int nodeCount)
    {
        var made = Await(Process(0).CallAsync("POST", "/apis/management.cloudorch.io/v1/clusters", $$$"""{"metadata":{"name":"{{{ClusterName}}}"} }"""));
        if (made.Code != 201)
            throw new InvalidOperationException(made.Text);
        Cluster = new(made.Json.GetProperty("metadata").GetProperty("uid").GetString()!);
        Laws.Begin();
        for (int i = 0; i < nodeCount; i++)
            nodes.Add(new SimNode($"n{i}", this));
        foreach (var node in nodes)
        {
            if (!TryEnrol(node))
                throw new InvalidOperationException($"{node.Name} is refused");
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
        var token = Await(Process(0).CallAsync("POST", "/apis/management.cloudorch.io/v1/jointokens",
            $$$"""{"metadata":{"generateName":"join-"},"spec":{"clusterName":"{{{ClusterName}}}"} }"""));
        if (token.Code != 201)
            throw new InvalidOperationException(token.Text);
        var outcome = Await(Process(0).EnrolAsync(new()
        {
            JoinToken = token.Json.GetProperty("status").GetProperty("token").GetString(), NodeName = node.Name, SigningKey = Key, SealingKey = Key,
        }));
        if (outcome is not EnrolOutcome.Enrolled enrolled)
            return false;
        Trace.Add($"{node.Name}: enrolled as {enrolled.Response.NodeUid}");
        node.Enrolled(enrolled.Response.NodeUid);
        return true;
    }

    /// <summary>One doorbell, if one is due, handled by this process; answers whether there was one.</summary>
    public bool Deliver(int index)
    {
        if (Queue.TryTake(Cluster) is not { } delivery)
            return false;
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
        try
        {
            Await(Process(index).TickAsync(Clock.Now));
        }
        catch (Exception e) when (e is ProcessDiedException or StoreUnavailableException or IOException)
        {
            // The host logs it; the next tick comes.
            Trace.Add($"{Process(index).Name}: tick failed");
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
            if (Chance.Hits("interfere", 0.5))
            {
                int other = process.StartsWith("p0", StringComparison.Ordinal) ? 1 : 0;
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

    /// <summary>A node's ring goes through the API, which knows nothing but to ring.</summary>
    public void RingFromNode(SimNode node)
    {
        if (Chance.Hits("ring", Rates.Lose))
            return;
        var late = Chance.Hits("ring", Rates.Delay) ? Chance.UpTo("ring", TimeSpan.FromSeconds(5)) : TimeSpan.Zero;
        Await(Queue.RingAtAsync(new(Cluster, Chance.Hits("ring", 0.5) ? RingReasons.Status : RingReasons.StatusOf(node.Uid), Revision.Zero), Clock.Now + late, default));
    }

    public void Dispose()
    {
        Restart(0);
        Restart(1);
    }

    private void WriteNoise()
    {
        var key = new ResourceKey(ResourceTypes.ConfigMaps, "default", "noise");
        bool there = Await(Store.GetAsync(Cluster, key, default)) is not null;
        var map = A.ConfigMap("noise", ("n", (++noise).ToString(CultureInfo.InvariantCulture)));
        PendingChange[] changes = [new(there ? ChangeType.Modified : ChangeType.Added, key, KubeJson.Write(map))];
        if (Await(Store.CommitAsync(Cluster, Await(Store.ReadHeadAsync(Cluster, default))!, changes, default)) is CommitOutcome.Committed)
            Laws.Committed(changes);
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
