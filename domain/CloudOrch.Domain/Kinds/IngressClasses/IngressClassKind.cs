using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Ingresses;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.IngressClasses;

public sealed class IngressClassKind : KindDefinition<IngressClass>
{
    private const int LongestController = 250;

    public override ResourceType Type => ResourceTypes.IngressClasses;
    public override string Kind => "IngressClass";
    public override string Singular => "ingressclass";
    public override bool Namespaced => false;
    public override string? NotActedOn => OnlyStored("no ingress is served by it");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<IngressClass>("Controller", "Who serves ingresses of this class.", c => c.Spec.Controller),
        Print.Of<IngressClass>("Parameters", "An object with further settings.", c => c.Spec.Parameters is { } p ? $"{p.Kind}{(p.ApiGroup is { } group ? "." + group : "")}/{p.Name}" : Print.None),
        Print.Age,
    ];

    protected override IngressClass Default(IngressClass value) => value.Spec.Parameters is not { Scope: null } parameters ? value
        : value with { Spec = value.Spec with { Parameters = parameters with { Scope = "Cluster" } } };

    protected override bool DesiresOther(IngressClass old, IngressClass value) => old.Spec != value.Spec;

    /// <summary>k8s.io/kubernetes/pkg/apis/networking/validation: ValidateIngressClass.</summary>
    protected override IEnumerable<FieldError> Validate(IngressClass value) =>
    [
        .. value.Spec.Controller?.Length > LongestController ? [Refuse.TooLong("spec.controller", LongestController)] : Array.Empty<FieldError>(),
        .. Fields.Named("spec.controller", value.Spec.Controller, Names.DomainPath),
        .. value.Spec.Parameters is { } parameters ? Parameters("spec.parameters", parameters) : [],
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(IngressClass old, IngressClass value) => Fields.Immutable("spec.controller", old.Spec.Controller, value.Spec.Controller);

    private static IEnumerable<FieldError> Parameters(string field, IngressClassParameters parameters)
    {
        foreach (var error in IngressRules.Reference(field, parameters.ApiGroup, parameters.Kind, parameters.Name)
            .Concat(Fields.RequiredOneOf($"{field}.scope", parameters.Scope, "Cluster", "Namespace"))
            .Concat(Fields.Optional($"{field}.namespace", parameters.Namespace, Names.Label)))
            yield return error;
        if (parameters is { Scope: "Namespace", Namespace: null })
            yield return Refuse.Required($"{field}.namespace", "`parameters.scope` is set to 'Namespace'");
        if (parameters is { Scope: "Cluster", Namespace: not null })
            yield return Refuse.Forbidden($"{field}.namespace", "`parameters.scope` is set to 'Cluster'");
    }
}
