using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Objects that a pod names without owning them.</summary>
public static class PodReferences
{
    /// <summary>The ConfigMaps that a pod reads, in environment variables and volumes, whether they exist or not; one that is named twice comes twice.</summary>
    public static IEnumerable<ResourceKey> ConfigMapsOf(Pod pod) => NamesOf(pod.Spec).Select(name => new ResourceKey(ResourceTypes.ConfigMaps, pod.Metadata.Namespace ?? "", name));

    /// <summary>The name of the service account that the pod runs as.</summary>
    public static string AccountOf(Pod pod) => pod.Spec.ServiceAccountName is { Length: > 0 } named ? named : "default";

    private static IEnumerable<string> NamesOf(PodSpec spec)
    {
        foreach (var container in spec.Containers.Concat(spec.InitContainers ?? []))
        {
            foreach (var source in container.EnvFrom ?? [])
            {
                if (source.ConfigMapRef?.Name is { Length: > 0 } name)
                    yield return name;
            }
            foreach (var variable in container.Env ?? [])
            {
                if (variable.ValueFrom?.ConfigMapKeyRef?.Name is { Length: > 0 } name)
                    yield return name;
            }
        }
        foreach (var volume in spec.Volumes ?? [])
        {
            if (volume.ConfigMap?.Name is { Length: > 0 } name)
                yield return name;
        }
    }
}
