using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Pods;

/// <summary>What of the node goes into its containers.</summary>
public sealed record NodePlace(string NodeName, string HostAddress, ValueList<AssignedConfigMap> ConfigMaps);

/// <summary>Translates a pod of the assignment into what the engine is asked to run.</summary>
public sealed class PodSpecs(PodDirectories directories)
{
    private const string DefaultTerminationFile = "/dev/termination-log";

    public static SandboxSpec Sandbox(AssignedPod pod, int attempt) => new()
    {
        Identity = new ContainerIdentity
        {
            PodUid = pod.Uid,
            PodNamespace = pod.Namespace,
            PodName = pod.Name,
            Role = ContainerRole.Sandbox,
            Attempt = attempt,
            SandboxAttempt = attempt,
        },
        Hostname = HostnameOf(pod),
        HostNetwork = pod.Spec.HostNetwork == true,
        Ports = pod.Spec.HostNetwork == true ? [] : [.. pod.Spec.Containers.SelectMany(c => c.Ports ?? []).Where(p => p.HostPort > 0)
            .Select(p => new PortMapping(p.Port, p.HostPort!.Value, (p.Protocol ?? "TCP").ToLowerInvariant(), p.HostIp ?? ""))],
    };

    /// <returns>The specification, or why the container cannot be made from what is known.</returns>
    public (ContainerSpec? Spec, string? Problem) Container(RuntimeStep.RunContainer step, NodePlace node, string imageId)
    {
        var (pod, container) = (step.Pod, step.Container);
        string? podAddress = pod.Spec.HostNetwork == true ? node.HostAddress : step.Sandbox.Address;
        var environment = ContainerEnvironment.Of(container, new EnvironmentSource(pod, node.ConfigMaps, node.NodeName, podAddress, node.HostAddress));
        if (environment.Problem is { } problem)
            return (null, problem);
        var (mounts, unmounted) = Mounts(pod, container, step.Attempt, node.ConfigMaps, podAddress);
        if (unmounted is not null)
            return (null, unmounted);
        var security = container.SecurityContext;
        return (new ContainerSpec
        {
            Identity = new ContainerIdentity
            {
                PodUid = pod.Uid,
                PodNamespace = pod.Namespace,
                PodName = pod.Name,
                Role = step.Role,
                Name = container.Name,
                Attempt = step.Attempt,
                SandboxAttempt = step.Sandbox.Attempt,
                BackOffStep = step.BackOffStep,
                SpecHash = ContainerHash.Of(container),
                GraceSeconds = pod.Spec.TerminationGracePeriodSeconds ?? 30,
                FencedIdentity = step.FenceEra is null ? null : FencedIdentity.Of(pod.Namespace, pod.Annotations),
                FenceEra = step.FenceEra,
            },
            SandboxId = step.Sandbox.Id,
            Image = container.Image ?? "",
            ImageId = imageId,
            Command = environment.Command,
            Arguments = environment.Arguments,
            Variables = environment.Variables,
            WorkingDirectory = container.WorkingDir,
            User = UserOf(pod.Spec.SecurityContext, security),
            Groups = [.. (pod.Spec.SecurityContext?.SupplementalGroups ?? []).Concat(pod.Spec.SecurityContext?.FsGroup is { } fs ? [fs] : Array.Empty<long>())
                .Select(g => g.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            Mounts = mounts,
            NanoCpus = Amount(container.Resources?.Limits, "cpu")?.Milli * 1_000_000 ?? 0,
            MemoryBytes = Amount(container.Resources?.Limits, "memory")?.Units ?? 0,
            CpuShares = SharesOf(Amount(container.Resources?.Requests, "cpu") ?? Amount(container.Resources?.Limits, "cpu")),
            Privileged = security?.Privileged == true,
            ReadOnlyRoot = security?.ReadOnlyRootFilesystem == true,
            NoNewPrivileges = security?.AllowPrivilegeEscalation == false,
            AddCapabilities = [.. security?.Capabilities?.Add ?? []],
            DropCapabilities = [.. security?.Capabilities?.Drop ?? []],
            Tty = container.Tty == true,
            Stdin = container.Stdin == true,
        }, null);
    }

    private (IReadOnlyList<ContainerMount> Mounts, string? Problem) Mounts(
        AssignedPod pod, Container container, int attempt, ValueList<AssignedConfigMap> configMaps, string? podAddress)
    {
        var mounts = new List<ContainerMount>();
        foreach (var mount in container.VolumeMounts ?? [])
        {
            if (pod.Spec.Volumes?.FirstOrDefault(v => v.Name == mount.Name) is not { } volume)
                return ([], $"volume \"{mount.Name}\" not found");
            var (path, problem) = directories.Ensure(pod, volume, configMaps);
            if (path is null)
                return ([], problem);
            if (!string.IsNullOrEmpty(mount.SubPath))
            {
                path = Path.Combine(path, mount.SubPath);
                if (!Path.Exists(path))
                    Directory.CreateDirectory(path);
            }

            mounts.Add(new ContainerMount(path, mount.MountPath, mount.ReadOnly == true || volume.ConfigMap is not null));
        }

        string last = string.IsNullOrEmpty(container.TerminationMessagePath) ? DefaultTerminationFile : container.TerminationMessagePath;
        mounts.Add(new ContainerMount(directories.TerminationFile(pod.Uid, container.Name, attempt), last, ReadOnly: false));
        mounts.AddRange(NetworkFiles(pod, podAddress).Where(file => mounts.All(m => m.ContainerPath != file.ContainerPath)));
        return (mounts, null);
    }

    /// <summary>A pod in the node's network has the node's own files, which the engine gives it, unless it asks for more names.</summary>
    private IEnumerable<ContainerMount> NetworkFiles(AssignedPod pod, string? address)
    {
        bool onNode = pod.Spec.HostNetwork == true;
        if (!onNode || pod.Spec.HostAliases is { Count: > 0 })
        {
            string text = PodNetworkFiles.Hosts(pod, onNode ? TextOf("/etc/hosts") ?? "" : null, HostnameOf(pod), address);
            yield return new ContainerMount(directories.Write(pod.Uid, "hosts", text), "/etc/hosts", ReadOnly: false);
        }

        if (!onNode)
        {
            string text = PodNetworkFiles.Resolver(TextOf("/etc/resolv.conf") ?? "", TextOf("/run/systemd/resolve/resolv.conf"));
            yield return new ContainerMount(directories.Write(pod.Uid, "resolv.conf", text), "/etc/resolv.conf", ReadOnly: false);
        }
    }

    private static string? TextOf(string file) => File.Exists(file) ? File.ReadAllText(file) : null;

    private static string HostnameOf(AssignedPod pod)
    {
        string name = string.IsNullOrEmpty(pod.Spec.Hostname) ? pod.Name : pod.Spec.Hostname;
        return name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');
    }

    private static string? UserOf(PodSecurityContext? pod, SecurityContext? container)
    {
        long? user = container?.RunAsUser ?? pod?.RunAsUser;
        long? group = container?.RunAsGroup ?? pod?.RunAsGroup;
        return (user, group) switch
        {
            (null, null) => null,
            ({ } u, null) => $"{u}",
            (null, { } g) => $"0:{g}",
            ({ } u, { } g) => $"{u}:{g}",
        };
    }

    /// <summary>1024 shares for a core, at least the kernel's minimum of 2.</summary>
    private static long SharesOf(Quantity? cpu) => cpu is { } amount ? Math.Clamp(amount.Milli * 1024 / 1000, 2, 262_144) : 2;

    private static Quantity? Amount(ValueMap<Quantity>? list, string resource) =>
        list is not null && list.TryGetValue(resource, out var amount) ? amount : null;
}
