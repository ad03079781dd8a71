using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.RuntimeClasses;

public sealed class RuntimeClassKind : KindDefinition<RuntimeClass>
{
    public override ResourceType Type => ResourceTypes.RuntimeClasses;
    public override string Kind => "RuntimeClass";
    public override string Singular => "runtimeclass";
    public override bool Namespaced => false;
    public override string? NotActedOn => OnlyStored("pods that name it run like all others");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<RuntimeClass>("Handler", "The runtime's configuration.", c => c.Handler),
        Print.Age,
    ];

    /// <summary>k8s.io/kubernetes/pkg/apis/node/validation: ValidateRuntimeClass.</summary>
    protected override IEnumerable<FieldError> Validate(RuntimeClass value) =>
    [
        .. Fields.Named("handler", value.Handler, Names.Label),
        .. value.Overhead?.PodFixed is { } amounts ? ResourceRules.Validate("overhead.podFixed", amounts) : [],
        .. MetadataRules.Labels("scheduling.nodeSelector", value.Scheduling?.NodeSelector),
        .. Fields.Each("scheduling.tolerations", value.Scheduling?.Tolerations, PodRules.Tolerate),
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(RuntimeClass old, RuntimeClass value) => Fields.Immutable("handler", old.Handler, value.Handler);
}
