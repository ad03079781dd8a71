using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Patches;

/// <summary>Patches, pure over JSON: the object's and the patch's document in, the new document or a refusal out.</summary>
public static class Patch
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };
    private static readonly JsonSerializerOptions Writing = new(KubeJson.Options);

    /// <summary>Null for a content type that is no patch: 415, naming the three that are.</summary>
    /// <param name="contentType">With or without parameters.</param>
    public static PatchType? TypeOf(string contentType) => contentType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "application/merge-patch+json" => PatchType.Merge,
        "application/json-patch+json" => PatchType.Json,
        "application/strategic-merge-patch+json" => PatchType.StrategicMerge,
        _ => null,
    };

    /// <param name="clrType">The record of the kind: its merge keys rule a strategic merge.</param>
    public static PatchOutcome Apply(PatchType type, ReadOnlyMemory<byte> current, ReadOnlyMemory<byte> patch, Type clrType)
    {
        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(patch.Span, documentOptions: Reading);
            // Members are read lazily: a repeated name shows only when an object is opened.
            Touch(parsed);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return new PatchOutcome.Refused(400, $"the patch is not valid JSON: {e.Message}");
        }
        var target = JsonNode.Parse(current.Span, documentOptions: Reading);
        try
        {
            var result = type switch
            {
                PatchType.Json => JsonPatch.Apply(target, parsed as JsonArray ?? throw new PatchException(400, "a JSON patch is a list of operations: [{\"op\": …}]")),
                PatchType.Merge => MergePatch.Apply(target, Members(parsed)),
                _ => StrategicMergePatch.Apply((JsonObject)target!, Members(parsed), ApiSchema.Of(clrType)),
            };
            return new PatchOutcome.Patched(JsonSerializer.SerializeToUtf8Bytes(result, Writing));
        }
        catch (PatchException e)
        {
            return new PatchOutcome.Refused(e.Code, e.Message);
        }
    }

    private static JsonObject Members(JsonNode? patch) => patch as JsonObject ?? throw new PatchException(400, "a merge patch is an object: {\"spec\": …}");

    private static void Touch(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (_, value) in members)
                Touch(value);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                Touch(item);
        }
    }
}

/// <summary>Ends the application of one patch; <see cref="Patch.Apply"/> turns it into a refusal.</summary>
internal sealed class PatchException(int code, string message) : Exception(message)
{
    public int Code => code;
}
