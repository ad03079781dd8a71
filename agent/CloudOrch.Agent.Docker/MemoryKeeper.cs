namespace CloudOrch.Agent.Docker;

/// <summary>Gives memory back after a burst: the runtime would keep it for the next one, but the node has other uses for it.</summary>
internal static class MemoryKeeper
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private const long WorthIt = 4 << 20;

    /// <summary>Collects when at least 4 MiB were allocated since the last time: some milliseconds, at most three times a minute.</summary>
    public static async Task RunAsync(TimeProvider clock, CancellationToken ct)
    {
        for (long before = 0; !ct.IsCancellationRequested;)
        {
            await Task.Delay(Every, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            long allocated = GC.GetTotalAllocatedBytes();
            if (allocated - before < WorthIt)
                continue;
            before = allocated;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
