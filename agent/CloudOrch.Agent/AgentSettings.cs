using CloudOrch.Domain.Api;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent;

/// <summary>What an agent is told at its start.</summary>
public sealed record AgentSettings
{
    /// <summary>Base address of the API, https; also what a node that moved clusters would be given anew.</summary>
    public required Uri Server { get; init; }

    /// <summary>Needed once, for the enrolment.</summary>
    public string? JoinToken { get; init; }

    /// <summary>A DNS subdomain.</summary>
    public required string NodeName { get; init; }

    /// <summary>Where keys, journal and pods' directories live; only root may read it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The node's own address, as pods see it.</summary>
    public required string NodeAddress { get; init; }

    public ValueMap<string>? Labels { get; init; }

    /// <summary>Pods that the node takes at most; Kubernetes' default is 110.</summary>
    public int MaxPods { get; init; } = 110;

    /// <summary>From which use of the engine's disk on images that nobody uses are removed, and until which.</summary>
    public DiskWatermarks Disk { get; init; } = new();

    /// <summary>From which numbers on the node says that it is short of memory, disk or process ids.</summary>
    public PressureLimits Pressure { get; init; } = new();

    public string AgentVersion { get; init; } = "0.1.0";
}
