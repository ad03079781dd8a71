using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Services;

/// <summary>k8s.io/kubernetes/pkg/apis/core/v1/defaults.go: SetDefaults_Service; pkg/registry/core/service/strategy.go for updates.</summary>
internal static class ServiceDefaults
{
    private const int AffinitySeconds = 3 * 60 * 60;

    public static ServiceSpec Of(ServiceSpec spec)
    {
        string type = OrElse(spec.Type, "ClusterIP"), affinity = OrElse(spec.SessionAffinity, "None");
        spec = spec with
        {
            Type = type,
            SessionAffinity = affinity,
            SessionAffinityConfig = affinity switch
            {
                "None" => null,
                "ClientIP" => Sticky(spec.SessionAffinityConfig ?? new()),
                _ => spec.SessionAffinityConfig,
            },
            Ports = spec.Ports?.Select(Port).ToValueList(),
            ClusterIps = spec.ClusterIps is { Count: > 0 } || string.IsNullOrEmpty(spec.ClusterIp) ? spec.ClusterIps : [spec.ClusterIp],
        };
        return spec with
        {
            ExternalTrafficPolicy = IsExternal(spec) ? OrElse(spec.ExternalTrafficPolicy, "Cluster") : spec.ExternalTrafficPolicy,
            InternalTrafficPolicy = HasAddress(type) ? OrElse(spec.InternalTrafficPolicy, "Cluster") : spec.InternalTrafficPolicy,
            AllocateLoadBalancerNodePorts = type == "LoadBalancer" ? spec.AllocateLoadBalancerNodePorts ?? true : spec.AllocateLoadBalancerNodePorts,
        };
    }

    /// <summary>Whether clients outside the cluster can reach it.</summary>
    public static bool IsExternal(ServiceSpec spec) =>
        spec.Type is "LoadBalancer" or "NodePort" || (spec.Type == "ClusterIP" && spec.ExternalIps is { Count: > 0 });

    public static bool HasAddress(string? type) => type is "ClusterIP" or "NodePort" or "LoadBalancer";

    /// <summary>What was assigned stays when a client leaves it out, and goes when the new type has no use for it and the client did not change it.</summary>
    public static ServiceSpec Carried(ServiceSpec old, ServiceSpec value)
    {
        if (HasAddress(old.Type) && HasAddress(value.Type) && string.IsNullOrEmpty(value.ClusterIp) && value.ClusterIps is not { Count: > 0 })
            value = value with { ClusterIp = old.ClusterIp, ClusterIps = old.ClusterIps };
        if (HasAddress(old.Type) && value.Type == "ExternalName")
        {
            value = value with
            {
                ClusterIp = value.ClusterIp == old.ClusterIp ? null : value.ClusterIp,
                ClusterIps = value.ClusterIps == old.ClusterIps ? null : value.ClusterIps,
                IpFamilies = value.IpFamilies == old.IpFamilies ? null : value.IpFamilies,
                IpFamilyPolicy = value.IpFamilyPolicy == old.IpFamilyPolicy ? null : value.IpFamilyPolicy,
                InternalTrafficPolicy = value.InternalTrafficPolicy == old.InternalTrafficPolicy ? null : value.InternalTrafficPolicy,
            };
        }
        if (old.Type == "LoadBalancer" && value.Type != "LoadBalancer")
        {
            value = value with
            {
                AllocateLoadBalancerNodePorts = value.AllocateLoadBalancerNodePorts == old.AllocateLoadBalancerNodePorts ? null : value.AllocateLoadBalancerNodePorts,
                LoadBalancerClass = value.LoadBalancerClass == old.LoadBalancerClass ? null : value.LoadBalancerClass,
            };
        }
        if (IsExternal(old) && !IsExternal(value) && value.ExternalTrafficPolicy == old.ExternalTrafficPolicy)
            value = value with { ExternalTrafficPolicy = null };
        return value with { Ports = NodePorts(old, value) };
    }

    private static ValueList<ServicePort>? NodePorts(ServiceSpec old, ServiceSpec value)
    {
        if (old.Type is not ("NodePort" or "LoadBalancer"))
            return value.Ports;
        bool needed = value.Type is "NodePort" or "LoadBalancer";
        return value.Ports?.Select(port =>
        {
            int? before = (old.Ports ?? []).FirstOrDefault(o => o.Port == port.Port && o.Protocol == port.Protocol)?.NodePort;
            return needed ? port with { NodePort = port.NodePort is null or 0 ? before : port.NodePort }
                : port.NodePort == before ? port with { NodePort = null } : port;
        }).ToValueList();
    }

    private static ServicePort Port(ServicePort port) => port with
    {
        Protocol = OrElse(port.Protocol, "TCP"),
        TargetPort = port.TargetPort is null or { Number: 0, Text: null or "" } ? port.Port : port.TargetPort,
    };

    private static SessionAffinityConfig Sticky(SessionAffinityConfig config)
    {
        var client = config.ClientIp ?? new();
        return config with { ClientIp = client with { TimeoutSeconds = client.TimeoutSeconds ?? AffinitySeconds } };
    }

    private static string OrElse(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
