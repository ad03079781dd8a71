using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.PodDisruptionBudgets;

public sealed class PodDisruptionBudgetKind : SpecKind<PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus>
{
    public override ResourceType Type => ResourceTypes.PodDisruptionBudgets;
    public override string Kind => "PodDisruptionBudget";
    public override string Singular => "poddisruptionbudget";
    public override IReadOnlyList<string> ShortNames => ["pdb"];
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<PodDisruptionBudget>("Min Available", "Pods that must stay.", b => b.Spec.MinAvailable?.ToString() ?? "N/A"),
        Print.Of<PodDisruptionBudget>("Max Unavailable", "Pods that may be missing.", b => b.Spec.MaxUnavailable?.ToString() ?? "N/A"),
        Print.Of<PodDisruptionBudget>("Allowed Disruptions", "Pods that may be evicted now.", b => b.Status?.DisruptionsAllowed ?? 0, type: "integer"),
        Print.Age,
    ];

    /// <summary>k8s.io/kubernetes/pkg/apis/policy/validation: ValidatePodDisruptionBudgetSpec.</summary>
    protected override IEnumerable<FieldError> Validate(PodDisruptionBudget value)
    {
        var spec = value.Spec;
        if (spec is { MinAvailable: not null, MaxUnavailable: not null })
            yield return Refuse.Invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
        foreach (var error in Amount("spec.minAvailable", spec.MinAvailable).Concat(Amount("spec.maxUnavailable", spec.MaxUnavailable))
            .Concat(spec.Selector is { } selector ? SelectorRules.Validate("spec.selector", selector) : [])
            .Concat(Fields.OneOf("spec.unhealthyPodEvictionPolicy", spec.UnhealthyPodEvictionPolicy, EvictionRules.AlwaysAllow, "IfHealthyBudget")))
            yield return error;
    }

    private static IEnumerable<FieldError> Amount(string field, IntOrString? value) =>
        value is { } amount ? Amounts.CountOrPercent(field, amount).Concat(Amounts.NotAboveHundredPercent(field, amount)) : [];
}
