using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.Services;

/// <summary>The cells of <c>kubectl get services</c> (k8s.io/kubernetes/pkg/printers/internalversion: printService).</summary>
internal static class ServicePrinting
{
    public static string External(Service service)
    {
        string own = string.Join(',', service.Spec.ExternalIps ?? []);
        switch (service.Spec.Type)
        {
            case "ClusterIP" or "NodePort":
                return Print.OrNone(own);
            case "LoadBalancer":
                string[] addresses = [Addresses(service.Status?.LoadBalancer), own];
                string all = string.Join(',', addresses.Where(a => a.Length > 0));
                return all.Length == 0 ? "<pending>" : all;
            case "ExternalName":
                return service.Spec.ExternalName ?? "";
            default:
                return Print.Unknown;
        }
    }

    /// <summary>Addresses or host names of a load balancer, sorted.</summary>
    public static string Addresses(LoadBalancerStatus? status) => string.Join(',', (status?.Ingress ?? [])
        .Select(i => string.IsNullOrEmpty(i.Ip) ? i.Hostname : i.Ip).Where(a => !string.IsNullOrEmpty(a)).Distinct().Order(StringComparer.Ordinal));

    /// <summary><c>80:30080/TCP,53/UDP</c></summary>
    public static string Ports(ValueList<ServicePort> ports) => Print.OrNone(string.Join(',', ports.Select(p =>
        p.NodePort is null or 0 ? $"{p.Port}/{p.Protocol}" : $"{p.Port}:{p.NodePort}/{p.Protocol}")));
}
