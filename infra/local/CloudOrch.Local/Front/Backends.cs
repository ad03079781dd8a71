using System.Net.Sockets;

namespace CloudOrch.Local.Front;

/// <summary>The processes behind the front: which of them take connections, and whose turn it is.</summary>
public sealed class Backends(IReadOnlyList<Uri> urls, TimeProvider clock)
{
    /// <summary>How often one that is thought dead is tried again: the longest time that a returned process waits for work.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    private readonly bool[] _dead = new bool[urls.Count];
    private int _turn = -1;

    /// <summary>Living ones in turn, starting with the next; empty when none is known to live.</summary>
    public IReadOnlyList<Uri> InTurn()
    {
        int first = (int)((uint)Interlocked.Increment(ref _turn) % (uint)urls.Count);
        return [.. Enumerable.Range(0, urls.Count).Select(i => (first + i) % urls.Count).Where(i => !Volatile.Read(ref _dead[i])).Select(i => urls[i])];
    }

    /// <summary>It refused a connection: no request goes there until a probe gets through.</summary>
    public void MarkDead(Uri url) => Volatile.Write(ref _dead[Index(url)], true);

    /// <summary>Waits until one lives; false when none does in that time.</summary>
    public async Task<bool> WaitForOneAsync(TimeSpan limit, CancellationToken ct)
    {
        for (long start = clock.GetTimestamp(); clock.GetElapsedTime(start) < limit;)
        {
            if (_dead.Any(d => !d))
                return true;
            await Task.Delay(ProbeInterval, clock, ct);
        }

        return false;
    }

    /// <summary>Tries all of them all the time, until cancelled.</summary>
    public async Task ProbeAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.WhenAll(urls.Select(async (url, i) => Volatile.Write(ref _dead[i], !await AcceptsAsync(url, ct))));
            await Task.Delay(ProbeInterval, clock, ct);
        }
    }

    private int Index(Uri url)
    {
        for (int i = 0; i < urls.Count; i++)
        {
            if (urls[i] == url)
                return i;
        }

        throw new ArgumentException($"Not a backend: {url}", nameof(url));
    }

    private async Task<bool> AcceptsAsync(Uri url, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(url.Host, url.Port, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
