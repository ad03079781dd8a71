using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Kinds.StatefulSets;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>Objects with replicas seen as autoscaling/v1 Scale, and back.</summary>
public static class Scaling
{
    public const string Kind = "Scale";
    public const string ApiVersion = "autoscaling/v1";

    public static Scale? Of(KubeObject value) => value switch
    {
        Deployment d => Make(d, d.Spec.Replicas, d.Status?.Replicas, d.Spec.Selector),
        ReplicaSet r => Make(r, r.Spec.Replicas, r.Status?.Replicas, r.Spec.Selector),
        StatefulSet s => Make(s, s.Spec.Replicas, s.Status?.Replicas, s.Spec.Selector),
        _ => null,
    };

    public static KubeObject With(KubeObject value, int replicas) => value switch
    {
        Deployment d => d with { Spec = d.Spec with { Replicas = replicas } },
        ReplicaSet r => r with { Spec = r.Spec with { Replicas = replicas } },
        StatefulSet s => s with { Spec = s.Spec with { Replicas = replicas } },
        _ => throw new ArgumentException($"{value.Kind} has no replicas", nameof(value)),
    };

    private static Scale Make(KubeObject value, int? wanted, int? actual, LabelSelector? selector) => new()
    {
        Kind = Kind,
        ApiVersion = ApiVersion,
        Metadata = new()
        {
            Name = value.Metadata.Name,
            Namespace = value.Metadata.Namespace,
            Uid = value.Metadata.Uid,
            ResourceVersion = value.Metadata.ResourceVersion,
            CreationTimestamp = value.Metadata.CreationTimestamp,
        },
        Spec = new() { Replicas = wanted ?? 1 },
        Status = new() { Replicas = actual ?? 0, Selector = selector is null ? null : Text(selector) },
    };

    private static string Text(LabelSelector selector) => string.Join(',',
    [
        .. (selector.MatchLabels ?? ValueMap<string>.Empty).Select(l => $"{l.Key}={l.Value}"),
        .. (selector.MatchExpressions ?? []).Select(e => e.Operator switch
        {
            "In" => $"{e.Key} in ({string.Join(',', e.Values ?? [])})",
            "NotIn" => $"{e.Key} notin ({string.Join(',', e.Values ?? [])})",
            "Exists" => e.Key,
            _ => $"!{e.Key}",
        }),
    ]);
}
