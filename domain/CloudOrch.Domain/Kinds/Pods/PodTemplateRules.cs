using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>A template inside a kind that keeps its pods running for ever.</summary>
public static class PodTemplateRules
{
    public static IEnumerable<FieldError> Validate(string field, PodTemplateSpec template, LabelSelector? selector)
    {
        bool owns = selector is not null && (selector.MatchLabels?.Count ?? 0) + (selector.MatchExpressions?.Count ?? 0) > 0;
        if (owns && !selector!.Matches(template.Metadata.Labels))
            yield return Refuse.Invalid($"{field}.metadata.labels", template.Metadata.Labels ?? ValueMap<string>.Empty, "`selector` does not match template `labels`");
        foreach (var error in MetadataRules.Labels($"{field}.metadata.labels", template.Metadata.Labels)
            .Concat(MetadataRules.Annotations($"{field}.metadata.annotations", template.Metadata.Annotations))
            .Concat(FencedIdentity.Validate($"{field}.metadata", template.Metadata.Annotations, $"{field}.spec", template.Spec.NodeName))
            .Concat(PodRules.Validate($"{field}.spec", template.Spec)))
            yield return error;
        if (template.Spec.RestartPolicy is "OnFailure" or "Never")
            yield return Refuse.NotSupported($"{field}.spec.restartPolicy", template.Spec.RestartPolicy, "Always");
        if (template.Spec.ActiveDeadlineSeconds is not null)
            yield return Refuse.Forbidden($"{field}.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
    }
}
