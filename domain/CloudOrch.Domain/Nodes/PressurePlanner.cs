using System.Collections.Immutable;
using System.Globalization;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Nodes;

/// <summary>What was measured of the node's memory and processes.</summary>
public sealed record NodeLoad(long AvailableMemoryBytes, long Processes, long ProcessLimit);

/// <summary>From which numbers on a node says that it is short of something. The figures are Kubernetes' defaults of hard eviction.</summary>
public sealed record PressureLimits
{
    public long MemoryBytes { get; init; } = 100L << 20;

    /// <summary>Of each file system that pods or the agent write to.</summary>
    public int DiskPercent { get; init; } = 10;

    public int ProcessPercent { get; init; } = 10;

    /// <summary>How long a shortage is still said after it was last seen. Kubernetes waits 5 min; here 30 s, since the control plane replaces what it must within seconds.</summary>
    public TimeSpan Transition { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The three conditions, with the instants at which each shortage was last seen: what the next decision starts from.</summary>
public sealed record NodePressures
{
    public static readonly NodePressures None = new();

    public DateTimeOffset? MemoryAt { get; init; }

    public DateTimeOffset? DiskAt { get; init; }

    public DateTimeOffset? ProcessesAt { get; init; }

    public ImmutableArray<Condition> Conditions { get; init; } =
    [
        PressurePlanner.Say("MemoryPressure", null), PressurePlanner.Say("DiskPressure", null), PressurePlanner.Say("PIDPressure", null),
    ];

    /// <summary>Whether the same is said, whatever the words.</summary>
    public bool Says(NodePressures other) => Conditions.Select(c => c.Status).SequenceEqual(other.Conditions.Select(c => c.Status));
}

/// <summary>Whether the node is short of memory, disk or process ids, from numbers alone.</summary>
public static class PressurePlanner
{
    /// <param name="load">Null when it could not be read: nothing new is known of it.</param>
    /// <param name="diskFull">A write that failed for want of space, in the system's words, since the last decision; else null.</param>
    public static NodePressures Plan(
        NodePressures before, NodeLoad? load, IEnumerable<DiskUse> disks, string? diskFull, PressureLimits limits, DateTimeOffset now)
    {
        string? disk = diskFull ?? disks.FirstOrDefault(d => d.TotalBytes > 0 && d.AvailablePercent < limits.DiskPercent)?.ToString();
        var (memoryAt, memory) = Next(before.MemoryAt, load is null ? null : MemoryProblem(load, limits), before.Conditions[0]);
        var (diskAt, full) = Next(before.DiskAt, disk, before.Conditions[1]);
        var (processesAt, processes) = Next(before.ProcessesAt, load is null ? null : ProcessProblem(load, limits), before.Conditions[2]);
        return new NodePressures { MemoryAt = memoryAt, DiskAt = diskAt, ProcessesAt = processesAt, Conditions = [memory, full, processes] };

        (DateTimeOffset?, Condition) Next(DateTimeOffset? lastSeen, string? problem, Condition said)
        {
            if (problem is not null)
                return (now, Say(said.Type, problem));
            return lastSeen is { } at && now - at < limits.Transition ? (at, said) : (null, Say(said.Type, null));
        }
    }

    /// <param name="problem">The numbers; null when there is enough.</param>
    public static Condition Say(string type, string? problem)
    {
        var (enough, scarce, words) = type switch
        {
            "MemoryPressure" => ("KubeletHasSufficientMemory", "KubeletHasInsufficientMemory", "the node has enough memory"),
            "DiskPressure" => ("KubeletHasNoDiskPressure", "KubeletHasDiskPressure", "the node has enough disk"),
            "PIDPressure" => ("KubeletHasSufficientPID", "KubeletHasInsufficientPID", "the node has enough process ids"),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not one of the three"),
        };
        return new Condition { Type = type, Status = problem is null ? "False" : "True", Reason = problem is null ? enough : scarce, Message = problem ?? words };
    }

    private static string? MemoryProblem(NodeLoad load, PressureLimits limits) => load.AvailableMemoryBytes >= limits.MemoryBytes ? null : string.Create(
        CultureInfo.InvariantCulture, $"{load.AvailableMemoryBytes >> 20} MiB of memory are available, less than {limits.MemoryBytes >> 20} MiB");

    private static string? ProcessProblem(NodeLoad load, PressureLimits limits)
    {
        long free = load.ProcessLimit - load.Processes;
        return load.ProcessLimit <= 0 || free * 100 >= load.ProcessLimit * limits.ProcessPercent ? null : string.Create(
            CultureInfo.InvariantCulture, $"{load.Processes} of {load.ProcessLimit} process ids are used, less than {limits.ProcessPercent} % are left");
    }
}

/// <summary>Reads the kernel's files about memory and processes.</summary>
public static class KernelFigures
{
    /// <param name="meminfo">/proc/meminfo</param>
    /// <param name="loadavg">/proc/loadavg: its fourth word is <c>running/total</c>.</param>
    /// <returns>Null when a file is not what the kernel writes.</returns>
    public static NodeLoad? Parse(string meminfo, string loadavg, string pidMax, string threadsMax)
    {
        string? line = meminfo.Split('\n').FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        string[] words = loadavg.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Number(line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1)) is { } kibibytes
            && Number(words.ElementAtOrDefault(3)?.Split('/').ElementAtOrDefault(1)) is { } processes
            && Number(pidMax) is { } pids && Number(threadsMax) is { } threads
            ? new NodeLoad(kibibytes << 10, processes, Math.Min(pids, threads))
            : null;
    }

    private static long? Number(string? text) => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
