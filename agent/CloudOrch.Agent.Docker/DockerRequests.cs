using System.Globalization;
using CloudOrch.Agent.Runtime;
using Docker.DotNet.Models;
using ContainerSpec = CloudOrch.Agent.Runtime.ContainerSpec;

namespace CloudOrch.Agent.Docker;

/// <summary>What the engine is asked for when a sandbox or a container is to be made.</summary>
internal sealed class DockerRequests(DockerLabels labels, string network)
{
    private static readonly Dictionary<string, string> LogLimits = new() { ["max-size"] = "10m", ["max-file"] = "3" };

    /// <param name="address">Of the pod; null when it uses the node's network, or the engine chooses.</param>
    /// <param name="linked">The agent links it to the pods' network itself. What the engine publishes at the node's ports it must link.</param>
    public CreateContainerParameters Sandbox(SandboxSpec spec, string? address, bool linked) => new()
    {
        Name = DockerLabels.NameOf(spec.Identity),
        Image = PauseImage.Name,
        Hostname = spec.HostNetwork ? null : spec.Hostname,
        Labels = SandboxLabels(spec, address),
        NetworkingConfig = address is null || linked ? null : new NetworkingConfig
        {
            EndpointsConfig = new Dictionary<string, EndpointSettings> { [network] = new() { IPAMConfig = new EndpointIPAMConfig { IPv4Address = address } } },
        },
        // No network of the engine's, and none of what it runs to make one: most of a sandbox's start.
        NetworkDisabled = linked,
        ExposedPorts = spec.Ports.Select(Port).Distinct().ToDictionary(p => p, _ => default(EmptyStruct)),
        HostConfig = new HostConfig
        {
            NetworkMode = spec.HostNetwork ? "host" : linked ? "none" : network,
            IpcMode = "shareable",
            LogConfig = new LogConfig { Type = "none" },
            CPUShares = 2,
            // Nothing runs in it but a program that sleeps: a filter of its system calls and a dozen mounts over /proc would cost a tenth of its start.
            SecurityOpt = ["seccomp=unconfined", "no-new-privileges"],
            CapDrop = ["ALL"],
            ReadonlyRootfs = true,
            MaskedPaths = [],
            ReadonlyPaths = [],
            PortBindings = spec.Ports.GroupBy(Port).ToDictionary(g => g.Key, IList<PortBinding> (g) => [.. g.Select(Binding)]),
        },
    };

    private Dictionary<string, string> SandboxLabels(SandboxSpec spec, string? address)
    {
        var all = labels.Write(spec.Identity);
        if (address is not null)
            all[DockerLabels.Address] = address;
        return all;
    }

    public CreateContainerParameters Container(ContainerSpec spec) => new()
    {
        Name = DockerLabels.NameOf(spec.Identity),
        Image = spec.Image,
        Labels = labels.Write(spec.Identity),
        Env = [.. spec.Variables.Select(v => $"{v.Key}={v.Value}")],
        // Kubernetes' command replaces the image's entrypoint and drops its arguments; args alone replace only those.
        Entrypoint = spec.Command is { Count: > 0 } ? [.. spec.Command] : null,
        Cmd = spec.Arguments is { Count: > 0 } ? [.. spec.Arguments] : null,
        WorkingDir = spec.WorkingDirectory,
        User = spec.User,
        Tty = spec.Tty,
        OpenStdin = spec.Stdin,
        HostConfig = new HostConfig
        {
            NetworkMode = "container:" + spec.SandboxId,
            IpcMode = "container:" + spec.SandboxId,
            LogConfig = new LogConfig { Type = "json-file", Config = LogLimits },
            Binds = [.. spec.Mounts.Select(m => $"{m.HostPath}:{m.ContainerPath}{(m.ReadOnly ? ":ro" : "")}")],
            NanoCPUs = spec.NanoCpus,
            CPUShares = spec.CpuShares,
            Memory = spec.MemoryBytes,
            MemorySwap = spec.MemoryBytes,
            Privileged = spec.Privileged,
            ReadonlyRootfs = spec.ReadOnlyRoot,
            SecurityOpt = spec.NoNewPrivileges ? ["no-new-privileges"] : null,
            CapAdd = [.. spec.AddCapabilities],
            CapDrop = [.. spec.DropCapabilities],
            GroupAdd = [.. spec.Groups],
        },
    };

    private static string Port(PortMapping port) => $"{port.ContainerPort.ToString(CultureInfo.InvariantCulture)}/{port.Protocol}";

    private static PortBinding Binding(PortMapping port) =>
        new() { HostIP = port.HostAddress, HostPort = port.HostPort.ToString(CultureInfo.InvariantCulture) };
}
