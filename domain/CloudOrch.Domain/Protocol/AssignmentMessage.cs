using System.Text.Json;

namespace CloudOrch.Domain.Protocol;

/// <summary>The decision message of a node: the whole assignment when it fits, else only word that the row is newer.</summary>
public static class AssignmentMessage
{
    /// <summary>How long a decision is worth delivering; afterwards the agent has read its row anyway.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <param name="document">The assignment as its row holds it: it travels as it is, with fields that this version does not know.</param>
    public static (string ContentType, byte[] Body) Encode(NodeAssignment assignment, ReadOnlyMemory<byte> document)
    {
        using var json = new MemoryStream(document.Length + 128);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v", ProtocolVersion.Current);
            writer.WriteString("kind", NodeMessageKinds.Assignment);
            writer.WriteNumber("epoch", assignment.Epoch);
            writer.WriteNumber("revision", assignment.Revision);
            writer.WritePropertyName("assignment");
            writer.WriteRawValue(document.Span);
            writer.WriteEndObject();
        }

        byte[] compressed = DocumentRows.Compress(json.GetBuffer().AsSpan(0, (int)json.Length));
        return compressed.Length <= NodeMessageCodec.MaxBodyBytes
            ? (NodeMessage.CompressedType, compressed)
            : NodeMessageCodec.Encode(new NodeMessage
            {
                Kind = NodeMessageKinds.AssignmentChanged,
                Epoch = assignment.Epoch,
                Revision = assignment.Revision,
            });
    }
}
