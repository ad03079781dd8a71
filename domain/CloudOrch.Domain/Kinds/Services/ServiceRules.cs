using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Services;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateService, after defaults.</summary>
internal static class ServiceRules
{
    private const string None = "None";
    private const int LongestAffinity = 86400;

    public static IEnumerable<FieldError> Validate(ServiceSpec spec) =>
    [
        .. Fields.RequiredOneOf("spec.type", spec.Type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
        .. Addresses(spec),
        .. Ports(spec),
        .. MetadataRules.Labels("spec.selector", spec.Selector),
        .. Affinity(spec),
        .. Fields.Each("spec.externalIPs", spec.ExternalIps, (at, ip) => Fields.Optional(at, ip, Names.ReachableIp)),
        .. LoadBalancer(spec),
        .. Traffic(spec),
    ];

    public static IEnumerable<FieldError> ValidateUpdate(ServiceSpec old, ServiceSpec value)
    {
        bool both = ServiceDefaults.HasAddress(old.Type) && ServiceDefaults.HasAddress(value.Type);
        if (both && !string.IsNullOrEmpty(old.ClusterIp) && value.ClusterIp != old.ClusterIp)
            yield return Refuse.Invalid("spec.clusterIPs[0]", value.ClusterIp, "may not change once set");
        if (old.Type == "LoadBalancer" && value.Type == "LoadBalancer" && old.LoadBalancerClass is not null && value.LoadBalancerClass != old.LoadBalancerClass)
            yield return Refuse.Invalid("spec.loadBalancerClass", value.LoadBalancerClass, "may not change once set");
    }

    private static IEnumerable<FieldError> Addresses(ServiceSpec spec)
    {
        var addresses = spec.ClusterIps ?? [];
        if (spec.Type == "ExternalName")
        {
            if (addresses.Count > 0)
                yield return Refuse.Forbidden("spec.clusterIPs", "may not be set for ExternalName services");
            foreach (var error in Fields.Named("spec.externalName", spec.ExternalName?.TrimEnd('.'), Names.Subdomain))
                yield return error;
        }
        else if (spec.Type != "ClusterIP" && addresses is [None, ..])
            yield return Refuse.Invalid("spec.clusterIPs[0]", None, $"may not be set to 'None' for {spec.Type} services");
        if (!string.IsNullOrEmpty(spec.ClusterIp) && addresses is [var first, ..] && first != spec.ClusterIp)
            yield return Refuse.Invalid("spec.clusterIPs", addresses, "first value must match `clusterIP`");
        if (string.IsNullOrEmpty(spec.ClusterIp) && addresses.Count > 0)
            yield return Refuse.Invalid("spec.clusterIPs", addresses, "must be empty when `clusterIP` is not specified");
        if (addresses.Count > 1 && addresses.Contains(None))
            yield return Refuse.Invalid("spec.clusterIPs", addresses, "'None' must be the first and only value");
        foreach (var error in Fields.Each("spec.clusterIPs", addresses, (at, ip) => ip == None ? [] : Fields.Optional(at, ip, Names.Ip))
            .Concat(Fields.Each("spec.ipFamilies", spec.IpFamilies, (at, family) => Fields.OneOf(at, family, "IPv4", "IPv6")))
            .Concat(Fields.Unique("spec.ipFamilies", spec.IpFamilies, family => family))
            .Concat(Fields.OneOf("spec.ipFamilyPolicy", spec.IpFamilyPolicy, "PreferDualStack", "RequireDualStack", "SingleStack")))
            yield return error;
    }

    private static IEnumerable<FieldError> Ports(ServiceSpec spec)
    {
        var ports = spec.Ports ?? [];
        if (ports.Count == 0 && spec.ClusterIp != None && spec.Type != "ExternalName")
            yield return Refuse.Required("spec.ports");
        foreach (var error in Fields.Each("spec.ports", ports, (at, port) => Port(at, port, spec.Type, isOne: ports.Count == 1))
            .Concat(Fields.Unique("spec.ports", ports, p => p.Name, ".name"))
            .Concat(Fields.Unique("spec.ports", ports, p => $"{p.Port}/{p.Protocol}"))
            .Concat(Fields.Unique("spec.ports", ports, p => p.NodePort is null or 0 ? null : $"{p.NodePort}/{p.Protocol}", ".nodePort")))
            yield return error;
    }

    private static IEnumerable<FieldError> Port(string field, ServicePort port, string? type, bool isOne) =>
    [
        .. isOne ? Fields.Optional($"{field}.name", port.Name, Names.Label) : Fields.Named($"{field}.name", port.Name, Names.Label),
        .. Fields.Port($"{field}.port", port.Port),
        .. Fields.Protocol($"{field}.protocol", port.Protocol),
        .. Fields.Port($"{field}.targetPort", port.TargetPort ?? port.Port),
        .. Fields.Optional($"{field}.appProtocol", port.AppProtocol, Names.Qualified),
        .. port.NodePort is not (null or 0) && type is "ClusterIP" or "ExternalName"
            ? [Refuse.Forbidden($"{field}.nodePort", $"may not be used when `type` is '{type}'")] : Array.Empty<FieldError>(),
    ];

    private static IEnumerable<FieldError> Affinity(ServiceSpec spec)
    {
        const string timeout = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
        foreach (var error in Fields.RequiredOneOf("spec.sessionAffinity", spec.SessionAffinity, "ClientIP", None))
            yield return error;
        if (spec.SessionAffinity != "ClientIP")
            yield break;
        if (spec.SessionAffinityConfig?.ClientIp?.TimeoutSeconds is not { } seconds)
            yield return Refuse.Required(timeout, "when session affinity type is ClientIP");
        else if (seconds is <= 0 or > LongestAffinity)
            yield return Refuse.Invalid(timeout, seconds, $"must be greater than 0 and less than {LongestAffinity}");
    }

    private static IEnumerable<FieldError> LoadBalancer(ServiceSpec spec)
    {
        const string only = "may only be used when `type` is 'LoadBalancer'";
        if (spec.Type != "LoadBalancer")
        {
            if (spec.LoadBalancerSourceRanges is { Count: > 0 })
                yield return Refuse.Forbidden("spec.loadBalancerSourceRanges", only);
            if (spec.AllocateLoadBalancerNodePorts is not null)
                yield return Refuse.Forbidden("spec.allocateLoadBalancerNodePorts", only);
            if (spec.LoadBalancerClass is not null)
                yield return Refuse.Forbidden("spec.loadBalancerClass", only);
        }
        foreach (var error in Fields.Each("spec.loadBalancerSourceRanges", spec.LoadBalancerSourceRanges, (at, range) => Fields.Optional(at, range.Trim(), Names.Cidr))
            .Concat(Fields.Optional("spec.loadBalancerClass", spec.LoadBalancerClass, Names.Qualified)))
            yield return error;
    }

    private static IEnumerable<FieldError> Traffic(ServiceSpec spec)
    {
        foreach (var error in Fields.OneOf("spec.internalTrafficPolicy", spec.InternalTrafficPolicy, "Cluster", "Local")
            .Concat(Fields.OneOf("spec.externalTrafficPolicy", spec.ExternalTrafficPolicy, "Cluster", "Local"))
            .Concat(Fields.OneOf("spec.trafficDistribution", spec.TrafficDistribution, "PreferClose", "PreferSameNode", "PreferSameZone"))
            .Concat(Amounts.NotNegative("spec.healthCheckNodePort", spec.HealthCheckNodePort)))
            yield return error;
        if (!string.IsNullOrEmpty(spec.ExternalTrafficPolicy) && !ServiceDefaults.IsExternal(spec))
            yield return Refuse.Invalid("spec.externalTrafficPolicy", spec.ExternalTrafficPolicy, "may only be set for externally-accessible services");
        if (spec.HealthCheckNodePort is > 0 && (spec.Type != "LoadBalancer" || spec.ExternalTrafficPolicy != "Local"))
            yield return Refuse.Invalid("spec.healthCheckNodePort", spec.HealthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
    }
}
