using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Tests.Nodes;

public sealed class UsageRatesTests
{
    private const long Second = 1_000_000_000;
    private static readonly DateTimeOffset s_begun = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.1, 15)]
    [InlineData(1, 15)]
    [InlineData(2, 30)]
    [InlineData(9, 30)]
    [InlineData(10, 60)]
    public void The_larger_the_cluster_the_less_often_a_node_measures(double leaseSeconds, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), UsageRates.Interval(TimeSpan.FromSeconds(leaseSeconds)));

    [Theory]
    [InlineData(15_000, 45, false)]
    [InlineData(15_000, 46, true)]
    [InlineData(60_000, 180, false)]
    [InlineData(long.MaxValue, 181, true)] // no word of a node makes it fresh for good
    [InlineData(0, 4, true)]
    [InlineData(-1, 3, false)]
    public void Three_intervals_after_its_writing_a_measurement_is_stale(long intervalMilliseconds, int age, bool stale) =>
        Assert.Equal(stale, UsageRates.IsStale(new NodeUsageDocument { IntervalMilliseconds = intervalMilliseconds }, TimeSpan.FromSeconds(age)));

    [Theory]
    [InlineData(0, 0, 15, 0L)]
    [InlineData(0, 15, 15, Second)]
    [InlineData(100, 103, 15, Second / 5)]
    [InlineData(100, 160, 30, 2 * Second)]
    [InlineData(100, 99, 15, null)] // the count began anew
    [InlineData(100, 101, 1, null)] // too short a time
    public void A_rate_is_the_difference_over_the_time_between(long before, long now, int seconds, long? rate)
    {
        var usage = UsageRates.Between(Sample(0, before, Container("a", before)), Sample(seconds, now, Container("a", now)));

        Assert.Equal(rate, usage.Node?.NanoCores);
        Assert.Equal(rate, usage.Pods is [var pod] ? pod.Containers[0].Usage.NanoCores : null);
        Assert.Equal(seconds * 1_000, usage.WindowMilliseconds);
    }

    [Theory]
    [InlineData(12, 3_000L, 2L)] // six seconds of a processor in the three since its start
    [InlineData(13, 2_000L, 3L)]
    [InlineData(14, null, null)] // it has just started
    [InlineData(-1, null, null)] // it is older than what was measured before: the agent was away
    [InlineData(null, null, null)]
    public void A_container_that_was_not_there_before_is_measured_from_its_start(int? started, long? window, long? cores)
    {
        var container = Container("new", 6) with { StartedAt = started is { } at ? s_begun.AddSeconds(at) : null };

        var usage = UsageRates.Between(Sample(0, 0), Sample(15, 0, container));

        Assert.Equal(window, usage.Pods is [var pod] ? pod.WindowMilliseconds : null);
        Assert.Equal(cores * Second, usage.Pods is [var same] ? same.Containers[0].Usage.NanoCores : null);
    }

    [Fact]
    public void Containers_are_gathered_by_pod_and_those_that_are_gone_are_left_out()
    {
        var before = Sample(0, 0, Container("a", 0, "p2"), Container("b", 0, "p1", "z"), Container("gone", 0, "p3"));
        var now = Sample(15, 0, Container("a", 15, "p2"), Container("b", 30, "p1", "z"), Container("c", 9, "p1", "y") with { StartedAt = s_begun.AddSeconds(6) });

        var usage = UsageRates.Between(before, now);

        Assert.Equal(["p1 y 1, z 2 in 15000 ms", "p2 main 1 in 15000 ms"], usage.Pods.Select(p =>
            $"{p.Uid} {string.Join(", ", p.Containers.Select(c => $"{c.Name} {c.Usage.NanoCores / Second}"))} in {p.WindowMilliseconds} ms"));
        Assert.All(usage.Pods.SelectMany(p => p.Containers), c => Assert.Equal(7 << 20, c.Usage.WorkingSetBytes));
    }

    /// <summary>The time between is not that of a clock that people set.</summary>
    [Fact]
    public void A_clock_that_was_set_changes_no_rate()
    {
        var now = Sample(15, 15, Container("a", 15)) with { Wall = s_begun.AddHours(-1) };

        var usage = UsageRates.Between(Sample(0, 0, Container("a", 0)), now);

        Assert.Equal((Second, Second), (usage.Node!.NanoCores, usage.Pods[0].Containers[0].Usage.NanoCores));
    }

    [Fact]
    public void A_kernel_that_does_not_tell_of_the_machine_hides_no_container()
    {
        var usage = UsageRates.Between(Sample(0, 0, Container("a", 0)) with { Node = null }, Sample(15, 0, Container("a", 15)));

        Assert.Null(usage.Node);
        Assert.Single(usage.Pods);
    }

    private static UsageSample Sample(int second, long cpuSeconds, params MeasuredContainer[] containers) =>
        new(TimeSpan.FromSeconds(second), s_begun.AddSeconds(second), new UsageTotals(cpuSeconds * Second, 1 << 30), [.. containers]);

    private static MeasuredContainer Container(string id, long cpuSeconds, string pod = "p", string name = "main") =>
        new(id, pod, name, s_begun.AddDays(-1), new UsageTotals(cpuSeconds * Second, 7 << 20));
}
