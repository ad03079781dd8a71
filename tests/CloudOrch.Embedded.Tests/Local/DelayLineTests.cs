using CloudOrch.Local.Wire;
using CloudOrch.Testing;

namespace CloudOrch.Embedded.Tests.Local;

public sealed class DelayLineTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200);

    private readonly ManualClock _clock = new();
    private readonly long _started;

    public DelayLineTests() => _started = _clock.GetTimestamp();

    [Fact]
    public void A_frame_comes_out_after_the_delay_and_not_before()
    {
        var line = new DelayLine(Delay, 0, new Random(1));
        Assert.True(line.Put([1], Now));
        _clock.Advance(Delay - TimeSpan.FromMilliseconds(1));
        Assert.False(line.TryTake(Now, out _));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(line.TryTake(Now, out byte[]? frame));
        Assert.Equal([1], frame);
        Assert.False(line.TryTake(Now, out _));
    }

    [Fact]
    public void Frames_keep_their_order_and_their_distance()
    {
        var line = new DelayLine(Delay, 0, new Random(1));
        line.Put([1], Now);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        line.Put([2], Now);
        Assert.Equal(Delay, line.NextDueAt);
        _clock.Advance(Delay - TimeSpan.FromMilliseconds(50));
        Assert.Equal([1], Taken(line));
        Assert.Equal(Delay + TimeSpan.FromMilliseconds(50), line.NextDueAt);
        Assert.Empty(Taken(line));
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal([2], Taken(line));
        Assert.Null(line.NextDueAt);
    }

    [Theory]
    [InlineData(0, 10_000, 10_000)]
    [InlineData(0.05, 9_400, 9_600)]
    [InlineData(1, 0, 0)]
    public void The_given_part_of_the_frames_is_lost(double loss, int least, int most)
    {
        Seeds.Each(20, seed =>
        {
            var line = new DelayLine(TimeSpan.Zero, loss, new Random(seed));
            int kept = Enumerable.Range(0, 10_000).Count(_ => line.Put([0], Now));
            Assert.InRange(kept, least, most);
            Assert.Equal(kept, Taken(line).Count);
        });
    }

    [Fact]
    public void What_does_not_fit_any_more_is_lost_and_the_rest_arrives()
    {
        var line = new DelayLine(Delay, 0, new Random(1), capacity: 2);
        Assert.Equal([true, true, false], new byte[] { 1, 2, 3 }.Select(n => line.Put([n], Now)));
        _clock.Advance(Delay);
        Assert.Equal([1, 2], Taken(line));
        Assert.True(line.Put([4], Now));
    }

    private TimeSpan Now => _clock.GetElapsedTime(_started);

    private List<byte> Taken(DelayLine line)
    {
        var taken = new List<byte>();
        while (line.TryTake(Now, out byte[]? frame))
            taken.Add(frame[0]);
        return taken;
    }
}
