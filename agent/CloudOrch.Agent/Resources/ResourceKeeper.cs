using CloudOrch.Agent.Pods;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Resources;

/// <summary>Measures the node: says when it is short of something, and removes what nobody uses from a disk that fills.</summary>
public sealed partial class ResourceKeeper(
    IContainerRuntime runtime, PodKeeper pods, INodeMeter meter, AgentSettings settings, TimeProvider clock, ILogger<ResourceKeeper> log, Action<NodePressures> say)
    : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private readonly SemaphoreSlim _soon = new(0, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _lastUsed = [];
    private NodePressures _pressures = NodePressures.None;
    private string? _diskFull;
    private bool _collecting;

    /// <summary>A write that failed for want of space is said at once, whatever the numbers are: inodes and quotas are not among them.</summary>
    public void WriteFailed(IOException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (e.HResult is not (NoSpace or QuotaExceeded))
            return;
        lock (_gate)
        {
            _diskFull = e.Message;
            if (_soon.CurrentCount == 0)
                _soon.Release();
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await KeepAsync(ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                Log.NotCollected(log, e.Message); // whatever the engine answered: what its absence means is said by who keeps the pods
            }

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(_soon.WaitAsync(wait.Token), Task.Delay(Every, clock, wait.Token)).ConfigureAwait(false);
            await wait.CancelAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _soon.Dispose();

    private async Task KeepAsync(CancellationToken ct)
    {
        var interests = await pods.InterestsAsync(ct).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        foreach (string image in interests.UsedImages)
            _lastUsed[image] = now;
        var engine = interests.DataRoot is { Length: > 0 } root ? meter.Disk(root) : null;
        string? diskFull;
        lock (_gate)
            (diskFull, _diskFull) = (_diskFull, null);
        var next = PressurePlanner.Plan(
            _pressures, meter.Load(), new[] { meter.Disk(settings.DataDirectory), engine }.OfType<DiskUse>(), diskFull, settings.Pressure, now);
        bool same = next.Says(_pressures);
        _pressures = next;
        if (!same)
        {
            Log.Pressures(log, string.Join("; ", next.Conditions.Select(c => c.Message)));
            say(next);
        }

        if (engine is null || !interests.EngineWorks)
            return;
        if (DiskPlanner.IsDue(engine, _collecting, settings.Disk))
            await CollectAsync(engine, ct).ConfigureAwait(false);
        else
            _collecting = false;
    }

    /// <summary>Plans, removes and measures again, until the low watermark is reached or nothing is left to remove.</summary>
    private async Task CollectAsync(DiskUse use, CancellationToken ct)
    {
        var tried = new HashSet<string>();
        bool before = _collecting;
        _collecting = true;
        while (true)
        {
            var plan = DiskPlanner.Plan(await ViewAsync(use, tried, ct).ConfigureAwait(false), settings.Disk);
            if (plan.IsEmpty)
                break;
            foreach (string id in plan.Containers.Where(tried.Add))
            {
                await runtime.RemoveAsync(id, ct).ConfigureAwait(false);
                Log.Removed(log, "container", id, use.UsedPercent);
            }

            foreach (string id in plan.Images.Where(tried.Add))
            {
                if (await runtime.RemoveImageAsync(id, ct).ConfigureAwait(false) is { } stays)
                    Log.Stays(log, id, stays);
                else
                    Log.Removed(log, "image", id, use.UsedPercent);
            }

            use = meter.Disk(use.Path) ?? use;
        }

        _collecting = DiskPlanner.IsDue(use, collecting: true, settings.Disk);
        if (_collecting && !before)
            Log.StillFull(log, use.ToString());
    }

    private async Task<DiskView> ViewAsync(DiskUse use, HashSet<string> tried, CancellationToken ct)
    {
        var images = await runtime.ListImagesAsync(ct).ConfigureAwait(false);
        // After the list: a pod that is assigned later finds its image pulled anew.
        var interests = await pods.InterestsAsync(ct).ConfigureAwait(false);
        var wanted = new HashSet<string>(interests.UsedImages);
        foreach (string name in interests.WantedImages)
        {
            if (await runtime.FindImageAsync(name, ct).ConfigureAwait(false) is { } id)
                wanted.Add(id);
        }

        foreach (string gone in _lastUsed.Keys.Except(images.Select(i => i.Id)).ToArray())
            _lastUsed.Remove(gone);
        return new DiskView
        {
            Engine = use,
            Collecting = _collecting,
            Containers = [.. interests.Containers.Where(c => !tried.Contains(c.Id))],
            Images =
            [
                .. images.Where(i => !tried.Contains(i.Id))
                    .Select(i => new ImageView(i.Id, i.Bytes, i.CreatedAt, i.InUse, wanted.Contains(i.Id), _lastUsed.TryGetValue(i.Id, out var at) ? at : null)),
            ],
        };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Pressures}")]
        public static partial void Pressures(ILogger logger, string pressures);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Id} removed: {Used:0.#} % of the engine's disk were used")]
        public static partial void Removed(ILogger logger, string kind, string id, double used);

        [LoggerMessage(Level = LogLevel.Information, Message = "image {Id} stays: {Problem}")]
        public static partial void Stays(ILogger logger, string id, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "nothing more can be removed: {Disk}")]
        public static partial void StillFull(ILogger logger, string disk);

        [LoggerMessage(Level = LogLevel.Warning, Message = "disk not cleared: {Problem}")]
        public static partial void NotCollected(ILogger logger, string problem);
    }
}
