using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Xunit;

namespace CloudOrch.Testing.Contracts;

/// <summary>The laws of <see cref="IDueTable"/>.</summary>
public abstract class DueTableContract
{
    private static readonly DateTimeOffset s_now = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    protected abstract Task<IDueTable> OpenAsync();

    [Fact]
    public async Task What_is_due_comes_oldest_first_and_once()
    {
        IDueTable due = await OpenAsync();
        ClusterId a = new("a"), b = new("b");
        await due.SetAsync(new DueItem(a, "wake", s_now), default);
        await due.SetAsync(new DueItem(a, "plan", s_now.AddSeconds(-5)), default);
        await due.SetAsync(new DueItem(b, "wake", s_now.AddMilliseconds(-7)), default);
        await due.SetAsync(new DueItem(b, "lease", s_now.AddMilliseconds(1)), default);
        await due.SetAsync(new DueItem(b, "dispatch", s_now.AddHours(-1)), default);
        await due.SetAsync(new DueItem(b, "dispatch", s_now.AddHours(1)), default);
        Assert.Equal([new DueItem(a, "plan", s_now.AddSeconds(-5)), new DueItem(b, "wake", s_now.AddMilliseconds(-7)), new DueItem(a, "wake", s_now)],
            await due.ListDueAsync(s_now, default));
        Assert.Equal(5, (await due.ListDueAsync(s_now.AddDays(1), default)).Count);
    }

    [Fact]
    public async Task A_cleared_item_is_not_due_and_clearing_twice_does_no_harm()
    {
        IDueTable due = await OpenAsync();
        await due.SetAsync(new DueItem(new("a"), "wake", s_now), default);
        await due.SetAsync(new DueItem(new("a"), "plan", s_now), default);
        await due.ClearAsync(new("a"), "wake", default);
        await due.ClearAsync(new("a"), "wake", default);
        Assert.Equal("plan", Assert.Single(await due.ListDueAsync(s_now, default)).Why);
    }
}
