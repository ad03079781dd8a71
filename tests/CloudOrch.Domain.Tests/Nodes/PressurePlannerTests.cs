using CloudOrch.Domain.Nodes;

namespace CloudOrch.Domain.Tests.Nodes;

public sealed class PressurePlannerTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PressureLimits s_limits = new();
    private static readonly NodeLoad s_idle = new(4L << 30, 300, 32768);

    [Theory]
    [InlineData(101, "False KubeletHasSufficientMemory", "the node has enough memory")]
    [InlineData(100, "False KubeletHasSufficientMemory", "the node has enough memory")]
    [InlineData(99, "True KubeletHasInsufficientMemory", "99 MiB of memory are available, less than 100 MiB")]
    public void Memory(int mebibytes, string said, string message) => Says("MemoryPressure", said, message, Plan(s_idle with { AvailableMemoryBytes = (long)mebibytes << 20 }));

    [Theory]
    [InlineData(0, "False KubeletHasSufficientPID", "the node has enough process ids")]
    [InlineData(900, "False KubeletHasSufficientPID", "the node has enough process ids")]
    [InlineData(901, "True KubeletHasInsufficientPID", "901 of 1000 process ids are used, less than 10 % are left")]
    public void Process_ids(int used, string said, string message) => Says("PIDPressure", said, message, Plan(s_idle with { Processes = used, ProcessLimit = 1000 }));

    [Theory]
    [InlineData(90, 90, "False KubeletHasNoDiskPressure", "the node has enough disk")]
    [InlineData(89, 91, "True KubeletHasDiskPressure", "/engine: 9 of 100 MiB are available (9 %)")]
    [InlineData(91, 50, "True KubeletHasDiskPressure", "/data: 9 of 100 MiB are available (9 %)")]
    public void Disk_of_the_agent_or_of_the_engine(int data, int engine, string said, string message) =>
        Says("DiskPressure", said, message, Plan(s_idle, [Use("/data", data), Use("/engine", engine)]));

    [Fact]
    public void A_write_that_failed_is_enough_whatever_the_numbers_say() => Says(
        "DiskPressure", "True KubeletHasDiskPressure", "No space left on device : '/data/x'",
        PressurePlanner.Plan(NodePressures.None, s_idle, [Use("/data", 10)], "No space left on device : '/data/x'", s_limits, s_now));

    [Fact]
    public void A_shortage_is_over_when_it_was_not_seen_for_the_transition_period()
    {
        var short_ = Plan(s_idle, [Use("/data", 95)]);
        var soon = PressurePlanner.Plan(short_, s_idle, [Use("/data", 50)], null, s_limits, s_now.AddSeconds(29));
        var again = PressurePlanner.Plan(soon, s_idle, [Use("/data", 95)], null, s_limits, s_now.AddSeconds(29.5));
        var still = PressurePlanner.Plan(again, s_idle, [Use("/data", 50)], null, s_limits, s_now.AddSeconds(59));
        var over = PressurePlanner.Plan(still, s_idle, [Use("/data", 50)], null, s_limits, s_now.AddSeconds(60));

        Assert.Equal(["True", "True", "True", "True", "False"], new[] { short_, soon, again, still, over }.Select(p => p.Conditions[1].Status));
        Assert.False(still.Says(over));
        Assert.True(soon.Says(still));
    }

    [Fact]
    public void What_cannot_be_read_is_no_shortage_and_all_three_are_always_said()
    {
        var said = PressurePlanner.Plan(NodePressures.None, null, [new DiskUse("/odd", 0, 0)], null, s_limits, s_now);

        Assert.Equal(["MemoryPressure False", "DiskPressure False", "PIDPressure False"], said.Conditions.Select(c => $"{c.Type} {c.Status}"));
    }

    [Theory]
    [InlineData("MemTotal:       24683736 kB\nMemAvailable:   22984432 kB\n", "0.10 0.09 0.02 3/417 12345\n", "4194304\n", "192674\n", 22984432L << 10, 417, 192674)]
    [InlineData("MemAvailable: 1 kB", "0 0 0 1/2 3", "100", "200", 1024, 2, 100)]
    public void Figures_of_the_kernel(string meminfo, string loadavg, string pidMax, string threadsMax, long available, long processes, long limit) =>
        Assert.Equal(new NodeLoad(available, processes, limit), KernelFigures.Parse(meminfo, loadavg, pidMax, threadsMax));

    [Theory]
    [InlineData("MemTotal: 5 kB\n", "0 0 0 1/2 3", "1")]
    [InlineData("MemAvailable: much", "0 0 0 1/2 3", "1")]
    [InlineData("MemAvailable: 1 kB", "0 0 0", "1")]
    [InlineData("MemAvailable: 1 kB", "0 0 0 1/2 3", "")]
    public void Figures_that_are_none(string meminfo, string loadavg, string pidMax) => Assert.Null(KernelFigures.Parse(meminfo, loadavg, pidMax, "1"));

    private static NodePressures Plan(NodeLoad load, IEnumerable<DiskUse>? disks = null) => PressurePlanner.Plan(NodePressures.None, load, disks ?? [], null, s_limits, s_now);

    private static DiskUse Use(string path, int used) => new(path, 100L << 20, (long)(100 - used) << 20);

    private static void Says(string type, string said, string message, NodePressures pressures)
    {
        var condition = Assert.Single(pressures.Conditions, c => c.Type == type);
        Assert.Equal((said, message), ($"{condition.Status} {condition.Reason}", condition.Message));
    }
}
