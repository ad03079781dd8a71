using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Services;

public sealed class ServiceKind : SpecKind<Service, ServiceSpec, ServiceStatus>
{
    public override ResourceType Type => ResourceTypes.Services;
    public override string Kind => "Service";
    public override string Singular => "service";
    public override IReadOnlyList<string> ShortNames => ["svc"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override string? NotActedOn => OnlyStored("it gets no cluster IP, node port or name, and no traffic reaches its pods by it");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Service>("Type", "How it can be reached.", s => s.Spec.Type),
        Print.Of<Service>("Cluster-IP", "Its address inside the cluster.", s => Print.OrNone(s.Spec.ClusterIps is [var first, ..] ? first : s.Spec.ClusterIp)),
        Print.Of<Service>("External-IP", "Its addresses outside the cluster.", s => ServicePrinting.External(s)),
        Print.Of<Service>("Port(s)", "Ports, node ports and protocols.", s => ServicePrinting.Ports(s.Spec.Ports ?? [])),
        Print.Age,
        Print.Of<Service>("Selector", "Which pods it leads to.", s => Print.Labels(s.Spec.Selector), priority: 1),
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["spec.clusterIP"] = s => ((Service)s).Spec.ClusterIp ?? "",
        ["spec.type"] = s => ((Service)s).Spec.Type ?? "",
    };

    protected override ServiceStatus NewStatus => new() { LoadBalancer = new() };

    protected override IEnumerable<string> NameProblems(string name) => Names.Label1035(name);

    protected override Service Default(Service value) => With(value, ServiceDefaults.Of(value.Spec));

    protected override Service PrepareForUpdate(Service old, Service value) => base.PrepareForUpdate(old, With(value, ServiceDefaults.Carried(old.Spec, value.Spec)));

    protected override IEnumerable<FieldError> Validate(Service value) => ServiceRules.Validate(value.Spec);

    protected override IEnumerable<FieldError> ValidateUpdate(Service old, Service value) => ServiceRules.ValidateUpdate(old.Spec, value.Spec);
}
