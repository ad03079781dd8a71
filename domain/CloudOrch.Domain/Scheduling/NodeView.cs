using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;

namespace CloudOrch.Domain.Scheduling;

/// <summary>A node with the sum of what is placed on it. Changed only by its <see cref="SchedulingSnapshot"/>.</summary>
public sealed class NodeView
{
    /// <summary>How many pods a node takes that does not say: Kubernetes' own default.</summary>
    private const long DefaultMaxPods = 110;

    /// <summary>What a pod that asks for nothing is taken to use when nodes are compared (Kubernetes' numbers).</summary>
    private const long DefaultMilliCpu = 100;
    private const long DefaultMemory = 200L << 20;

    private readonly Dictionary<string, int> groups = new(StringComparer.Ordinal);
    private readonly List<HostPort> ports = [];
    private long[] allocatable = new long[4];
    private long[] requested = new long[4];

    internal NodeView(string name, ResourceNames names, FencedIdentities identities)
    {
        (Name, Names, Identities) = (name, names, identities);
        NameHash = StableHash.Of(name);
    }

    public string Name { get; }

    public ResourceNames Names { get; }

    /// <summary>Those of the whole cluster.</summary>
    public FencedIdentities Identities { get; }

    public ValueMap<string> Labels { get; private set; } = ValueMap<string>.Empty;

    public ValueList<Taint> Taints { get; private set; } = [];

    public bool Unschedulable { get; private set; }

    /// <summary>Cores (in thousandths) and bytes that pods ask for, with Kubernetes' defaults for those that do not say.</summary>
    public long EstimatedMilliCpu { get; private set; }

    public long EstimatedMemory { get; private set; }

    /// <summary>False while pods name a node that does not exist.</summary>
    internal bool Exists => Index >= 0;

    internal int Index { get; set; } = -1;

    internal uint NameHash { get; }

    internal bool IsEmpty => requested[ResourceNames.Pods] == 0;

    public long Allocatable(int resource) => resource < allocatable.Length ? allocatable[resource] : 0;

    public long Requested(int resource) => resource < requested.Length ? requested[resource] : 0;

    /// <summary>How many pods of a group are here.</summary>
    public int CountOf(string group) => groups.GetValueOrDefault(group);

    public bool HasConflict(HostPort port)
    {
        foreach (var taken in ports)
        {
            if (taken.ConflictsWith(port))
                return true;
        }
        return false;
    }

    internal void Describe(Node node)
    {
        Labels = node.Metadata.Labels ?? ValueMap<string>.Empty;
        Taints = node.Spec.Taints ?? [];
        Unschedulable = node.Spec.Unschedulable == true;
        Array.Clear(allocatable);
        allocatable[ResourceNames.Pods] = DefaultMaxPods;
        foreach (var (name, quantity) in node.Status?.Allocatable ?? node.Status?.Capacity ?? ValueMap<Quantity>.Empty)
        {
            int resource = Names.NumberOf(name);
            if (resource >= allocatable.Length)
                Array.Resize(ref allocatable, resource + 1);
            allocatable[resource] = ResourceNames.AmountOf(resource, quantity);
        }
    }

    /// <param name="sign">1 puts the pod here, -1 takes it away.</param>
    internal void Count(PodView pod, int sign)
    {
        foreach (var request in pod.Requests.AsSpan())
        {
            if (request.Resource >= requested.Length)
                Array.Resize(ref requested, request.Resource + 1);
            requested[request.Resource] += sign * request.Amount;
        }
        EstimatedMilliCpu += sign * (pod.Requested(ResourceNames.Cpu) is var cpu and > 0 ? cpu : DefaultMilliCpu);
        EstimatedMemory += sign * (pod.Requested(ResourceNames.Memory) is var memory and > 0 ? memory : DefaultMemory);
        if (pod.Group.Length > 0)
        {
            int count = groups.GetValueOrDefault(pod.Group) + sign;
            if (count == 0)
                groups.Remove(pod.Group);
            else
                groups[pod.Group] = count;
        }
        foreach (var port in pod.Ports.AsSpan())
        {
            if (sign > 0)
                ports.Add(port);
            else
                ports.Remove(port);
        }
    }
}

/// <summary>A hash that is the same in every process (string.GetHashCode is not): for ties and seeds.</summary>
public static class StableHash
{
    /// <summary>FNV-1a, 32 bits.</summary>
    public static uint Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        uint hash = 2166136261;
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        return hash;
    }

    /// <summary>Spreads the bits of two numbers over one (MurmurHash3's finalizer).</summary>
    public static uint Mix(uint value, uint with)
    {
        value ^= with * 0x9E3779B1;
        value = (value ^ (value >> 16)) * 0x85EBCA6B;
        value = (value ^ (value >> 13)) * 0xC2B2AE35;
        return value ^ (value >> 16);
    }
}
