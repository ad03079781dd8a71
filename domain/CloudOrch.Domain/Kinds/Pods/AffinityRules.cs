using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: validateAffinity, validateTopologySpreadConstraints, ValidateNodeSelector.</summary>
internal static class AffinityRules
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    public static IEnumerable<FieldError> Validate(string field, Affinity affinity) =>
    [
        .. affinity.NodeAffinity is { } nodes ? Nodes($"{field}.nodeAffinity", nodes) : [],
        .. affinity.PodAffinity is { } near
            ? Pods($"{field}.podAffinity", near.RequiredDuringSchedulingIgnoredDuringExecution, near.PreferredDuringSchedulingIgnoredDuringExecution) : [],
        .. affinity.PodAntiAffinity is { } far
            ? Pods($"{field}.podAntiAffinity", far.RequiredDuringSchedulingIgnoredDuringExecution, far.PreferredDuringSchedulingIgnoredDuringExecution) : [],
    ];

    public static IEnumerable<FieldError> Selector(string field, NodeSelector selector) => selector.NodeSelectorTerms is { Count: > 0 } terms
        ? Fields.Each($"{field}.nodeSelectorTerms", terms, Term)
        : [Refuse.Required($"{field}.nodeSelectorTerms", "must have at least one node selector term")];

    public static IEnumerable<FieldError> Spread(string field, ValueList<TopologySpreadConstraint>? constraints) =>
    [
        .. Fields.Each(field, constraints, Constraint),
        .. Fields.Unique(field, constraints, c => $"{{{c.TopologyKey}, {c.WhenUnsatisfiable}}}", ".{topologyKey, whenUnsatisfiable}"),
    ];

    private static IEnumerable<FieldError> Nodes(string field, NodeAffinity affinity) =>
    [
        .. affinity.RequiredDuringSchedulingIgnoredDuringExecution is { } required ? Selector($"{field}.{Required}", required) : [],
        .. Fields.Each($"{field}.{Preferred}", affinity.PreferredDuringSchedulingIgnoredDuringExecution,
            (at, term) => [.. Weight(at, term.Weight), .. Term($"{at}.preference", term.Preference)]),
    ];

    private static IEnumerable<FieldError> Pods(string field, ValueList<PodAffinityTerm>? required, ValueList<WeightedPodAffinityTerm>? preferred) =>
    [
        .. Fields.Each($"{field}.{Required}", required, Term),
        .. Fields.Each($"{field}.{Preferred}", preferred, (at, term) => [.. Weight(at, term.Weight), .. Term($"{at}.podAffinityTerm", term.PodAffinityTerm)]),
    ];

    private static IEnumerable<FieldError> Term(string field, NodeSelectorTerm term) =>
        [.. Fields.Each($"{field}.matchExpressions", term.MatchExpressions, Label), .. Fields.Each($"{field}.matchFields", term.MatchFields, Field)];

    private static IEnumerable<FieldError> Term(string field, PodAffinityTerm term) =>
    [
        .. term.LabelSelector is { } pods ? SelectorRules.Validate($"{field}.labelSelector", pods) : [],
        .. term.NamespaceSelector is { } namespaces ? SelectorRules.Validate($"{field}.namespaceSelector", namespaces) : [],
        .. Fields.Each($"{field}.namespaces", term.Namespaces, (at, name) => Fields.Named(at, name, Names.Label)),
        .. TopologyKey(field, term.TopologyKey),
    ];

    private static IEnumerable<FieldError> Label(string field, NodeSelectorRequirement requirement)
    {
        int values = requirement.Values?.Count ?? 0;
        if (requirement.Operator is "In" or "NotIn" && values == 0)
            yield return Refuse.Required($"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'");
        else if (requirement.Operator is "Exists" or "DoesNotExist" && values > 0)
            yield return Refuse.Forbidden($"{field}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        else if (requirement.Operator is "Gt" or "Lt" && values != 1)
            yield return Refuse.Required($"{field}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
        else if (requirement.Operator is not ("In" or "NotIn" or "Exists" or "DoesNotExist" or "Gt" or "Lt"))
            yield return Refuse.Invalid($"{field}.operator", requirement.Operator, "not a valid selector operator");
        foreach (string problem in Names.Qualified(requirement.Key))
            yield return Refuse.Invalid($"{field}.key", requirement.Key, problem);
    }

    private static IEnumerable<FieldError> Field(string field, NodeSelectorRequirement requirement)
    {
        if (requirement.Operator is not ("In" or "NotIn"))
            yield return Refuse.Invalid($"{field}.operator", requirement.Operator, "not a valid selector operator");
        else if (requirement.Values?.Count != 1)
            yield return Refuse.Required($"{field}.values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        if (requirement.Key != "metadata.name")
            yield return Refuse.Invalid($"{field}.key", requirement.Key, "not a valid field selector key");
    }

    private static IEnumerable<FieldError> Weight(string field, int weight) =>
        weight is >= 1 and <= 100 ? [] : [Refuse.Invalid($"{field}.weight", weight, "must be in the range 1-100")];

    private static IEnumerable<FieldError> TopologyKey(string field, string key) =>
        key.Length == 0 ? [Refuse.Required($"{field}.topologyKey", "can not be empty")] : Fields.Optional($"{field}.topologyKey", key, Names.Qualified);

    private static IEnumerable<FieldError> Constraint(string field, TopologySpreadConstraint constraint)
    {
        if (constraint.MaxSkew <= 0)
            yield return Refuse.Invalid($"{field}.maxSkew", constraint.MaxSkew, "must be greater than zero");
        if (constraint.MinDomains <= 0)
            yield return Refuse.Invalid($"{field}.minDomains", constraint.MinDomains, "must be greater than zero");
        if (constraint.MinDomains is not null && constraint.WhenUnsatisfiable != "DoNotSchedule")
            yield return Refuse.Invalid($"{field}.minDomains", constraint.MinDomains, $"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {constraint.WhenUnsatisfiable}");
        foreach (var error in TopologyKey(field, constraint.TopologyKey)
            .Concat(constraint.WhenUnsatisfiable is "DoNotSchedule" or "ScheduleAnyway" ? []
                : [Refuse.NotSupported($"{field}.whenUnsatisfiable", constraint.WhenUnsatisfiable, "DoNotSchedule", "ScheduleAnyway")])
            .Concat(Fields.OneOf($"{field}.nodeAffinityPolicy", constraint.NodeAffinityPolicy, "Honor", "Ignore"))
            .Concat(Fields.OneOf($"{field}.nodeTaintsPolicy", constraint.NodeTaintsPolicy, "Honor", "Ignore"))
            .Concat(constraint.LabelSelector is { } pods ? SelectorRules.Validate($"{field}.labelSelector", pods) : []))
            yield return error;
    }
}
