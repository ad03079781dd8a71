using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.StatefulSets;

/// <summary>k8s.io/kubernetes/pkg/apis/apps/validation: ValidateStatefulSetSpec, after defaults.</summary>
internal static class StatefulSetRules
{
    private const string Fixed = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
        + "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

    public static IEnumerable<FieldError> Validate(StatefulSetSpec spec) =>
    [
        .. Fields.OneOf("spec.podManagementPolicy", spec.PodManagementPolicy, "OrderedReady", "Parallel"),
        .. Strategy(spec.UpdateStrategy ?? new()),
        .. Fields.OneOf("spec.persistentVolumeClaimRetentionPolicy.whenDeleted", spec.PersistentVolumeClaimRetentionPolicy?.WhenDeleted, "Delete", "Retain"),
        .. Fields.OneOf("spec.persistentVolumeClaimRetentionPolicy.whenScaled", spec.PersistentVolumeClaimRetentionPolicy?.WhenScaled, "Delete", "Retain"),
        .. Amounts.NotNegative("spec.replicas", spec.Replicas),
        .. Amounts.NotNegative("spec.minReadySeconds", spec.MinReadySeconds),
        .. Amounts.NotNegative("spec.revisionHistoryLimit", spec.RevisionHistoryLimit),
        .. Amounts.NotNegative("spec.ordinals.start", spec.Ordinals?.Start),
        .. Fields.Optional("spec.serviceName", spec.ServiceName, Names.Subdomain),
        .. SelectorRules.ValidateOwning("spec.selector", spec.Selector, "statefulset"),
        .. PodTemplateRules.Validate("spec.template", WithClaims(spec), spec.Selector, "StatefulSet"),
    ];

    /// <summary>The template as its pods will be: a claim of theirs takes the place of a volume of its name, and containers mount it.</summary>
    private static PodTemplateSpec WithClaims(StatefulSetSpec spec)
    {
        var claims = (spec.VolumeClaimTemplates ?? []).Select(c => c.Metadata.Name ?? "").Where(n => n.Length > 0).ToHashSet(StringComparer.Ordinal);
        var volumes = spec.Template.Spec.Volumes ?? [];
        var pod = spec.Template.Spec with
        {
            Volumes = volumes.Select(v => claims.Contains(v.Name) ? Claimed(v.Name) : v)
                .Concat(claims.Except(volumes.Select(v => v.Name)).Select(Claimed)).ToValueList(),
        };
        return claims.Count == 0 ? spec.Template : spec.Template with { Spec = pod };

        static Volume Claimed(string name) => new() { Name = name, EmptyDir = new() };
    }

    public static IEnumerable<FieldError> ValidateUpdate(StatefulSetSpec old, StatefulSetSpec value)
    {
        var otherwise = value with
        {
            Replicas = old.Replicas,
            Ordinals = old.Ordinals,
            Template = old.Template,
            UpdateStrategy = old.UpdateStrategy,
            RevisionHistoryLimit = old.RevisionHistoryLimit,
            PersistentVolumeClaimRetentionPolicy = old.PersistentVolumeClaimRetentionPolicy,
            MinReadySeconds = old.MinReadySeconds,
        };
        return otherwise == old ? [] : [Refuse.Forbidden("spec", Fixed)];
    }

    private static IEnumerable<FieldError> Strategy(StatefulSetUpdateStrategy strategy)
    {
        const string field = "spec.updateStrategy";
        if (strategy.Type is not ("RollingUpdate" or "OnDelete"))
            yield return Refuse.Invalid(field, strategy, "must be 'RollingUpdate' or 'OnDelete'");
        if (strategy is { Type: "OnDelete", RollingUpdate: { } unused })
            yield return Refuse.Invalid($"{field}.rollingUpdate", unused, "only allowed for updateStrategy 'RollingUpdate'");
        if (strategy is not { Type: "RollingUpdate", RollingUpdate: { } rolling })
            yield break;
        foreach (var error in Amounts.NotNegative($"{field}.rollingUpdate.partition", rolling.Partition)
            .Concat(rolling.MaxUnavailable is { } most ? Amounts.CountOrPercent($"{field}.rollingUpdate.maxUnavailable", most) : []))
            yield return error;
        if (rolling.MaxUnavailable?.Of(100, roundUp: false) == 0)
            yield return Refuse.Invalid($"{field}.rollingUpdate.maxUnavailable", rolling.MaxUnavailable, "cannot be 0");
    }
}
