using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>What of a pod's spec a client may change (k8s.io/kubernetes/pkg/apis/core/validation: ValidatePodUpdate).</summary>
internal static class PodUpdateRules
{
    private const string Allowed = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
        "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` " +
        "(allow it to be set to 1 if it was previously negative)";

    public static IEnumerable<FieldError> Validate(PodSpec old, PodSpec value)
    {
        if (value.Containers.Count != old.Containers.Count)
        {
            yield return Refuse.Forbidden("spec.containers", "pod updates may not add or remove containers");
            yield break;
        }
        if ((value.InitContainers?.Count ?? 0) != (old.InitContainers?.Count ?? 0))
        {
            yield return Refuse.Forbidden("spec.initContainers", "pod updates may not add or remove containers");
            yield break;
        }
        foreach (var error in Deadline(old.ActiveDeadlineSeconds, value.ActiveDeadlineSeconds).Concat(Tolerations(old.Tolerations ?? [], value.Tolerations ?? [])))
            yield return error;
        var munged = value with
        {
            Containers = Images(old.Containers, value.Containers)!,
            InitContainers = Images(old.InitContainers, value.InitContainers),
            ActiveDeadlineSeconds = old.ActiveDeadlineSeconds,
            Tolerations = old.Tolerations,
        };
        if (munged == old)
            yield break;
        if (!string.IsNullOrEmpty(old.NodeName) && munged.NodeName != old.NodeName)
            yield return Refuse.Immutable("spec.nodeName", value.NodeName);
        string[] fields = [.. Changed(old, munged)];
        yield return Refuse.Forbidden("spec", $"{Allowed}; changed here: {string.Join(", ", fields)}");
    }

    private static IEnumerable<FieldError> Deadline(long? old, long? value)
    {
        if (old is null || value == old)
            yield break;
        if (value is null)
            yield return Refuse.Invalid("spec.activeDeadlineSeconds", value, "must not update from a positive integer to nil value");
        else if (value > old)
            yield return Refuse.Invalid("spec.activeDeadlineSeconds", value, "must be less than or equal to previous value");
    }

    private static IEnumerable<FieldError> Tolerations(ValueList<Toleration> old, ValueList<Toleration> value)
    {
        bool kept = old.All(o => value.Any(v => v with { TolerationSeconds = o.TolerationSeconds } == o));
        return kept ? [] : [Refuse.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")];
    }

    private static ValueList<Container>? Images(ValueList<Container>? old, ValueList<Container>? value) =>
        value?.Select((c, i) => c with { Image = old![i].Image }).ToValueList();

    private static IEnumerable<string> Changed(PodSpec old, PodSpec value)
    {
        foreach (var property in typeof(PodSpec).GetProperties())
        {
            if (property.Name != "EqualityContract" && !Equals(property.GetValue(old), property.GetValue(value)))
                yield return $"spec.{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name)}";
        }
    }
}
