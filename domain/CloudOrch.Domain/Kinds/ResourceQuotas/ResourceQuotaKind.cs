using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.ResourceQuotas;

public sealed class ResourceQuotaKind : SpecKind<ResourceQuota, ResourceQuotaSpec, ResourceQuotaStatus>
{
    public override ResourceType Type => ResourceTypes.ResourceQuotas;
    public override string Kind => "ResourceQuota";
    public override string Singular => "resourcequota";
    public override IReadOnlyList<string> ShortNames => ["quota"];
    public override string? NotActedOn => OnlyStored("it limits nothing");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<ResourceQuota>("Request", "What may be requested: used, of all.", q => Use(q, limits: false)),
        Print.Of<ResourceQuota>("Limit", "What may be used at most: used, of all.", q => Use(q, limits: true)),
        Print.Age,
    ];

    protected override IEnumerable<FieldError> Validate(ResourceQuota value) => ResourceQuotaRules.Validate(value);

    protected override IEnumerable<FieldError> ValidateUpdate(ResourceQuota old, ResourceQuota value)
    {
        if (!(old.Spec.Scopes ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(value.Spec.Scopes ?? []))
            yield return Refuse.Immutable("spec.scopes", value.Spec.Scopes);
    }

    /// <summary><c>cpu: 1/4, memory: 1Gi/8Gi</c></summary>
    private static string Use(ResourceQuota quota, bool limits) => string.Join(", ", (quota.Status?.Hard ?? ValueMap<Quantity>.Empty)
        .Where(h => h.Key.StartsWith("limits.", StringComparison.Ordinal) == limits)
        .Select(h => $"{h.Key}: {(quota.Status!.Used?.TryGetValue(h.Key, out var used) == true ? used : default)}/{h.Value}"));
}
