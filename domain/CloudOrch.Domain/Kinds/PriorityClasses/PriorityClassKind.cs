using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.PriorityClasses;

public sealed class PriorityClassKind : KindDefinition<PriorityClass>
{
    private const int Highest = 1_000_000_000;
    private const string Reserved = "system-";

    public override ResourceType Type => ResourceTypes.PriorityClasses;
    public override string Kind => "PriorityClass";
    public override string Singular => "priorityclass";
    public override IReadOnlyList<string> ShortNames => ["pc"];
    public override bool Namespaced => false;
    public override string? NotActedOn => OnlyStored("pods that name it wait like all others");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<PriorityClass>("Value", "The higher, the sooner.", c => c.Value, type: "integer"),
        Print.Of<PriorityClass>("Global-Default", "Whether pods without a class have it.", c => c.GlobalDefault, type: "boolean"),
        Print.Age,
        Print.Of<PriorityClass>("PreemptionPolicy", "Whether other pods make room.", c => c.PreemptionPolicy),
    ];

    protected override PriorityClass Default(PriorityClass value) => value with { PreemptionPolicy = value.PreemptionPolicy ?? "PreemptLowerPriority" };

    /// <summary>k8s.io/kubernetes/pkg/apis/scheduling/validation: ValidatePriorityClass.</summary>
    protected override IEnumerable<FieldError> Validate(PriorityClass value)
    {
        if (value.Metadata.Name?.StartsWith(Reserved, StringComparison.Ordinal) == true)
            yield return Refuse.Forbidden("metadata.name", $"priority class names with '{Reserved}' prefix are reserved for system use only");
        if (value.Value > Highest)
            yield return Refuse.Forbidden("value", $"maximum allowed value of a user defined priority is {Highest}");
        foreach (var error in Fields.OneOf("preemptionPolicy", value.PreemptionPolicy, "Never", "PreemptLowerPriority"))
            yield return error;
    }

    protected override IEnumerable<FieldError> ValidateUpdate(PriorityClass old, PriorityClass value)
    {
        if (value.Value != old.Value)
            yield return Refuse.Forbidden("value", "may not be changed in an update.");
        foreach (var error in Fields.Immutable("preemptionPolicy", old.PreemptionPolicy, value.PreemptionPolicy))
            yield return error;
    }
}
