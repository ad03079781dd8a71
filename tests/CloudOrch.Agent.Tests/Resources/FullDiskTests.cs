using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Connection;
using CloudOrch.Agent.Tests.Pods;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing.Docker;

namespace CloudOrch.Agent.Tests.Resources;

/// <summary>The agent whose directory is on a disk of a few MiB. Needs root, to mount it.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly string _disk = Directory.CreateTempSubdirectory("cloudorch-disk-").FullName;

    private string Data => Path.Combine(_disk, "data");

    public async ValueTask InitializeAsync() => await Command.RunAsync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", _disk]);

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync("umount", ["-l", _disk]);
        Directory.Delete(_disk);
    }

    [Fact]
    public async Task A_disk_without_space_stops_no_agent_is_said_and_is_made_good_when_there_is_room()
    {
        var old = KeeperWorld.Pod("u1", spec: WithFile);
        await using var world = new AgentWorld(Data, old);
        world.Journal.Assignment = world.ControlPlane.Assignment = world.ControlPlane.Assignment with { ConfigMaps = [Settings("1")] };
        world.Start(new LinuxMeter());
        await world.UntilAsync(() => Phase(world, "u1") == "Running" && world.Condition("DiskPressure") == "False", "the pod runs");
        Fill();

        world.ControlPlane.Assignment = world.ControlPlane.Assignment with
        {
            Revision = 2,
            ContentHash = "2",
            Pods = [old, KeeperWorld.Pod("u2", spec: s => WithFile(s) with { HostAliases = [new HostAlias { Ip = "10.1.2.3", Hostnames = [new string('x', 5000)] }] })],
            ConfigMaps = [Settings("2")],
        };
        await world.UntilAsync(() => world.Condition("DiskPressure") == "True", "the node says so");
        await world.UntilAsync(() => Waiting(world, "u2")?.Message?.Contains("No space left on device", StringComparison.Ordinal) == true, "the new pod says why it waits");
        Assert.Equal("CreateContainerConfigError", Waiting(world, "u2")!.Reason);
        await world.UntilAsync(() => world.Log.Any(l => l.StartsWith("report not journalled", StringComparison.Ordinal)), "the journal is full too");
        Assert.Equal("Running", Phase(world, "u1"));

        File.Delete(Path.Combine(_disk, "filling"));
        await world.UntilAsync(() => Phase(world, "u2") == "Running", "the new pod runs");
        await world.UntilAsync(() => world.Journal.Assignment?.Revision >= 2, "the assignment is journalled");
        await world.UntilAsync(() => File.ReadAllText(Path.Combine(Data, "pods", "u1", "volumes", "config", "one"))[0] == '2', "the first pod's configuration follows");
        await world.UntilAsync(() => world.Condition("DiskPressure") == "False", "it is over");
        Assert.Equal(4, world.Runtime.Running.Count);
        Assert.Equal(4, world.Runtime.Made);
    }

    [Fact]
    public async Task A_pod_is_deleted_from_a_disk_without_space()
    {
        await using var world = new AgentWorld(Data, KeeperWorld.Pod("u1"));
        world.Start(new LinuxMeter());
        await world.UntilAsync(() => Phase(world, "u1") == "Running", "the pod runs");
        Fill();

        world.ControlPlane.Assignment = world.ControlPlane.Assignment with { Revision = 2, ContentHash = "2", Pods = [] };
        await world.UntilAsync(() => world.Runtime.Containers.Count == 0 && !Directory.Exists(Path.Combine(Data, "pods", "u1")), "it is gone");
    }

    private static PodSpec WithFile(PodSpec spec) => spec with
    {
        Volumes = [new Volume { Name = "config", ConfigMap = new ConfigMapVolumeSource { Name = "settings" } }],
        Containers = [spec.Containers[0] with { VolumeMounts = [new VolumeMount { Name = "config", MountPath = "/config" }] }],
    };

    private static AssignedConfigMap Settings(string value) => new() { Namespace = "default", Name = "settings", Data = ValueMap.Of(("one", value + new string('.', 8000))) };

    private static string? Phase(AgentWorld world, string uid) => world.ControlPlane.Status?.Pods.FirstOrDefault(p => p.Uid == uid)?.Status.Phase;

    private static ContainerStateWaiting? Waiting(AgentWorld world, string uid) =>
        world.ControlPlane.Status?.Pods.FirstOrDefault(p => p.Uid == uid)?.Status.ContainerStatuses?[0].State?.Waiting;

    /// <summary>Takes every byte that is left.</summary>
    private void Fill()
    {
        using var file = new FileStream(Path.Combine(_disk, "filling"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException e) when (e.HResult == 28)
        {
            // as wanted
        }
    }
}
