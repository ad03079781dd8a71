using CloudOrch.Domain.Fencing;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Fencing;

public sealed class FenceStateTests
{
    [Theory]
    [InlineData(100, 10)]
    [InlineData(1_000, 10)]
    [InlineData(1_010, 11)]
    [InlineData(3_000, 30)]
    [InlineData(6_000, 60)]
    [InlineData(10_000, 60)]
    public void A_node_promises_ten_intervals_in_whole_seconds(int intervalMilliseconds, int seconds) =>
        Assert.Equal(seconds, FenceTimes.SecondsFor(TimeSpan.FromMilliseconds(intervalMilliseconds)));

    [Fact]
    public void The_deadline_counts_from_the_start_of_the_last_renewal_that_succeeded()
    {
        var state = Fresh(100).Sending(At(101), 10).Sending(At(104), 10);
        Assert.Equal(At(110), state.DeadlineAt);
        state = state.Renewed(At(104), At(106), "b");
        Assert.Equal(At(114), state.DeadlineAt);
        Assert.Equal((false, true), (state.MustKill(At(110.9)), state.MustKill(At(111))));
        Assert.Equal((true, false), (state.HasTimeToStart(At(108.9)), state.HasTimeToStart(At(109))));
        Assert.Equal(state, state.At(At(113.9), "c"));
        Assert.Equal(("c", "c", null, true), Shown(state.At(At(114), "c")));
    }

    [Fact]
    public void A_smaller_promise_holds_from_its_sending_on_and_a_larger_one_when_no_smaller_one_can_land_any_more()
    {
        var state = Fresh(100, seconds: 30).Sending(At(101), 20);
        Assert.Equal(At(120), state.DeadlineAt);
        state = Renewing(state, 102, 40);
        Assert.Equal(At(122), state.DeadlineAt);
        state = Renewing(state, 115, 40);
        Assert.Equal(At(135), state.DeadlineAt);
        for (int second = 120; second < 221; second += 10)
            state = Renewing(state, second, 40);
        Assert.Equal(At(240), state.DeadlineAt);
        state = Renewing(state, 222, 40);
        Assert.Equal(At(262), state.DeadlineAt);
    }

    [Fact]
    public void A_renewal_that_comes_after_the_deadline_begins_another_era()
    {
        var late = Fresh(100).Sending(At(109), 10).Renewed(At(109), At(110.5), "b");
        Assert.Equal(("b", "b", At(109), false), Shown(late));
        var inTime = Fresh(100).Sending(At(109), 10).Renewed(At(109), At(109.9), "b");
        Assert.Equal(("a", "a", At(109), false), Shown(inTime));
    }

    [Fact]
    public void An_earlier_renewal_that_is_answered_later_takes_nothing_back()
    {
        var state = Fresh(100).Sending(At(103), 10).Sending(At(104), 10).Renewed(At(104), At(104.1), "b").Renewed(At(103), At(106), "b");
        Assert.Equal(At(114), state.DeadlineAt);
    }

    [Fact]
    public void A_renewal_that_took_longer_than_it_promised_gives_nothing()
    {
        var state = FenceState.Begin(null, "boot", At(100), "a").Sending(At(100), 10).Renewed(At(100), At(111), "b");
        Assert.Equal(("b", "b", null, true), Shown(state));
    }

    [Theory]
    [InlineData("boot", 105, "a", "next", 110.0)]
    [InlineData("boot", 110, "next", "next", null)]
    [InlineData("other", 105, "next", "next", null)]
    public void The_next_agent_goes_on_until_the_deadline_of_the_same_boot(string boot, double now, string era, string id, double? deadline)
    {
        var next = FenceState.Begin(Fresh(100), boot, At(now), "next");
        Assert.Equal((era, id, deadline is { } at ? At(at) : (TimeSpan?)null), (next.Era, next.Id, next.DeadlineAt));
    }

    /// <summary>The law on which the control plane relies, over networks that lose, delay and reorder, and over promises that change.</summary>
    [Fact]
    public void Whatever_lands_in_the_row_and_when_the_deadline_is_never_later_than_the_row_says() => Seeds.Each(2_000, seed =>
    {
        var random = new Random(seed);
        var state = FenceState.Begin(null, "boot", At(0), "0");
        var rows = new List<(double At, int Seconds)>();
        double now = 0;
        int promised = 10;
        for (int i = 0; i < 40; i++)
        {
            now += random.NextDouble() * 4;
            if (random.Next(6) == 0)
                promised = random.Next(10, 61);
            double begun = now;
            state = state.At(At(now), $"{i}").Sending(At(begun), promised);
            double answer = random.NextDouble() * 5;
            // It lands while it is waited for, or later than anybody waits for it; what nobody has an answer to may also have been lost.
            bool isAnswered = random.Next(3) > 0;
            if (isAnswered)
                rows.Add((begun + (answer * random.NextDouble()), promised));
            else if (random.Next(2) == 0)
                rows.Add((begun + (random.NextDouble() * FenceTimes.LateLanding.TotalSeconds), promised));
            now += answer;
            if (isAnswered)
                state = state.Renewed(At(begun), At(now), $"{i}'");
            if (state.DeadlineAt is not { } deadline)
                continue;
            // Any row that may be the last word from now on: the newest that has landed, and those still on their way.
            double newest = rows.Where(r => r.At <= now).Max(r => r.At);
            foreach (var row in rows.Where(r => r.At >= newest))
                Assert.True(deadline.TotalSeconds <= row.At + row.Seconds, $"seed {seed}: deadline {deadline.TotalSeconds}, the row of {row.At} says {row.Seconds}");
        }
    });

    [Theory]
    [InlineData(10, 12)]
    [InlineData(60, 62)]
    [InlineData(0, 12)]
    [InlineData(-5, 12)]
    public void The_control_plane_waits_for_the_promise_and_a_margin_and_never_for_less_than_the_shortest(int promised, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), FenceTimes.SilenceFor(promised));

    private static FenceState Fresh(double at, int seconds = 10) => Renewing(FenceState.Begin(null, "boot", At(at), "a"), at, seconds);

    private static FenceState Renewing(FenceState state, double at, int seconds) => state.Sending(At(at), seconds).Renewed(At(at), At(at), "lapsed");

    private static (string Era, string Id, TimeSpan? RenewedAt, bool MustKillAtOnce) Shown(FenceState state) =>
        (state.Era, state.Id, state.RenewedAt, state.DeadlineAt is null);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
