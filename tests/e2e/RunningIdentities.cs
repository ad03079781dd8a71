using System.Text.Json.Nodes;

namespace CloudOrch.EndToEnd;

/// <summary>Looks at the engines of all hosts ten times a second, and listens to what they tell between the looks: does any fenced identity run twice?</summary>
/// <remarks>What the engines tell has times of one clock, since they are on one machine.</remarks>
internal sealed class RunningIdentities : IAsyncDisposable
{
    private const string Label = "io.cloudorch.fenced-identity";
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<Engine> _engines;
    private readonly Lock _gate = new();
    private readonly List<string> _doubled = [];
    private readonly List<(long Nanoseconds, bool Starts, string Identity, int Host, string Container)> _told = [];
    private readonly Task _looking;
    private readonly Task _listening;
    private IReadOnlyList<(string Identity, int Host, string Container)> _last = [];

    /// <param name="engines">The hosts', the first host's first.</param>
    public RunningIdentities(IReadOnlyList<Engine> engines)
    {
        _engines = engines;
        _looking = Task.Run(LookAsync);
        _listening = Task.WhenAll(_engines.Select((e, i) => Task.Run(() => ListenAsync(e, i + 1))));
    }

    /// <summary>How often all engines were looked at.</summary>
    public int Looks { get; private set; }

    /// <summary>The longest time between two looks.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>Looks that met an identity twice.</summary>
    public IReadOnlyList<string> Doubled
    {
        get
        {
            lock (_gate)
                return [.. _doubled];
        }
    }

    /// <summary>Starts, by what the engines tell, of identities that ran elsewhere at that moment.</summary>
    public IReadOnlyList<string> Overlaps()
    {
        lock (_gate)
        {
            var found = new List<string>();
            var running = new Dictionary<string, (string Identity, int Host)>();
            foreach (var told in _told.OrderBy(t => t.Nanoseconds).ThenBy(t => t.Starts))
            {
                if (!told.Starts)
                {
                    running.Remove(told.Container);
                    continue;
                }

                found.AddRange(running.Where(r => r.Value.Identity == told.Identity).Select(r => $"{told.Identity} started on host {told.Host} while {r.Key[..12]} ran on host {r.Value.Host}"));
                running[told.Container] = (told.Identity, told.Host);
            }

            return found;
        }
    }

    /// <summary>How many starts the engines told of.</summary>
    public int Starts
    {
        get
        {
            lock (_gate)
                return _told.Count(t => t.Starts);
        }
    }

    /// <summary>What ran when it was last looked.</summary>
    public IReadOnlyList<(string Identity, int Host, string Container)> Last
    {
        get
        {
            lock (_gate)
                return _last;
        }
    }

    /// <summary>Why it does not look or listen any more; null: it does.</summary>
    public Exception? Failure => _looking.Exception?.InnerException ?? _listening.Exception?.InnerException;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        var clock = TimeProvider.System;
        using var timer = new PeriodicTimer(Every);
        long last = clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            var all = (await Task.WhenAll(_engines.Select((e, i) => RunningAsync(e, i + 1)))).SelectMany(r => r).ToList();
            long now = clock.GetTimestamp();
            lock (_gate)
            {
                Looks++;
                LongestGap = clock.GetElapsedTime(last, now) is var gap && gap > LongestGap ? gap : LongestGap;
                _last = all;
                foreach (var doubled in all.GroupBy(r => r.Identity).Where(g => g.Count() > 1))
                    _doubled.Add($"{clock.GetUtcNow():HH:mm:ss.fff} {doubled.Key}: {string.Join(", ", doubled.Select(d => $"{d.Container[..12]} on host {d.Host}"))}");
            }

            last = now;
        }
    }

    private async Task ListenAsync(Engine engine, int host)
    {
        await using var stream = await engine.EventsAsync(Label, _stop.Token);
        using var lines = new StreamReader(stream);
        while (await lines.ReadLineAsync(_stop.Token) is { } line)
        {
            var told = JsonNode.Parse(line)!;
            var (identity, container) = ((string)told["Actor"]!["Attributes"]![Label]!, (string)told["Actor"]!["ID"]!);
            lock (_gate)
                _told.Add(((long)told["timeNano"]!, (string?)told["Action"] == "start", identity, host, container));
        }

        throw new IOException($"the engine of host {host} tells nothing any more");
    }

    private async Task<IEnumerable<(string Identity, int Host, string Container)>> RunningAsync(Engine engine, int host) =>
        (await engine.ContainersAsync(Label, cancellationToken: _stop.Token)).Select(c => (c.Labels[Label], host, c.Id));
}
