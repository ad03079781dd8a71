using CloudOrch.Agent.Resources;
using CloudOrch.Domain.Nodes;
using CloudOrch.Testing.Runtime;

namespace CloudOrch.Agent.Tests.Resources;

/// <summary>A machine whose engine's disk has 100 MiB and holds its images, and other things.</summary>
internal sealed class FakeMeter(FakeRuntime runtime) : INodeMeter
{
    /// <summary>MiB on the engine's disk that no image takes.</summary>
    public int Other { get; set; }

    /// <summary>Of the agent's own disk.</summary>
    public int UsedPercent { get; set; }

    /// <summary>How often it was measured.</summary>
    public int Rounds { get; private set; }

    /// <summary>Of the whole machine.</summary>
    public UsageTotals? Used { get; set; }

    public UsageTotals? Usage() => Used;

    public NodeLoad? Load()
    {
        Rounds++;
        return new NodeLoad(4L << 30, 300, 32768);
    }

    public DiskUse? Disk(string path) => path == FakeRuntime.DataRoot
        ? new DiskUse(path, 100L << 20, (100L << 20) - ((long)Other << 20) - runtime.Images.Sum(i => runtime.ImageBytes.GetValueOrDefault(i, 1 << 20)))
        : new DiskUse(path, 100L << 20, (long)(100 - UsedPercent) << 20);
}
