using System.Globalization;

namespace CloudOrch.Domain.Nodes;

/// <summary>Where a hierarchy of control groups is in the file system.</summary>
/// <param name="Root">The group that is mounted.</param>
public sealed record GroupMount(string Root, string Point);

/// <summary>The hierarchies of a machine: one for all controllers (version 2), or one for each (version 1).</summary>
public sealed record GroupMounts(GroupMount? Unified, GroupMount? Cpu, GroupMount? Memory)
{
    /// <param name="mountinfo">/proc/self/mountinfo</param>
    public static GroupMounts Parse(string mountinfo)
    {
        ArgumentNullException.ThrowIfNull(mountinfo);
        var mounts = new GroupMounts(null, null, null);
        foreach (string line in mountinfo.Split('\n'))
        {
            string[] halves = line.Split(" - ");
            if (halves.Length != 2 || halves[0].Split(' ') is not [_, _, _, var root, var point, ..] || halves[1].Split(' ') is not [var system, _, var options, ..])
                continue;
            var mount = new GroupMount(root, point);
            string[] controllers = options.Split(',');
            if (system == "cgroup2")
                mounts = mounts with { Unified = mounts.Unified ?? mount };
            else if (system == "cgroup" && controllers.Contains("cpuacct"))
                mounts = mounts with { Cpu = mounts.Cpu ?? mount };
            else if (system == "cgroup" && controllers.Contains("memory"))
                mounts = mounts with { Memory = mounts.Memory ?? mount };
        }

        return mounts;
    }
}

/// <summary>The directories in which the kernel counts what a container uses.</summary>
/// <param name="CpuIsUnified">By version 2 of control groups.</param>
/// <param name="MemoryIsUnified">By version 2 of control groups.</param>
public sealed record ContainerGroup(string Cpu, bool CpuIsUnified, string Memory, bool MemoryIsUnified)
{
    /// <param name="groups">/proc/PID/cgroup of one of its processes.</param>
    /// <param name="containerId">In the names of its groups with every driver, and above any group that it has made itself.</param>
    /// <returns>Null when there is nothing to read.</returns>
    public static ContainerGroup? Of(GroupMounts mounts, string groups, string containerId)
    {
        ArgumentNullException.ThrowIfNull(mounts);
        ArgumentNullException.ThrowIfNull(groups);
        var paths = groups.Split('\n').Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3)
            .SelectMany(parts => parts[1].Split(',').Select(controller => (controller, path: parts[2])))
            .GroupBy(group => group.controller).ToDictionary(g => g.Key, g => g.First().path, StringComparer.Ordinal);
        string? unified = DirectoryOf(mounts.Unified, "");
        string? cpu = DirectoryOf(mounts.Cpu, "cpuacct"), memory = DirectoryOf(mounts.Memory, "memory");
        return (cpu ?? unified) is { } ofCpu && (memory ?? unified) is { } ofMemory ? new ContainerGroup(ofCpu, cpu is null, ofMemory, memory is null) : null;

        string? DirectoryOf(GroupMount? mount, string controller)
        {
            if (mount is null || !paths.TryGetValue(controller, out string? path) || path.IndexOf(containerId, StringComparison.Ordinal) is var at && at < 0)
                return null;
            int end = path.IndexOf('/', at);
            string own = end < 0 ? path : path[..end];
            string root = mount.Root.TrimEnd('/');
            return own.StartsWith(root + "/", StringComparison.Ordinal) ? mount.Point + own[root.Length..] : null;
        }
    }
}

/// <summary>Reads the kernel's figures about what is used.</summary>
public static class UsageFigures
{
    /// <summary>Of /proc/stat: one hundredth of a second, whatever the kernel itself counts in.</summary>
    private const long TickNanoseconds = 10_000_000;

    /// <param name="stat">cpu.stat of version 2: its line <c>usage_usec</c>.</param>
    public static long? UnifiedCpu(string stat) => Field(stat, "usage_usec") * 1_000;

    /// <param name="usage">memory.current, or memory.usage_in_bytes.</param>
    /// <param name="stat">memory.stat</param>
    /// <param name="inactive">The line of what files hold too and nobody has used lately: <c>inactive_file</c>, in version 1 <c>total_inactive_file</c>.</param>
    /// <returns>As Kubernetes counts: what would have to be freed before the container can be given back its memory.</returns>
    public static long? WorkingSet(string usage, string stat, string inactive) =>
        Number(usage) is { } used && Field(stat, inactive) is { } idle ? Math.Max(0, used - idle) : null;

    /// <summary>Of the whole machine, without what a hypervisor took away.</summary>
    /// <param name="stat">/proc/stat: user, nice, system, idle, iowait, irq, softirq, … of all processors.</param>
    /// <param name="meminfo">/proc/meminfo</param>
    public static UsageTotals? Node(string stat, string meminfo)
    {
        ArgumentNullException.ThrowIfNull(stat);
        string[] cpu = stat.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (cpu is not ["cpu", var user, var nice, var system, _, _, var irq, var softirq, ..])
            return null;
        long? ticks = Number(user) + Number(nice) + Number(system) + Number(irq) + Number(softirq);
        return ticks is { } used && Field(meminfo, "MemTotal:") - Field(meminfo, "MemFree:") - Field(meminfo, "Inactive(file):") is { } kibibytes
            ? new UsageTotals(used * TickNanoseconds, Math.Max(0, kibibytes) << 10)
            : null;
    }

    /// <returns>The number after a name that begins a line; null when there is none.</returns>
    private static long? Field(string text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length || line[name.Length] != ' ')
                continue;
            var value = line[name.Length..].Trim();
            int end = value.IndexOf(' ');
            return Number(end < 0 ? value : value[..end]);
        }

        return null;
    }

    /// <returns>Null when it is none, such as <c>max</c>.</returns>
    public static long? Number(ReadOnlySpan<char> text) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
