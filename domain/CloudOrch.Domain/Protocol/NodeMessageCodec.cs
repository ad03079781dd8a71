using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Protocol;

/// <summary>The body of a message on a node's queue.</summary>
public static class NodeMessageCodec
{
    /// <summary>A message that is larger says only that the row is newer (<see cref="NodeMessageKinds.AssignmentChanged"/>). Standard queues take 256 KiB.</summary>
    public const int MaxBodyBytes = 192 * 1024;

    private const int CompressFrom = 1024;

    public static (string ContentType, byte[] Body) Encode(NodeMessage message)
    {
        byte[] json = KubeJson.Write(message);
        return json.Length < CompressFrom ? (NodeMessage.PlainType, json) : (NodeMessage.CompressedType, DocumentRows.Compress(json));
    }

    /// <exception cref="System.Text.Json.JsonException">Not a message.</exception>
    /// <exception cref="InvalidDataException">Not of the content type that it claims.</exception>
    public static NodeMessage Decode(string? contentType, ReadOnlySpan<byte> body) =>
        KubeJson.Read<NodeMessage>(contentType == NodeMessage.CompressedType ? DocumentRows.Decompress(body.ToArray()) : body);
}
