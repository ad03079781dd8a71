using CloudOrch.Domain.Nodes;

namespace CloudOrch.Domain.Tests.Nodes;

public sealed class ControlGroupsTests
{
    private const string Id = "4f1c";

    private const string Separate = """
        30 23 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
        31 30 0:27 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw
        34 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:15 master:2 - cgroup cgroup rw,cpu,cpuacct
        35 30 0:31 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        """;

    private const string Unified = "29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev - cgroup2 cgroup2 rw,nsdelegate\n";

    private const string Within = "29 23 0:26 /outer /sys/fs/cgroup rw - cgroup2 cgroup rw\n";

    [Theory]
    [InlineData(Unified, "0::/system.slice/docker-4f1c.scope\n", "/sys/fs/cgroup/system.slice/docker-4f1c.scope")]
    [InlineData(Unified, "0::/docker/4f1c\n", "/sys/fs/cgroup/docker/4f1c")]
    [InlineData(Unified, "0::/docker/4f1c/init.scope\n", "/sys/fs/cgroup/docker/4f1c")] // a group that the container made itself
    [InlineData(Within, "0::/outer/docker/4f1c\n", "/sys/fs/cgroup/docker/4f1c")]
    public void A_container_is_counted_in_one_group_of_version_2(string mounts, string groups, string directory) =>
        Assert.Equal(new ContainerGroup(directory, true, directory, true), ContainerGroup.Of(GroupMounts.Parse(mounts), groups, Id));

    [Fact]
    public void And_in_a_group_for_each_controller_of_version_1() => Assert.Equal(
        new ContainerGroup("/sys/fs/cgroup/cpu,cpuacct/lab/4f1c", false, "/sys/fs/cgroup/memory/lab/4f1c", false),
        ContainerGroup.Of(GroupMounts.Parse(Separate), "9:memory:/lab/4f1c\n3:cpu,cpuacct:/lab/4f1c\n1:name=systemd:/lab/4f1c\n0::/\n", Id));

    [Theory]
    [InlineData(Unified, "0::/docker/other\n")]
    [InlineData(Unified, "")]
    [InlineData(Within, "0::/docker/4f1c\n")] // outside of what is mounted
    [InlineData(Separate, "9:memory:/lab/4f1c\n0::/\n")]
    [InlineData("", "0::/docker/4f1c\n")]
    public void What_is_not_counted_is_not_made_up(string mounts, string groups) => Assert.Null(ContainerGroup.Of(GroupMounts.Parse(mounts), groups, Id));

    [Theory]
    [InlineData("usage_usec 1500\nuser_usec 1000\n", 1_500_000L)]
    [InlineData("user_usec 1000\n", null)]
    [InlineData("usage_usec much\n", null)]
    public void Time_of_version_2_is_in_microseconds(string stat, long? nanoseconds) => Assert.Equal(nanoseconds, UsageFigures.UnifiedCpu(stat));

    [Theory]
    [InlineData("1000\n", "anon 500\ninactive_file 300\n", "inactive_file", 700L)]
    [InlineData("1000\n", "inactive_file 100\ntotal_inactive_file 300\n", "total_inactive_file", 700L)]
    [InlineData("100\n", "inactive_file 300\n", "inactive_file", 0L)] // the two files are not read at one moment
    [InlineData("1000\n", "anon 500\n", "inactive_file", null)]
    [InlineData("max\n", "inactive_file 300\n", "inactive_file", null)]
    public void The_working_set_leaves_out_what_files_hold_and_nobody_uses(string usage, string stat, string inactive, long? bytes) =>
        Assert.Equal(bytes, UsageFigures.WorkingSet(usage, stat, inactive));

    [Theory]
    [InlineData("cpu  100 20 30 9999 50 4 6 700 0 0\ncpu0 1 2\n", "MemTotal: 1000 kB\nMemFree: 300 kB\nInactive(file): 200 kB\n", 1_600_000_000L, 500L << 10)]
    [InlineData("cpu 1 1 1 1\n", "MemTotal: 1000 kB\nMemFree: 300 kB\nInactive(file): 200 kB\n", null, null)]
    [InlineData("cpu 1 1 1 1 1 1 1\n", "MemTotal: 1000 kB\nMemFree: 300 kB\n", null, null)]
    [InlineData("intr 1\n", "", null, null)]
    public void The_machine_as_a_whole(string stat, string meminfo, long? cpu, long? memory)
    {
        var usage = UsageFigures.Node(stat, meminfo);
        Assert.Equal((cpu, memory), (usage?.CpuNanoseconds, usage?.WorkingSetBytes));
    }
}
