using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudOrch.Domain.Api.Discovery;

/// <summary>A document that is made once and served as it is.</summary>
/// <param name="ETag">With its quotes: a hash of the body.</param>
public sealed record ServedDocument(ReadOnlyMemory<byte> Body, string ContentType, string ETag)
{
    public const string Json = "application/json";

    public static ServedDocument Of(byte[] body, string contentType) => new(body, contentType, $"\"{HashOf(body)}\"");

    public static ServedDocument Of(JsonNode document, string contentType = Json) => Of(JsonSerializer.SerializeToUtf8Bytes(document, KubeJson.Options), contentType);

    /// <summary>The hash without quotes, as index entries name it.</summary>
    public string Hash => ETag.Trim('"');

    private static string HashOf(byte[] body) => Convert.ToHexString(SHA256.HashData(body), 0, 16);
}
