using System.Text.Json;
using CloudOrch.Agent.Journal;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;

namespace CloudOrch.Agent.Fencing;

/// <summary>What outlives the agent of its fence: for its watchdog at once, for the next agent at its start.</summary>
public sealed record FenceRecord : ApiType
{
    public int V { get; init; } = 1;
    public string BootId { get; init; } = "";
    public string Era { get; init; } = "";
    public string Id { get; init; } = "";
    /// <summary>Milliseconds since boot, like the others.</summary>
    public long? RenewedAt { get; init; }
    public ValueList<FencePromiseRecord> Promises { get; init; } = [];
    /// <summary>When killing begins; null: at once.</summary>
    public long? KillAt { get; init; }
    /// <summary>Ids of all fenced containers that run or are about to.</summary>
    public ValueList<string> Containers { get; init; } = [];
    /// <summary>False: no pod here has a fenced identity, the watchdog is to end.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>The state that was written.</summary>
    public FenceState State() => new()
    {
        BootId = BootId,
        Era = Era,
        Id = Id,
        RenewedAt = RenewedAt is { } at ? TimeSpan.FromMilliseconds(at) : null,
        Promises = [.. Promises.Select(p => new FencePromise(TimeSpan.FromMilliseconds(p.At), p.Seconds))],
    };

    public static FenceRecord Of(FenceState state, IEnumerable<string> containers, bool isGuarded)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new()
        {
            BootId = state.BootId,
            Era = state.Era,
            Id = state.Id,
            // Rounded down: nobody who reads it back has more time than was meant.
            RenewedAt = state.RenewedAt is { } at ? (long)at.TotalMilliseconds : null,
            Promises = state.Promises.Select(p => new FencePromiseRecord((long)p.At.TotalMilliseconds, p.Seconds)).ToValueList(),
            KillAt = state.DeadlineAt is { } deadline ? (long)(deadline - FenceTimes.KillShare).TotalMilliseconds : null,
            Containers = containers.Order(StringComparer.Ordinal).ToValueList(),
            IsGuarded = isGuarded,
        };
    }
}

public sealed record FencePromiseRecord(long At, int Seconds);

/// <summary>The file <c>fence.json</c> of a data directory. It need not outlive the machine: after a boot it means nothing.</summary>
public sealed class FenceFile(string directory)
{
    private readonly string _path = Path.Combine(directory, "fence.json");

    /// <summary>null: there is none, or it cannot be understood.</summary>
    public FenceRecord? Read()
    {
        try
        {
            return AtomicFile.Read(_path) is { Length: > 0 } json ? KubeJson.Read<FenceRecord>(json) : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file. On a disk without space it is written over in place: whoever meets half of it keeps to what was there before.</summary>
    /// <exception cref="IOException">Neither was possible.</exception>
    public void Write(FenceRecord record)
    {
        byte[] json = KubeJson.Write(record);
        try
        {
            AtomicFile.Replace(_path, json);
        }
        catch (IOException) when (new FileInfo(_path) is { Exists: true, Length: var length } && length >= json.Length)
        {
            byte[] padded = new byte[length];
            padded.AsSpan().Fill((byte)' ');
            json.CopyTo(padded, 0);
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Write(padded);
        }
    }
}
