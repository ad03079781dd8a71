using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Docker;

/// <summary>Reads what containers use where the kernel counts it. Their control groups are looked for once each.</summary>
internal sealed class ContainerMeter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ContainerGroup> _groups = [];
    private GroupMounts? _mounts;

    /// <returns>Without those that do not run, or whose group does not tell.</returns>
    public IReadOnlyDictionary<string, UsageTotals> Measure(IReadOnlyCollection<string> ids)
    {
        lock (_gate)
        {
            Forget(ids);
            Find([.. ids.Where(id => !_groups.ContainsKey(id))]);
            var measured = new Dictionary<string, UsageTotals>();
            foreach (var (id, group) in _groups)
            {
                if (Read(group) is { } totals)
                    measured[id] = totals;
            }

            // A group that is gone may be made anew: its container was started again.
            foreach (string gone in _groups.Keys.Where(id => !measured.ContainsKey(id)).ToArray())
                _groups.Remove(gone);
            return measured;
        }
    }

    private void Forget(IReadOnlyCollection<string> ids)
    {
        var wanted = ids.ToHashSet();
        foreach (string id in _groups.Keys.Where(id => !wanted.Contains(id)).ToArray())
            _groups.Remove(id);
    }

    private void Find(HashSet<string> ids)
    {
        if (ids.Count == 0 || (_mounts ??= Mounts()) is not { } mounts)
            return;
        foreach (var (_, _, groups) in ContainerProcesses.All())
        {
            if (ids.FirstOrDefault(id => groups.Contains(id, StringComparison.Ordinal)) is not { } found)
                continue;
            if (ContainerGroup.Of(mounts, groups, found) is { } group)
                _groups[found] = group;
            ids.Remove(found);
            if (ids.Count == 0)
                return;
        }
    }

    private static GroupMounts? Mounts() => Text("/proc/self/mountinfo") is { } text ? GroupMounts.Parse(text) : null;

    private static UsageTotals? Read(ContainerGroup group)
    {
        long? cpu = group.CpuIsUnified
            ? Text(group.Cpu + "/cpu.stat") is { } cpuStat ? UsageFigures.UnifiedCpu(cpuStat) : null
            : UsageFigures.Number(Text(group.Cpu + "/cpuacct.usage"));
        return cpu is { } nanoseconds && Text(group.Memory + (group.MemoryIsUnified ? "/memory.current" : "/memory.usage_in_bytes")) is { } usage
            && Text(group.Memory + "/memory.stat") is { } stat && UsageFigures.WorkingSet(usage, stat, group.MemoryIsUnified ? "inactive_file" : "total_inactive_file") is { } bytes
            ? new UsageTotals(nanoseconds, bytes)
            : null;
    }

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the container has ended, or the machine does not tell
        }
    }
}
