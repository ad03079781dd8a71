using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Runtime;

/// <summary>Who a container is: what its labels say and its name is made of. No two containers on an engine share one.</summary>
public sealed record ContainerIdentity
{
    public required string PodUid { get; init; }
    public required string PodNamespace { get; init; }
    public required string PodName { get; init; }
    public required ContainerRole Role { get; init; }
    /// <summary>Empty for a sandbox.</summary>
    public string Name { get; init; } = "";
    public int Attempt { get; init; }
    public int SandboxAttempt { get; init; }
    public int BackOffStep { get; init; }
    public string SpecHash { get; init; } = "";
    public long GraceSeconds { get; init; }
    /// <summary>Of a pod with a fenced identity; null: it has none.</summary>
    public string? FencedIdentity { get; init; }
    /// <summary>The era of the node's fence in which it is made; null: it is not fenced.</summary>
    public string? FenceEra { get; init; }

    public ObservedContainer Observed(string id) => new()
    {
        Id = id,
        PodUid = PodUid,
        PodNamespace = PodNamespace,
        PodName = PodName,
        Role = Role,
        Name = Name,
        Attempt = Attempt,
        SandboxAttempt = SandboxAttempt,
        BackOffStep = BackOffStep,
        SpecHash = SpecHash,
        GraceSeconds = GraceSeconds,
        FenceEra = FenceEra,
    };
}

/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="HostAddress">Empty for every address of the node.</param>
public sealed record PortMapping(int ContainerPort, int HostPort, string Protocol, string HostAddress);

public sealed record SandboxSpec
{
    public required ContainerIdentity Identity { get; init; }
    public string Hostname { get; init; } = "";
    /// <summary>Uses the node's own network instead of the pods'.</summary>
    public bool HostNetwork { get; init; }
    public IReadOnlyList<PortMapping> Ports { get; init; } = [];
}

public sealed record ContainerMount(string HostPath, string ContainerPath, bool ReadOnly);

public sealed record ContainerSpec
{
    public required ContainerIdentity Identity { get; init; }
    /// <summary>The container whose network it joins.</summary>
    public required string SandboxId { get; init; }
    public required string Image { get; init; }
    public string ImageId { get; init; } = "";
    /// <summary>Null for the image's own.</summary>
    public IReadOnlyList<string>? Command { get; init; }
    public IReadOnlyList<string>? Arguments { get; init; }
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];
    public string? WorkingDirectory { get; init; }
    /// <summary><c>uid</c> or <c>uid:gid</c>; null for the image's own.</summary>
    public string? User { get; init; }
    public IReadOnlyList<string> Groups { get; init; } = [];
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];
    /// <summary>Billionths of a core; 0 for no limit.</summary>
    public long NanoCpus { get; init; }
    /// <summary>Weight against other containers; 1024 for one requested core, 2 for none.</summary>
    public long CpuShares { get; init; } = 2;
    /// <summary>0 for no limit.</summary>
    public long MemoryBytes { get; init; }
    public bool Privileged { get; init; }
    public bool ReadOnlyRoot { get; init; }
    public bool NoNewPrivileges { get; init; }
    public IReadOnlyList<string> AddCapabilities { get; init; } = [];
    public IReadOnlyList<string> DropCapabilities { get; init; } = [];
    public bool Tty { get; init; }
    public bool Stdin { get; init; }
    /// <summary>Asked, with its id, when the container is made and not yet started; false: it is to be removed instead. null: it may be started.</summary>
    public Func<string, bool>? MayStart { get; init; }
}
