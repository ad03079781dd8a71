using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Templates of pods.</summary>
public static class PodTemplateRules
{
    /// <summary>A template inside a kind that keeps its pods running for ever.</summary>
    public static IEnumerable<FieldError> Validate(string field, PodTemplateSpec template, LabelSelector? selector, string owner = "ReplicaSet")
    {
        bool owns = selector is not null && (selector.MatchLabels?.Count ?? 0) + (selector.MatchExpressions?.Count ?? 0) > 0;
        if (owns && !selector!.Matches(template.Metadata.Labels))
            yield return Refuse.Invalid($"{field}.metadata.labels", template.Metadata.Labels ?? ValueMap<string>.Empty, "`selector` does not match template `labels`");
        foreach (var error in Validate(field, template))
            yield return error;
        if (template.Spec.RestartPolicy is "OnFailure" or "Never")
            yield return Refuse.NotSupported($"{field}.spec.restartPolicy", template.Spec.RestartPolicy, "Always");
        if (template.Spec.ActiveDeadlineSeconds is not null)
            yield return Refuse.Forbidden($"{field}.spec.activeDeadlineSeconds", $"activeDeadlineSeconds in {owner} is not Supported");
    }

    /// <summary>What holds for every template.</summary>
    public static IEnumerable<FieldError> Validate(string field, PodTemplateSpec template) =>
    [
        .. MetadataRules.Labels($"{field}.metadata.labels", template.Metadata.Labels),
        .. MetadataRules.Annotations($"{field}.metadata.annotations", template.Metadata.Annotations),
        .. FencedIdentity.Validate($"{field}.metadata", template.Metadata.Annotations, $"{field}.spec", template.Spec.NodeName),
        .. PodRules.Validate($"{field}.spec", template.Spec),
    ];
}
