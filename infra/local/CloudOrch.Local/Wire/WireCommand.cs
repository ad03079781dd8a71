using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Wire;

/// <summary><c>wire</c>: relays frames between two TAP devices, with a delay and a loss, until stopped; what the kernel's netem does where there is one.</summary>
public static class WireCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        if (arguments.All("tap") is not [var one, var other])
            throw new UsageException("a wire has two ends: --tap NAME --tap NAME");
        var delay = TimeSpan.FromMilliseconds(arguments.Number("round-trip", 0) / 2);
        double loss = arguments.Number("loss", 0) / 100;
        if (delay < TimeSpan.Zero || loss is < 0 or > 1)
            throw new UsageException("--round-trip is in milliseconds, --loss in percent");

        using var left = new TapDevice(one);
        using var right = new TapDevice(other);
        var failed = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var (from, to) in new[] { (left, right), (right, left) })
            new Relay(from, to, new DelayLine(delay, loss, new Random()), TimeProvider.System, e => failed.TrySetException(e)).Start();
        Console.WriteLine($"wire relays between {one} and {other}: {delay.TotalMilliseconds:0.#} ms each way, {loss:P1} lost");
        return await failed.Task.WaitAsync(ct);
    }
}
