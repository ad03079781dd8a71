using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Secrets;

/// <summary>Confidential settings, such as passwords and keys: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/</summary>
/// <remarks>What it holds is shown to nobody who does not read it: not in messages, not in logs.</remarks>
public sealed record Secret : KubeObject
{
    /// <summary>Values in base64.</summary>
    [Sensitive] public ValueMap<string>? Data { get; init; }
    /// <summary>Values in plain text: taken over into <see cref="Data"/> when the object is written, never given back.</summary>
    [Sensitive] public ValueMap<string>? StringData { get; init; }
    /// <summary>Default Opaque; decides which keys there must be.</summary>
    public string? Type { get; init; }
    /// <summary>Whether the data may never change again; can be set, not taken back.</summary>
    public bool? Immutable { get; init; }

    public override string ToString() => $"Secret {Metadata.Namespace}/{Metadata.Name}";
}
