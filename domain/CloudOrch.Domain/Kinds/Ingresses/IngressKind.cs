using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Services;

namespace CloudOrch.Domain.Kinds.Ingresses;

public sealed class IngressKind : SpecKind<Ingress, IngressSpec, IngressStatus>
{
    public override ResourceType Type => ResourceTypes.Ingresses;
    public override string Kind => "Ingress";
    public override string Singular => "ingress";
    public override IReadOnlyList<string> ShortNames => ["ing"];
    public override string? NotActedOn => OnlyStored("no traffic comes in by it");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Ingress>("Class", "Who is meant to serve it.", i => i.Spec.IngressClassName ?? Print.None),
        Print.Of<Ingress>("Hosts", "Host names that it serves.", i => Hosts(i.Spec.Rules ?? [])),
        Print.Of<Ingress>("Address", "Where it can be reached.", i => ServicePrinting.Addresses(i.Status?.LoadBalancer)),
        Print.Of<Ingress>("Ports", "Ports that it serves.", i => i.Spec.Tls is { Count: > 0 } ? "80, 443" : "80"),
        Print.Age,
    ];

    protected override IngressStatus NewStatus => new() { LoadBalancer = new() };

    protected override IEnumerable<FieldError> Validate(Ingress value) => IngressRules.Validate(value);

    /// <summary>Of the first three rules; one without a host counts, but shows nothing.</summary>
    private static string Hosts(ValueList<IngressRule> rules)
    {
        string[] hosts = [.. rules.Select(r => r.Host ?? "").Where(h => h.Length > 0)];
        return hosts.Length == 0 ? "*" : string.Join(',', hosts.Take(3)) + (hosts.Length >= 3 && rules.Count > 3 ? $" + {rules.Count - 3} more..." : "");
    }
}
