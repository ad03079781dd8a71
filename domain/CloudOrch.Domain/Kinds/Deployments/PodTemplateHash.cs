using System.Globalization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>Tells the ReplicaSets of one Deployment apart. Equality of templates decides; the hash only makes names.</summary>
public static class PodTemplateHash
{
    public const string Label = "pod-template-hash";

    // Kubernetes' alphabet for generated names: no vowels, so no words; no digits that look like letters.
    private const string SafeLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <param name="collisions">How often the name was taken by another template already.</param>
    public static string Of(PodTemplateSpec template, int collisions)
    {
        uint hash = 2166136261;
        foreach (byte b in KubeJson.Write(template))
            hash = (hash ^ b) * 16777619;
        if (collisions > 0)
        {
            foreach (char c in collisions.ToString(CultureInfo.InvariantCulture))
                hash = (hash ^ c) * 16777619;
        }
        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(c => SafeLetters[c % SafeLetters.Length]));
    }

    public static bool Same(PodTemplateSpec a, PodTemplateSpec b) => Bare(a) == Bare(b);

    /// <summary>The template without the label that we add; no labels and empty labels mean the same.</summary>
    private static PodTemplateSpec Bare(PodTemplateSpec template)
    {
        var labels = template.Metadata.Labels;
        if (labels?.ContainsKey(Label) == true)
            labels = labels.Without(Label);
        return template with { Metadata = template.Metadata with { Labels = labels is { Count: > 0 } ? labels : null } };
    }
}
