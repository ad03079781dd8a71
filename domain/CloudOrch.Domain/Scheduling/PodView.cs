using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Scheduling;

/// <summary>A port on the node itself. An empty address means every address.</summary>
public readonly record struct HostPort(string Address, string Protocol, int Port)
{
    public bool ConflictsWith(HostPort other) =>
        Port == other.Port && Protocol == other.Protocol && (Address.Length == 0 || other.Address.Length == 0 || Address == other.Address);
}

/// <summary>What of a pod matters to the scheduler. Pods with equal views are interchangeable: they are placed together.</summary>
public sealed record PodView
{
    /// <summary>The uid of the pod's controller: pods of one group are spread. Empty: a pod of its own.</summary>
    public string Group { get; init; } = "";
    public int Priority { get; init; }
    public ValueList<ResourceAmount> Requests { get; init; } = [];
    public ValueMap<string> NodeSelector { get; init; } = ValueMap<string>.Empty;
    public ValueList<Toleration> Tolerations { get; init; } = [];
    public ValueList<HostPort> Ports { get; init; } = [];
    /// <summary>The node that the pod's author chose; null: any.</summary>
    public string? NodeName { get; init; }
    /// <summary>null: any number of such pods may run.</summary>
    public string? FencedIdentity { get; init; }

    public static PodView Of(Pod pod, ResourceNames names)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(names);
        var spec = pod.Spec;
        return new PodView
        {
            Group = pod.Metadata.Controller()?.Uid ?? "",
            Priority = spec.Priority ?? 0,
            Requests = names.RequestsOf(spec),
            NodeSelector = spec.NodeSelector ?? ValueMap<string>.Empty,
            Tolerations = spec.Tolerations ?? [],
            Ports = PortsOf(spec),
            NodeName = string.IsNullOrEmpty(spec.NodeName) ? null : spec.NodeName,
            FencedIdentity = Fencing.FencedIdentity.Of(pod),
        };
    }

    public long Requested(int resource)
    {
        foreach (var request in Requests.AsSpan())
        {
            if (request.Resource == resource)
                return request.Amount;
        }
        return 0;
    }

    private static ValueList<HostPort> PortsOf(PodSpec spec)
    {
        List<HostPort>? ports = null;
        foreach (var container in spec.Containers.AsSpan())
        {
            foreach (var port in (container.Ports ?? []).AsSpan())
            {
                int number = port.HostPort ?? (spec.HostNetwork == true ? port.Port : 0);
                if (number > 0)
                    (ports ??= []).Add(new(port.HostIp is null or "0.0.0.0" or "::" ? "" : port.HostIp, port.Protocol ?? "TCP", number));
            }
        }
        return ports?.ToValueList() ?? [];
    }
}
