using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.State;

/// <summary>Stored bytes to objects and back. What is stored never holds a resourceVersion; what is read always does.</summary>
public static class ObjectCodec
{
    /// <summary>A row of a kind that this version does not know (a newer one wrote it) still reads, so that its owners and uid count.</summary>
    public sealed record UnknownKind : KubeObject;

    /// <exception cref="JsonException">The row is not JSON of its kind.</exception>
    public static KubeObject Read(ResourceType type, Revision revision, ReadOnlySpan<byte> body)
    {
        KubeObject value = KindRegistry.Find(type) is { } kind ? kind.Read(body) : KubeJson.Read<UnknownKind>(body);
        return At(value, revision);
    }

    /// <summary>The bytes to store.</summary>
    public static byte[] Write(KubeObject value)
    {
        if (value.Metadata.ResourceVersion is not null)
            value = value with { Metadata = value.Metadata with { ResourceVersion = null } };
        return value is UnknownKind unknown ? KubeJson.Write(unknown) : KindRegistry.Of(value).Write(value);
    }

    public static KubeObject At(KubeObject value, Revision revision) =>
        value with { Metadata = value.Metadata with { ResourceVersion = revision.ToString() } };
}
