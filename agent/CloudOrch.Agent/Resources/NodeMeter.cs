using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Resources;

/// <summary>What the machine has left.</summary>
public interface INodeMeter
{
    /// <summary>The file system that holds a path; null when there is no such path, or it does not tell.</summary>
    DiskUse? Disk(string path);

    /// <summary>Null when the kernel does not tell.</summary>
    NodeLoad? Load();

    /// <summary>What all of the machine has used of its processors since its start, and holds of memory; null when the kernel does not tell.</summary>
    UsageTotals? Usage();
}

public sealed class LinuxMeter : INodeMeter
{
    public DiskUse? Disk(string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            return new DiskUse(path, drive.TotalSize - drive.TotalFreeSpace + drive.AvailableFreeSpace, drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    public NodeLoad? Load()
    {
        try
        {
            return KernelFigures.Parse(
                File.ReadAllText("/proc/meminfo"), File.ReadAllText("/proc/loadavg"), File.ReadAllText("/proc/sys/kernel/pid_max"), File.ReadAllText("/proc/sys/kernel/threads-max"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public UsageTotals? Usage()
    {
        try
        {
            return UsageFigures.Node(File.ReadAllText("/proc/stat"), File.ReadAllText("/proc/meminfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
