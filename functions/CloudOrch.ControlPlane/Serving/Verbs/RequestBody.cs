using System.Buffers;
using System.Text.Unicode;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Protobuf;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>A body as it was sent, or why it is refused.</summary>
/// <param name="MediaType">Without parameters, lower case; JSON when the client names none.</param>
public sealed record RequestBody(ReadOnlyMemory<byte> Bytes, string MediaType)
{
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>JSON is UTF-8 (RFC 8259); YAML's reader looks for itself, and protobuf is no text.</summary>
    private bool IsReadable =>
        MediaType.Contains("yaml", StringComparison.Ordinal) || MediaType == Protobuf || KubernetesProtobuf.IsEnvelope(Bytes.Span) || Utf8.IsValid(Bytes.Span);

    public static async Task<(RequestBody Body, Status? Refusal)> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        var nothing = new RequestBody(ReadOnlyMemory<byte>.Empty, MediaTypeOf(request));
        string tooLarge = $"the request body is too large: the limit is {limit} bytes";
        if (request.ContentLength > limit)
            return (nothing, Refusals.TooLarge(tooLarge));
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 4_096, limit) + 1);
        while (true)
        {
            int read = await request.Body.ReadAsync(buffer.GetMemory(4_096), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                var body = nothing with { Bytes = buffer.WrittenMemory };
                return body.IsReadable ? (body, null) : (nothing, Refusals.BadRequest("the body of the request is not valid UTF-8"));
            }
            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
                return (nothing, Refusals.TooLarge(tooLarge));
        }
    }

    private static string MediaTypeOf(HttpRequest request)
    {
        string type = request.ContentType ?? "";
        int end = type.IndexOf(';', StringComparison.Ordinal);
        type = (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
        return type.Length == 0 ? Json : type;
    }
}
