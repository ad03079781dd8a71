using CloudOrch.Domain.Scheduling;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Scheduling;

public sealed class SchedulerSpeedTests
{
    /// <summary>The budget is 100,000 a second; the bound here leaves room for a loaded machine. The benchmark measures.</summary>
    [Fact]
    public void A_hundred_thousand_pods_are_placed_on_five_thousand_nodes_within_seconds()
    {
        var snapshot = new SchedulingSnapshot();
        for (int i = 0; i < 5_000; i++)
            snapshot.Set(A.Node($"n{i}"));
        var scheduler = new Scheduler(DefaultProfile.Spread);
        var sets = Enumerable.Range(0, 1_000).Select(i => A.ReplicaSet($"s{i}")).ToArray();
        var template = A.Pod("t").Requesting("100m", "128Mi");
        var pods = Enumerable.Range(0, 100_000)
            .Select(i => (template with { Metadata = template.Metadata with { Name = $"p{i}" } }).OwnedBy(sets[i / 100])).ToList();

        long started = TimeProvider.System.GetTimestamp();
        int placed = 0;
        for (int at = 0; at < pods.Count; at += 1_000)
            placed += scheduler.Place(snapshot, pods.GetRange(at, 1_000), at).Count(p => p.NodeName is not null);
        var elapsed = TimeProvider.System.GetElapsedTime(started);

        Assert.Equal(100_000, placed);
        TestContext.Current.SendDiagnosticMessage($"{placed / elapsed.TotalSeconds:n0} placements/s");
        Assert.True(elapsed < TimeSpan.FromSeconds(60), $"took {elapsed.TotalSeconds:0.0} s");
    }
}
