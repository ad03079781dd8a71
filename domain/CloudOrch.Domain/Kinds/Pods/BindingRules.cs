using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Rules;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>How a pod gets its node: once, and for good.</summary>
public static class BindingRules
{
    /// <summary>The pod on its node, as its scheduler leaves it.</summary>
    public static Pod Bound(Pod pod, string node, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var scheduled = new Condition { Type = PodConditions.Scheduled, Status = "True" };
        return pod with
        {
            Spec = pod.Spec with { NodeName = node },
            Status = (pod.Status ?? new()) with { Phase = pod.Status?.Phase ?? "Pending", Conditions = (pod.Status?.Conditions).With(scheduled, now) },
        };
    }

    /// <summary>The pod that a client's Binding makes of one; its annotations replace those of the same key.</summary>
    public static Pod Bound(Pod pod, Binding binding, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(binding);
        var bound = Bound(pod, binding.Target?.Name ?? "", now);
        var annotations = bound.Metadata.Annotations ?? ValueMap<string>.Empty;
        foreach (var (key, value) in binding.Metadata.Annotations ?? ValueMap<string>.Empty)
            annotations = annotations.With(key, value);
        return bound with { Metadata = bound.Metadata with { Annotations = annotations.Count == 0 ? null : annotations } };
    }

    /// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidatePodBinding.</summary>
    public static IEnumerable<FieldError> Validate(Binding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        if (binding.Target?.Kind is not (null or "" or "Node"))
            yield return Refuse.NotSupported("target.kind", binding.Target.Kind, "Node", "<empty>");
        if (string.IsNullOrEmpty(binding.Target?.Name))
            yield return Refuse.Required("target.name", "name the node");
    }

    /// <summary>What of a binding the pod does not take: an annotation is not well-formed, or would make another identity of it.</summary>
    public static IEnumerable<FieldError> ValidateBound(Pod old, Pod bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        return [.. KindRegistry.Of<Pod>().Validate(bound), .. FencedIdentity.ValidateUpdate(old, bound)];
    }

    /// <summary>Why the pod gets no node any more; null when it may.</summary>
    public static string? Conflict(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        if (pod.Metadata.DeletionTimestamp is not null)
            return $"pod {pod.Metadata.Name} is being deleted, cannot be assigned to a host";
        return string.IsNullOrEmpty(pod.Spec.NodeName) ? null : $"pod {pod.Metadata.Name} is already assigned to node \"{pod.Spec.NodeName}\"";
    }
}
