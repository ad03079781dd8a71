using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Reporting;

/// <summary>What is said about the node itself. Its conditions keep the time of their last change.</summary>
public sealed class NodeFacts(AgentSettings settings, string bootId, INodeMeter meter, TimeProvider clock)
{
    private readonly Dictionary<string, Condition> _conditions = [];

    public static string BootId => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <param name="engineProblem">Why the engine is of no use; null when it works.</param>
    public NodeStatus Of(EngineInfo? engine, string? engineProblem, NodePressures pressures)
    {
        var ready = engineProblem is null
            ? New("Ready", "True", "AgentReady", "the agent and its container engine work")
            : New("Ready", "False", "ContainerEngineUnavailable", engineProblem);
        long? disk = engine is null ? null : meter.Disk(engine.DataRoot)?.TotalBytes;
        return new NodeStatus
        {
            Capacity = Resources(engine, disk),
            // What is kept free: with less, the node is short of disk.
            Allocatable = Resources(engine, disk * (100 - settings.Pressure.DiskPercent) / 100),
            Addresses = [new NodeAddress { Type = "InternalIP", Address = settings.NodeAddress }, new NodeAddress { Type = "Hostname", Address = settings.NodeName }],
            Conditions =
            [
                .. pressures.Conditions.Select(Kept),
                Kept(ready),
            ],
            NodeInfo = new NodeSystemInfo
            {
                MachineId = ReadOrEmpty("/etc/machine-id"),
                // As Kubernetes' agent does where the firmware tells none.
                SystemUuid = ReadOrEmpty("/sys/class/dmi/id/product_uuid") is { Length: > 0 } uuid ? uuid : ReadOrEmpty("/etc/machine-id"),
                BootId = bootId,
                KernelVersion = engine?.KernelVersion ?? Environment.OSVersion.Version.ToString(),
                OsImage = engine?.OperatingSystem ?? "",
                ContainerRuntimeVersion = engine?.Version ?? "",
                KubeletVersion = "v" + settings.AgentVersion,
                OperatingSystem = "linux",
                Architecture = engine?.Architecture ?? "",
            },
        };
    }

    /// <param name="disk">Bytes of the engine's file system, where layers, logs and emptyDirs are; null when it does not tell.</param>
    private ValueMap<Quantity>? Resources(EngineInfo? engine, long? disk) => engine is null ? null : ValueMap<Quantity>.From(
    [
        new("cpu", Quantity.OfUnits(engine.Processors)),
        .. disk is { } bytes ? [new("ephemeral-storage", Quantity.OfBytes(bytes))] : Array.Empty<KeyValuePair<string, Quantity>>(),
        new("memory", Quantity.OfBytes(engine.MemoryBytes)),
        new("pods", Quantity.OfUnits(settings.MaxPods)),
    ]);

    private static Condition New(string type, string status, string reason, string message) =>
        new() { Type = type, Status = status, Reason = reason, Message = message };

    private Condition Kept(Condition condition)
    {
        bool same = _conditions.TryGetValue(condition.Type, out var before) && before.Status == condition.Status;
        return _conditions[condition.Type] = condition with { LastTransitionTime = same ? before!.LastTransitionTime : clock.GetUtcNow() };
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // not every machine tells
        }
    }
}
