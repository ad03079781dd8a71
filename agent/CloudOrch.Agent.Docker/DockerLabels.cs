using System.Globalization;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Docker;

/// <summary>How a container's identity is written on it: labels, and a name that the engine keeps unique.</summary>
internal sealed class DockerLabels(string agentId)
{
    public const string Agent = "io.cloudorch.agent";
    private const string PodUid = "io.cloudorch.pod.uid";
    private const string PodNamespace = "io.cloudorch.pod.namespace";
    private const string PodName = "io.cloudorch.pod.name";
    private const string Role = "io.cloudorch.role";
    private const string Container = "io.cloudorch.container";
    private const string Attempt = "io.cloudorch.attempt";
    private const string SandboxAttempt = "io.cloudorch.sandbox-attempt";
    private const string BackOffStep = "io.cloudorch.backoff-step";
    private const string SpecHash = "io.cloudorch.spec-hash";
    private const string FenceEra = "io.cloudorch.fence-era";
    private const string Grace = "io.cloudorch.grace-seconds";

    /// <summary>On a container of a pod with a fenced identity: that identity, with its namespace.</summary>
    public const string FencedIdentity = "io.cloudorch.fenced-identity";

    /// <summary>On a sandbox: its address, where the agent gives it one.</summary>
    public const string Address = "io.cloudorch.address";

    /// <summary>The filter that finds this agent's containers and no others.</summary>
    public string Filter => $"{Agent}={agentId}";

    public Dictionary<string, string> Own => new() { [Agent] = agentId };

    public static string NameOf(ContainerIdentity identity) => string.Join(
        '_',
        "co",
        identity.Role == ContainerRole.Sandbox ? "sandbox" : identity.Name,
        identity.PodName,
        identity.PodNamespace,
        identity.PodUid,
        identity.Attempt.ToString(CultureInfo.InvariantCulture));

    public Dictionary<string, string> Write(ContainerIdentity identity)
    {
        var labels = WriteAll(identity);
        if (identity.FencedIdentity is { } fenced)
            labels[FencedIdentity] = fenced;
        if (identity.FenceEra is { } era)
            labels[FenceEra] = era;
        return labels;
    }

    private Dictionary<string, string> WriteAll(ContainerIdentity identity) => new()
    {
        [Agent] = agentId,
        [PodUid] = identity.PodUid,
        [PodNamespace] = identity.PodNamespace,
        [PodName] = identity.PodName,
        [Role] = identity.Role.ToString().ToLowerInvariant(),
        [Container] = identity.Name,
        [Attempt] = identity.Attempt.ToString(CultureInfo.InvariantCulture),
        [SandboxAttempt] = identity.SandboxAttempt.ToString(CultureInfo.InvariantCulture),
        [BackOffStep] = identity.BackOffStep.ToString(CultureInfo.InvariantCulture),
        [SpecHash] = identity.SpecHash,
        [Grace] = identity.GraceSeconds.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Null for a container that is not this agent's, or whose labels say nothing that makes sense.</summary>
    public ObservedContainer? Read(string id, IDictionary<string, string>? labels)
    {
        if (labels is null || !labels.TryGetValue(Agent, out string? agent) || agent != agentId)
            return null;
        if (!labels.TryGetValue(PodUid, out string? uid) || !Enum.TryParse(labels.TryGetValue(Role, out string? text) ? text : "", ignoreCase: true, out ContainerRole role))
            return null;
        return new ObservedContainer
        {
            Id = id,
            PodUid = uid,
            PodNamespace = Text(PodNamespace),
            PodName = Text(PodName),
            Role = role,
            Name = Text(Container),
            Attempt = Number(Attempt),
            SandboxAttempt = Number(SandboxAttempt),
            BackOffStep = Number(BackOffStep),
            SpecHash = Text(SpecHash),
            GraceSeconds = Number(Grace),
            FenceEra = labels.TryGetValue(FenceEra, out string? era) ? era : null,
        };

        string Text(string label) => labels.TryGetValue(label, out string? value) ? value : "";

        int Number(string label) => int.TryParse(Text(label), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
    }
}
