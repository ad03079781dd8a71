namespace CloudOrch.Agent.Docker;

/// <summary>Gives memory back after a burst: the runtime would keep it for the next one, but the node has other uses for it.</summary>
internal static class MemoryKeeper
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private const long WorthIt = 4 << 20;

    /// <summary>Resident bytes that are more than an idle agent needs.</summary>
    private const long Large = 54 << 20;

    /// <summary>
    /// Tidies up when at least 4 MiB were allocated since the last time or much is resident, and again when it has got quiet after that: some
    /// milliseconds, at most three times a minute.
    /// </summary>
    public static async Task RunAsync(TimeProvider clock, CancellationToken ct)
    {
        bool wasBusy = true; // the start was
        for (long before = 0; !ct.IsCancellationRequested;)
        {
            await Task.Delay(Every, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            bool isBusy = GC.GetTotalAllocatedBytes() - before >= WorthIt;
            if (isBusy || wasBusy || Environment.WorkingSet > Large)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                ProcessMemory.ReturnFree();
                ProcessMemory.UnmapFiles();
                before = GC.GetTotalAllocatedBytes();
            }

            wasBusy = isBusy;
        }
    }
}
