using System.Globalization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Rules;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Fencing;

/// <summary>Pods of which there is never more than one at a time, wherever: those of one namespace whose annotation says the same.</summary>
public static class FencedIdentity
{
    /// <summary>On a pod; its value is a DNS-1123 subdomain.</summary>
    public const string Annotation = "cloudorch.io/fenced-identity";

    /// <summary>Why nobody else may choose the node of a pod that has one.</summary>
    public const string BoundBySchedulerOnly = $"the scheduler alone binds a pod with the annotation {Annotation}; use nodeSelector to choose its node";

    /// <summary>On a pod whose Node was deleted: until then its server may still run it.</summary>
    public const string OwedUntil = "cloudorch.io/fenced-until";

    /// <summary>The pod's identity, namespace included; null: it is not fenced.</summary>
    public static string? Of(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return Of(pod.Metadata.Namespace, pod.Metadata.Annotations);
    }

    /// <inheritdoc cref="Of(Pod)"/>
    public static string? Of(string? namespaceName, ValueMap<string>? annotations) =>
        annotations is { Count: > 0 } && annotations.TryGetValue(Annotation, out string? name) ? $"{namespaceName}/{name}" : null;

    /// <summary>Whether a node may be running something of it: it is bound, and its node has not said that all its containers ended.</summary>
    public static bool IsHeldBy(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return !string.IsNullOrEmpty(pod.Spec.NodeName) && Of(pod) is not null && !(pod.IsFinished() && HasStopped(pod.Status!));
    }

    /// <summary>A pod that has to go when its node has said, or time has shown, that nothing of it runs, while finalizers keep the object.</summary>
    public static Pod Stopped(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var status = (pod.Status ?? new()) with { InitContainerStatuses = null, ContainerStatuses = null };
        return pod with
        {
            Metadata = pod.Metadata with { DeletionGracePeriodSeconds = pod.Metadata.DeletionTimestamp is null ? null : 0 },
            Status = pod.IsFinished() ? status : status with { Phase = "Failed" },
        };
    }

    /// <summary>The pod of a Node that was deleted: its server may run it for as long as the longest promise.</summary>
    public static Pod Owed(Pod pod, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var until = now.ToSeconds() + FenceTimes.OwedByDeletedNode;
        var meta = pod.Metadata;
        return pod with
        {
            Metadata = meta with
            {
                Annotations = (meta.Annotations ?? ValueMap<string>.Empty).With(OwedUntil, until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
                DeletionTimestamp = meta.DeletionTimestamp ?? now.ToSeconds(),
                DeletionGracePeriodSeconds = meta.DeletionTimestamp is null ? 0 : meta.DeletionGracePeriodSeconds,
            },
        };
    }

    /// <summary>Until when the server of a deleted Node may run it; null: its Node was not deleted.</summary>
    public static DateTimeOffset? OwedUntilOf(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Metadata.Annotations?.TryGetValue(OwedUntil, out string? text) == true
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var until) ? until : null;
    }

    /// <summary>What of a new pod, or of a template, is wrong.</summary>
    /// <param name="metadata">The path of the pod's, or its template's, metadata.</param>
    /// <param name="spec">The path of its spec.</param>
    internal static IEnumerable<FieldError> Validate(string metadata, ValueMap<string>? annotations, string spec, string? nodeName)
    {
        if (annotations?.ContainsKey(OwedUntil) == true)
            yield return Refuse.Forbidden(FieldOf(metadata, OwedUntil), "only the control plane sets it");
        if (annotations?.TryGetValue(Annotation, out string? name) != true)
            yield break;
        foreach (string problem in Names.Subdomain(name!))
            yield return Refuse.Invalid(FieldOf(metadata), name, problem);
        if (!string.IsNullOrEmpty(nodeName))
            yield return Refuse.Forbidden($"{spec}.nodeName", BoundBySchedulerOnly);
    }

    /// <summary>What a node keeps to was told to it with the pod: neither comes or goes while the pod is there.</summary>
    internal static IEnumerable<FieldError> ValidateUpdate(Pod old, Pod value)
    {
        foreach (string annotation in new[] { Annotation, OwedUntil })
        {
            string? was = null, isNow = null;
            old.Metadata.Annotations?.TryGetValue(annotation, out was);
            value.Metadata.Annotations?.TryGetValue(annotation, out isNow);
            if (was != isNow)
                yield return Refuse.Invalid(FieldOf("metadata", annotation), isNow, "field is immutable: make another pod instead");
        }
    }

    private static string FieldOf(string metadata, string annotation = Annotation) => $"{metadata}.annotations[{annotation}]";

    private static bool HasStopped(PodStatus status) =>
        (status.ContainerStatuses ?? []).Concat(status.InitContainerStatuses ?? []).All(c => c.State?.Running is null);
}
