using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Protobuf;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>DeleteOptions travel under any apiVersion: <c>v1</c>, or the version of the group that is deleted from.</summary>
public static class DeleteOptionsReader
{
    private const string Kind = "DeleteOptions";

    public static BodyOutcome Read(RequestBody body, FieldValidation validation) =>
        BodyReader.Read<DeleteOptions>(Kind, VersionOf(body), body, validation);

    private static string VersionOf(RequestBody body)
    {
        if (body.MediaType == RequestBody.Protobuf && KubernetesProtobuf.ToJson(body.Bytes.Span) is ProtobufOutcome.Converted converted)
            return converted.ApiVersion;
        try
        {
            using var document = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = ObjectReader.MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("apiVersion", out var version)
                && version.ValueKind == JsonValueKind.String ? version.GetString()! : "v1";
        }
        catch (JsonException)
        {
            // The reader says what is wrong with it.
            return "v1";
        }
    }
}
