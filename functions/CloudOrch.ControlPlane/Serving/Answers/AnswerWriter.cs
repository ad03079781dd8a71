using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Tables;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving.Answers;

/// <summary>Sends an answer in the form that the client asked for.</summary>
public sealed class AnswerWriter(TimeProvider clock)
{
    private const int FlushAt = 64 << 10;

    /// <summary>Of all warnings of an answer, as Kubernetes has it (k8s.io/apiserver/pkg/endpoints/filters/warning.go): headers have limits everywhere.</summary>
    private const int WarningCharacters = 4_096;

    public async Task WriteAsync(HttpContext http, Answer answer, Negotiated form, CancellationToken cancellation)
    {
        foreach (string warning in Shown(answer.Warnings))
            http.Response.Headers.Append("Warning", $"299 - \"{Quote(warning)}\"");
        switch (answer)
        {
            case Answer.Refused refused:
                await WriteStatusAsync(http, refused.Status, cancellation).ConfigureAwait(false);
                break;
            case Answer.One one when form.Shape == Shape.Table:
                await WriteBytesAsync(http, one.Code, "application/json",
                    TableWriter.WriteOne(one.Kind, one.Value, IncludeOf(http.Request), clock.GetUtcNow(), form.Version), cancellation).ConfigureAwait(false);
                break;
            case Answer.One one when form.Shape == Shape.PartialMetadata:
                await WriteBytesAsync(http, one.Code, "application/json", Partial(one.Value, form.Version), cancellation).ConfigureAwait(false);
                break;
            case Answer.One one:
                await WriteBytesAsync(http, one.Code, "application/json", one.Kind.Write(one.Value), cancellation).ConfigureAwait(false);
                break;
            case Answer.Many many:
                await WriteListAsync(http, many, form, cancellation).ConfigureAwait(false);
                break;
            case Answer.Document { ETag: { } tag } when http.Request.Headers.IfNoneMatch.Contains(tag):
                http.Response.Headers.ETag = tag;
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                break;
            case Answer.Document document:
                if (document.ETag is not null)
                    (http.Response.Headers.ETag, http.Response.Headers.Vary) = (document.ETag, "Accept");
                await WriteBytesAsync(http, document.Code, document.ContentType, document.Json, cancellation).ConfigureAwait(false);
                break;
            case Answer.Streamed streamed:
                await streamed.WriteAsync(http, cancellation).ConfigureAwait(false);
                break;
        }
    }

    public static async Task WriteStatusAsync(HttpContext http, Status status, CancellationToken cancellation)
    {
        if (status.Details?.RetryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString();
        if (status.Code == 401)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        await WriteBytesAsync(http, status.Code ?? 500, "application/json", KubeJson.Write(status), cancellation).ConfigureAwait(false);
    }

    internal static byte[] Partial(KubeObject value, string version) => JsonSerializer.SerializeToUtf8Bytes(
        new { Kind = "PartialObjectMetadata", ApiVersion = $"meta.k8s.io/{version}", value.Metadata }, KubeJson.Options);

    /// <exception cref="ArgumentException">Never: an unknown value means the default.</exception>
    internal static IncludeObject IncludeOf(HttpRequest request) => request.Query["includeObject"].ToString() switch
    {
        "None" => IncludeObject.None,
        "Object" => IncludeObject.Object,
        _ => IncludeObject.Metadata,
    };

    private static IEnumerable<string> Shown(IReadOnlyList<string> warnings)
    {
        int length = 0;
        int shown = warnings.TakeWhile(w => (length += w.Length) <= WarningCharacters).Count();
        return shown == warnings.Count ? warnings : [.. warnings.Take(shown), $"{warnings.Count - shown} more warnings of this kind are left out"];
    }

    private static async Task WriteBytesAsync(HttpContext http, int code, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, cancellation).ConfigureAwait(false);
    }

    /// <summary>Lists are written piece by piece, so that a large one does not stand in memory as JSON.</summary>
    private async Task WriteListAsync(HttpContext http, Answer.Many many, Negotiated form, CancellationToken cancellation)
    {
        bool table = form.Shape == Shape.Table;
        bool partial = form.Shape == Shape.PartialMetadata;
        var (include, now) = (IncludeOf(http.Request), clock.GetUtcNow());
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json";
        var writer = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Encoder = KubeJson.Options.Encoder, SkipValidation = true });
        await using (writer.ConfigureAwait(false))
        {
            if (table)
                TableWriter.WriteStart(writer, many.Kind, many.Metadata, form.Version);
            else
            {
                writer.WriteStartObject();
                writer.WriteString("kind", partial ? "PartialObjectMetadataList" : $"{many.Kind.Kind}List");
                writer.WriteString("apiVersion", partial ? $"meta.k8s.io/{form.Version}" : many.Kind.ApiVersion);
                writer.WritePropertyName("metadata");
                JsonSerializer.Serialize(writer, many.Metadata, KubeJson.Options);
                writer.WriteStartArray("items");
            }
            foreach (var item in many.Items)
            {
                if (table)
                    TableWriter.WriteRow(writer, many.Kind, item, include, now, form.Version);
                else
                    writer.WriteRawValue(partial ? Partial(item, form.Version) : many.Kind.Write(item), skipInputValidation: true);
                if (writer.BytesPending < FlushAt)
                    continue;
                await writer.FlushAsync(cancellation).ConfigureAwait(false);
                await http.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        await http.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>RFC 7234's quoted string: header values hold neither control characters nor anything beyond Latin.</summary>
    private static string Quote(string text) =>
        string.Concat(text.Take(400).Select(c => c is '"' or '\\' ? $"\\{c}" : char.IsControl(c) || c > 126 ? "?" : c.ToString()));
}
