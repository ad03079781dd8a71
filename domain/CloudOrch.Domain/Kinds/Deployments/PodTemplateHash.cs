using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>Tells the ReplicaSets of one Deployment apart. Equality of templates decides; the hash only makes names.</summary>
public static class PodTemplateHash
{
    public const string Label = "pod-template-hash";

    // Kubernetes' alphabet for generated names: no vowels, so no words; no digits that look like letters.
    private const string SafeLetters = "bcdfghjklmnpqrstvwxz2456789";

    // Fields of k8s.io/api/core/v1 that are no pointers: zero is what they have when nobody writes them. In all others zero has a meaning.
    private static readonly FrozenSet<string> PlainBooleans =
        FrozenSet.Create(StringComparer.Ordinal, "hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly");
    private static readonly FrozenSet<string> PlainNumbers =
        FrozenSet.Create(StringComparer.Ordinal, "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold", "hostPort");

    // Here an empty text is a value.
    private static readonly FrozenSet<string> StringMaps = FrozenSet.Create(StringComparer.Ordinal, "labels", "annotations", "nodeSelector", "matchLabels");

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

    /// <summary>Whether two templates mean the same to Kubernetes, which does not tell an empty field from one that is not there.</summary>
    /// <remarks>Typed clients leave empty fields out and write others: what kubectl puts back on undo is not what was stored, to the letter.</remarks>
    public static bool Same(PodTemplateSpec a, PodTemplateSpec b)
    {
        var (bareA, bareB) = (Bare(a), Bare(b));
        return bareA == bareB || JsonNode.DeepEquals(WithoutEmpty(bareA), WithoutEmpty(bareB));
    }

    /// <summary>The template without the label that we add; no labels and empty labels mean the same.</summary>
    private static PodTemplateSpec Bare(PodTemplateSpec template)
    {
        var labels = template.Metadata.Labels;
        if (labels?.ContainsKey(Label) == true)
            labels = labels.Without(Label);
        return template with { Metadata = template.Metadata with { Labels = labels is { Count: > 0 } ? labels : null } };
    }

    private static JsonNode? WithoutEmpty(PodTemplateSpec template)
    {
        var node = JsonNode.Parse(KubeJson.Write(template));
        Prune(node!);
        return node;
    }

    private static void Prune(JsonNode node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                if (item is not null)
                    Prune(item);
            }
            return;
        }
        if (node is not JsonObject fields)
            return;
        foreach (var (name, value) in fields.ToList())
        {
            if (value is not null && !StringMaps.Contains(name))
                Prune(value);
            if (IsEmpty(name, value))
                fields.Remove(name);
        }
    }

    private static bool IsEmpty(string name, JsonNode? value) => value switch
    {
        null or JsonArray { Count: 0 } or JsonObject { Count: 0 } => true,
        JsonValue v => v.GetValueKind() switch
        {
            JsonValueKind.String => v.GetValue<string>().Length == 0,
            JsonValueKind.False => PlainBooleans.Contains(name),
            JsonValueKind.Number => PlainNumbers.Contains(name) && v.ToJsonString() == "0",
            _ => false,
        },
        _ => false,
    };
}
