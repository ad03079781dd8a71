using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.Pods;

public sealed class PodKind : KindDefinition<Pod>
{
    public override ResourceType Type => ResourceTypes.Pods;
    public override string Kind => "Pod";
    public override string Singular => "pod";
    public override IReadOnlyList<string> ShortNames => ["po"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override IReadOnlyList<string> Subresources => ["binding", "eviction", "log", "status"];
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Pod>("Ready", "Ready containers, of all.", p => PodPrinting.Of(p).Ready),
        Print.Of<Pod>("Status", "The phase, or what a container waits for.", p => PodPrinting.Of(p).Status),
        Print.Timed<Pod>("Restarts", "Restarts of all containers, and when the last one was.", (p, now) => PodPrinting.Of(p).RestartsAt(now)),
        Print.Age,
        Print.Of<Pod>("IP", "Address of the pod.", p => Print.OrNone(p.Status?.PodIps is [var ip, ..] ? ip.Ip : p.Status?.PodIp), priority: 1),
        Print.Of<Pod>("Node", "Where the pod runs.", p => Print.OrNone(p.Spec.NodeName), priority: 1),
        Print.Of<Pod>("Nominated Node", "Where the pod may run after preemption.", p => Print.OrNone(p.Status?.NominatedNodeName), priority: 1),
        Print.Of<Pod>("Readiness Gates", "Further conditions for readiness.", _ => Print.None, priority: 1),
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["spec.nodeName"] = p => ((Pod)p).Spec.NodeName ?? "",
        ["spec.restartPolicy"] = p => ((Pod)p).Spec.RestartPolicy ?? "",
        ["spec.schedulerName"] = p => ((Pod)p).Spec.SchedulerName ?? "",
        ["spec.serviceAccountName"] = p => ((Pod)p).Spec.ServiceAccountName ?? "",
        ["spec.hostNetwork"] = p => ((Pod)p).Spec.HostNetwork == true ? "true" : "false",
        ["status.phase"] = p => ((Pod)p).Status?.Phase ?? "",
        ["status.podIP"] = p => ((Pod)p).Status?.PodIp ?? "",
        ["status.nominatedNodeName"] = p => ((Pod)p).Status?.NominatedNodeName ?? "",
    };

    protected override Pod Default(Pod value) => value with { Spec = PodDefaults.OfPod(value.Spec) };

    protected override Pod PrepareForCreate(Pod value, DateTimeOffset now) =>
        value with { Status = new() { Phase = "Pending", QosClass = ResourceRules.QosClass(value.Spec) } };

    protected override Pod PrepareForUpdate(Pod old, Pod value) => value with { Status = old.Status };

    protected override Pod PrepareForStatusUpdate(Pod old, Pod value) =>
        old with { Status = value.Status is null ? null : value.Status with { QosClass = old.Status?.QosClass ?? value.Status.QosClass } };

    protected override bool DesiresOther(Pod old, Pod value) => old.Spec != value.Spec;

    protected override IEnumerable<FieldError> Validate(Pod value) =>
    [
        .. PodRules.Validate("spec", value.Spec),
        // One that is stored was bound by the scheduler.
        .. value.Metadata.ResourceVersion is null ? FencedIdentity.Validate("metadata", value.Metadata.Annotations, "spec", value.Spec.NodeName) : [],
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(Pod old, Pod value) =>
        [.. PodUpdateRules.Validate(old.Spec, value.Spec), .. FencedIdentity.ValidateUpdate(old, value)];
}
