using System.Text.Json;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>The object in a request body, or why it is refused.</summary>
public abstract record BodyOutcome
{
    private BodyOutcome() { }

    public sealed record Read(KubeObject Object, IReadOnlyList<string> Warnings) : BodyOutcome;

    public sealed record Refused(Status Status) : BodyOutcome;
}

/// <summary>Bodies of create, update and delete: JSON, YAML, or the protobuf envelope that kubectl ≥ 1.32 sends.</summary>
public static class BodyReader
{
    public static async Task<BodyOutcome> ReadAsync(ApiCall call, FieldValidation validation, ServingOptions options)
    {
        var (body, refusal) = await RequestBody.ReadAsync(call.Http.Request, options.MaxBodyBytes, call.Cancellation).ConfigureAwait(false);
        return refusal is not null ? new BodyOutcome.Refused(refusal) : Read(call.Kind, body, validation, options.MaxBodyBytes);
    }

    /// <summary>The query and the body of a subresource whose objects are not stored.</summary>
    public static async Task<(WriteQuery Query, BodyOutcome Body)> ReadAsync<T>(ApiCall call, string kind, string apiVersion, ServingOptions options)
        where T : KubeObject
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return (query, new BodyOutcome.Refused(wrongQuery));
        var (body, refusal) = await RequestBody.ReadAsync(call.Http.Request, options.MaxBodyBytes, call.Cancellation).ConfigureAwait(false);
        return (query, refusal is not null ? new BodyOutcome.Refused(refusal) : Read<T>(kind, apiVersion, body, query.Validation, options.MaxBodyBytes));
    }

    /// <param name="mostBytes">Of what YAML means as JSON.</param>
    public static BodyOutcome Read(KindDefinition kind, RequestBody body, FieldValidation validation, int mostBytes) =>
        Decode(body, mostBytes, (json, problems) => ObjectReader.Read(kind, json, validation, problems));

    /// <inheritdoc cref="Read(KindDefinition, RequestBody, FieldValidation, int)"/>
    public static BodyOutcome Read<T>(string kind, string apiVersion, RequestBody body, FieldValidation validation, int mostBytes)
        where T : KubeObject => Decode(body, mostBytes, (json, problems) => ObjectReader.Read<T>(kind, apiVersion, json, validation, problems));

    /// <returns>null when the body does not say; the reader tells what is wrong with one that is no object at all.</returns>
    public static string? VersionOf(RequestBody body, int mostBytes)
    {
        if (body.MediaType == RequestBody.Protobuf && KubernetesProtobuf.ToJson(body.Bytes.Span) is ProtobufOutcome.Converted converted)
            return converted.ApiVersion;
        if (body.MediaType == RequestBody.Yaml)
        {
            if (YamlBody.ToJson(body.Bytes, mostBytes) is not YamlOutcome.Converted yaml)
                return null;
            body = new(yaml.Json, RequestBody.Json);
        }
        try
        {
            using var document = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = ObjectReader.MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("apiVersion", out var version)
                && version.ValueKind == JsonValueKind.String ? version.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static BodyOutcome Decode(RequestBody body, int mostBytes, Func<ReadOnlyMemory<byte>, IReadOnlyList<string>, DecodeOutcome> decode)
    {
        IReadOnlyList<string> problems = [];
        if (body.MediaType is RequestBody.Protobuf || KubernetesProtobuf.IsEnvelope(body.Bytes.Span))
        {
            var converted = KubernetesProtobuf.ToJson(body.Bytes.Span);
            if (converted is ProtobufOutcome.Refused unreadable)
                return new BodyOutcome.Refused(unreadable.Code == 415 ? Refusals.UnsupportedMediaType(unreadable.Message) : Refusals.BadRequest(unreadable.Message));
            body = new(((ProtobufOutcome.Converted)converted).Json, RequestBody.Json);
        }
        if (body.MediaType is not (RequestBody.Json or RequestBody.Yaml))
            return new BodyOutcome.Refused(Refusals.UnsupportedMediaType(
                $"the body of the request was in an unknown format - accepted media types include: {RequestBody.Json}, {RequestBody.Yaml}, {RequestBody.Protobuf}; got {body.MediaType}"));
        if (body.MediaType is RequestBody.Yaml && !body.IsEmpty)
        {
            var converted = YamlBody.ToJson(body.Bytes, mostBytes);
            if (converted is YamlOutcome.Refused unreadable)
                return new BodyOutcome.Refused(Refusals.BadRequest($"the body is not valid YAML: {unreadable.Message}"));
            (body, problems) = (new(((YamlOutcome.Converted)converted).Json, RequestBody.Json), ((YamlOutcome.Converted)converted).Problems);
        }
        if (body.IsEmpty)
            return new BodyOutcome.Refused(Refusals.BadRequest("the request has no body: send the object as JSON"));
        return decode(body.Bytes, problems) switch
        {
            DecodeOutcome.Decoded decoded => new BodyOutcome.Read(decoded.Object, decoded.Warnings),
            DecodeOutcome.Refused refused => new BodyOutcome.Refused(Refusals.BadRequest(refused.Message)),
            var other => throw new InvalidOperationException($"no such outcome: {other}"),
        };
    }
}
