using System.Diagnostics;
using Azure.Data.Tables;
using CloudOrch.Azure.Identity;
using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Bench;

/// <summary>What the brain's commits come to: 10,000 new pods through the cache and the store, in the chains of a pass, beside plain transactions of the same bytes.</summary>
internal static class CommittedObjects
{
    private const int Pods = 10_000, Rounds = 3, WarmUp = 1;

    private static readonly KindDefinition Kind = KindRegistry.Of<Pod>();

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        var pods = Enumerable.Range(0, Pods).Select(Bound).ToList();
        var rows = new List<string[]>();
        double best = 0;
        foreach (var (by, tables) in Ways(lab))
        {
            await tables.EnsureCreatedAsync(ct);
            var (plain, stored) = (new List<double>(), new List<double>());
            for (int round = 0; round < WarmUp + Rounds; round++)
            {
                plain.Add(await PlainAsync(tables.State.Single, $"plain-{round}", pods, ct));
                stored.Add(await StoredAsync(tables, new($"stored-{round}"), pods, ct));
            }
            plain.RemoveRange(0, WarmUp);
            stored.RemoveRange(0, WarmUp);
            best = Math.Max(best, Median(stored));
            rows.Add([by, $"{Median(plain):n0}", $"{Median(stored):n0}", $"{Median(stored) / Median(plain):0.00}"]);
        }
        int bytes = (int)pods.Average(p => ObjectCodec.Write(p.Object).Length);
        Table.Print($"{Pods:n0} new pods of {bytes} bytes into one partition, objects/s (median of {Rounds})", ["through", "plain transactions of 100", "the control plane's commits", "ratio"], [.. rows]);
        Table.Budget("at least 4,000 objects/s", best >= 4_000);
    }

    /// <summary>Pods a second in plain transactions into one partition, the best of three rounds: Azurite's own limit, and the gate's.</summary>
    public static async Task<(double Azurite, double Gate)> PlainThroughputAsync(Lab lab, int count, CancellationToken ct)
    {
        var pods = Enumerable.Range(0, count).Select(Bound).ToList();
        var best = new List<double>();
        foreach (var (_, tables) in Ways(lab))
        {
            await tables.EnsureCreatedAsync(ct);
            double most = 0;
            for (int round = 0; round < Rounds; round++)
                most = Math.Max(most, await PlainAsync(tables.State.Single, $"plain-{round}", pods, ct));
            best.Add(most);
        }
        return (best[0], best[1]);
    }

    /// <summary>The tables of the instance's storage as the benchmark reaches them, under names of its own.</summary>
    private static IEnumerable<(string By, ControlPlaneTables Tables)> Ways(Lab lab)
    {
        var parts = lab.Setting("functions-1", "Storage").Split(';').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var key = new TableSharedKeyCredential(parts["AccountName"], parts["AccountKey"]);
        string port = File.ReadLines($"{lab.Local}/ports").First(l => l.StartsWith("azurite=", StringComparison.Ordinal)).Split('=')[1];
        yield return ("Azurite itself", ControlPlaneTables.WithKey(new Uri($"http://127.0.0.1:{port}/{parts["AccountName"]}"), key, new TablesOptions { Prefix = "bench0" }));
        yield return ("the gate", ControlPlaneTables.WithKey(new Uri(parts["TableEndpoint"]), key, new TablesOptions { Prefix = "bench1" }));
    }

    /// <summary>Each object once, without revision, log or cache.</summary>
    private static async Task<double> PlainAsync(TableClient table, string partition, List<ObjectChange> pods, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        foreach (var chunk in pods.Chunk(100))
        {
            await table.SubmitTransactionAsync(chunk.Select(p => new TableTransactionAction(
                TableTransactionActionType.Add, new TableEntity(partition, p.Key.Name) { ["B0"] = ObjectCodec.Write(p.Object) })), ct);
        }
        return pods.Count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> StoredAsync(ControlPlaneTables tables, ClusterId cluster, List<ObjectChange> pods, CancellationToken ct)
    {
        var store = new TablesResourceStore(tables, new RandomIdentityGenerator(), TimeProvider.System);
        await store.CreateClusterAsync(cluster, epoch: 1, ct);
        var cache = new ClusterCaches(store, TimeProvider.System, new CacheOptions(), NullLogger<ClusterCache>.Instance).Of(cluster);
        var basis = await cache.CatchUpAsync(ct);
        var watch = Stopwatch.StartNew();
        foreach (var chain in pods.Chunk(new BrainOptions().ChangesPerChain))
        {
            var outcome = await cache.CommitInOrderAsync(basis, chain, ct);
            if (outcome.Done != chain.Length)
                throw new InvalidOperationException($"{outcome.Done} of {chain.Length} changes were committed: {outcome.Last}");
            basis = cache.Current!;
        }
        return pods.Count / watch.Elapsed.TotalSeconds;
    }

    private static ObjectChange Bound(int i)
    {
        var asked = BenchCluster.Pod(i, owner: i / 100);
        var pod = (Pod)Kind.PrepareForCreate(Kind.Default(asked), BenchCluster.Epoch);
        pod = pod with
        {
            Metadata = asked.Metadata,
            Spec = pod.Spec with { NodeName = $"n{i % 500}" },
            Status = pod.Status! with { Conditions = [new Condition { Type = "PodScheduled", Status = "True", LastTransitionTime = BenchCluster.Epoch }] },
        };
        return new(ChangeType.Added, KindRegistry.KeyOf(pod), pod);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
