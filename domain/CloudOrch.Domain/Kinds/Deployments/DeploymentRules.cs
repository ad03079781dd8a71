using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>k8s.io/kubernetes/pkg/apis/apps/validation: ValidateDeploymentSpec.</summary>
public static class DeploymentRules
{
    public static IEnumerable<FieldError> Validate(DeploymentSpec spec) =>
    [
        .. Amounts.NotNegative("spec.replicas", spec.Replicas),
        .. SelectorRules.ValidateOwning("spec.selector", spec.Selector),
        .. PodTemplateRules.Validate("spec.template", spec.Template, spec.Selector),
        .. Strategy(spec.Strategy ?? new()),
        .. Amounts.NotNegative("spec.minReadySeconds", spec.MinReadySeconds),
        .. Amounts.NotNegative("spec.revisionHistoryLimit", spec.RevisionHistoryLimit),
        .. Progress(spec),
    ];

    private static IEnumerable<FieldError> Progress(DeploymentSpec spec)
    {
        if (spec.ProgressDeadlineSeconds is not { } deadline)
            return [];
        return deadline > (spec.MinReadySeconds ?? 0)
            ? Amounts.NotNegative("spec.progressDeadlineSeconds", deadline)
            : [.. Amounts.NotNegative("spec.progressDeadlineSeconds", deadline),
                Refuse.Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")];
    }

    private static IEnumerable<FieldError> Strategy(DeploymentStrategy strategy)
    {
        const string field = "spec.strategy";
        switch (strategy.Type)
        {
            case "Recreate":
                return strategy.RollingUpdate is null ? []
                    : [Refuse.Forbidden($"{field}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")];
            case "RollingUpdate":
                return strategy.RollingUpdate is { } rolling ? Rolling($"{field}.rollingUpdate", rolling)
                    : [Refuse.Required($"{field}.rollingUpdate", "this should be defaulted and never be nil")];
            default:
                return [Refuse.NotSupported($"{field}.type", strategy.Type, "Recreate", "RollingUpdate")];
        }
    }

    private static IEnumerable<FieldError> Rolling(string field, RollingUpdateDeployment rolling)
    {
        IntOrString unavailable = rolling.MaxUnavailable ?? 0, surge = rolling.MaxSurge ?? 0;
        foreach (var error in Amounts.CountOrPercent($"{field}.maxUnavailable", unavailable).Concat(Amounts.CountOrPercent($"{field}.maxSurge", surge)))
            yield return error;
        if (unavailable.Of(100, roundUp: false) == 0 && surge.Of(100, roundUp: false) == 0)
            yield return Refuse.Invalid($"{field}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0");
        foreach (var error in Amounts.NotAboveHundredPercent($"{field}.maxUnavailable", unavailable))
            yield return error;
    }
}
