using CloudOrch.Agent.Connection;

namespace CloudOrch.Agent.Tests.Connection;

public sealed class PaceTests
{
    [Theory]
    [InlineData(0.1, 5, 0.5, 0.25, 5)]
    [InlineData(1, 5, 0.5, 0.25, 5)]
    [InlineData(4, 8, 2, 0.4, 5)]
    [InlineData(10, 20, 5, 1, 10)]
    public void What_an_agent_repeats_grows_with_its_lease_interval(double interval, double renewal, double patience, double spacing, double alone)
    {
        var of = TimeSpan.FromSeconds(interval);
        Assert.Equal(
            [renewal, patience, spacing, alone],
            new[] { Pace.RenewalTimeout(of), Pace.StatusPatience(of), Pace.StatusSpacing(of, TimeSpan.Zero), Pace.ReadingAlone(of) }.Select(t => t.TotalSeconds));
        Assert.True(Pace.RenewalTimeout(of) <= Pace.LongestTimeout);
    }

    [Theory]
    [InlineData(1, 0, 0.25)]
    [InlineData(1, 2, 0.25)]
    [InlineData(1, 4, 0.5)]
    [InlineData(1, 1_000_000, 1)]
    [InlineData(10, 0, 1)]
    [InlineData(10, 60, 1)]
    public void A_burst_that_lasts_is_told_in_ever_fewer_statuses(double interval, double burst, double spacing) =>
        Assert.Equal(spacing, Pace.StatusSpacing(TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(burst)).TotalSeconds);

    [Theory]
    [InlineData(1, 0, 2, 2)]
    [InlineData(1, 9, 2, 2)]
    [InlineData(10, 0, 2, 11)]
    [InlineData(10, 2, 8, 17)]
    [InlineData(10, 1_000_000, 20, 29)]
    public void A_node_of_many_comes_back_to_its_queue_ever_later_and_not_with_the_others(double interval, int failures, double earliest, double latest)
    {
        double[] waits = [.. Enumerable.Range(0, 1000).Select(i => Pace.Reconnection(TimeSpan.FromSeconds(interval), failures, $"node-{i}").TotalSeconds)];
        Assert.All(waits, w => Assert.InRange(w, earliest, latest));
        Assert.InRange(waits.Average(), (earliest + latest) / 2 - 0.5, (earliest + latest) / 2 + 0.5);
    }
}
