using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Which system calls are allowed.</summary>
public sealed record SeccompProfile : ApiType
{
    /// <summary>RuntimeDefault, Unconfined or Localhost.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>For Localhost: the profile's file in the node's directory of profiles.</summary>
    public string? LocalhostProfile { get; init; }
}

/// <summary>What AppArmor allows.</summary>
public sealed record AppArmorProfile : ApiType
{
    /// <summary>RuntimeDefault, Unconfined or Localhost.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>For Localhost: the name of a profile that the node has loaded.</summary>
    public string? LocalhostProfile { get; init; }
}

/// <summary>An SELinux label.</summary>
public sealed record SeLinuxOptions : ApiType
{
    /// <summary>Its user.</summary>
    public string? User { get; init; }
    /// <summary>Its role.</summary>
    public string? Role { get; init; }
    /// <summary>Its type.</summary>
    public string? Type { get; init; }
    /// <summary>Its level.</summary>
    public string? Level { get; init; }
}

/// <summary>Settings for containers of Windows.</summary>
public sealed record WindowsSecurityContextOptions : ApiType
{
    /// <summary>The name of the group-managed service account's credential spec.</summary>
    public string? GmsaCredentialSpecName { get; init; }
    /// <summary>The credential spec itself.</summary>
    public string? GmsaCredentialSpec { get; init; }
    /// <summary>The user that the container runs as.</summary>
    public string? RunAsUserName { get; init; }
    /// <summary>Whether the container runs as a process of the host.</summary>
    public bool? HostProcess { get; init; }
}

/// <summary>A setting of the kernel.</summary>
public sealed record Sysctl : ApiType
{
    /// <summary>Its name, such as net.core.somaxconn.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>Its value.</summary>
    [Required] public string Value { get; init; } = "";
}
