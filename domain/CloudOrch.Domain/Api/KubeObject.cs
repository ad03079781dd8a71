using System.Text.Json;
using System.Text.Json.Serialization;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api;

/// <summary>Fields that a document holds and this version does not know. They survive read-modify-write.</summary>
public sealed class UnknownFields : Dictionary<string, JsonElement>, IEquatable<UnknownFields>
{
    public bool Equals(UnknownFields? other) =>
        other is not null && Count == other.Count
        && this.All(field => other.TryGetValue(field.Key, out var value) && JsonElement.DeepEquals(field.Value, value));

    public override bool Equals(object? obj) => Equals(obj as UnknownFields);

    public override int GetHashCode() => Count;
}

/// <summary>Base of every record that appears in an API object.</summary>
public abstract record ApiType
{
    [JsonExtensionData]
    public UnknownFields? Unknown { get; set; }
}

/// <summary>A field of Kubernetes that is stored but that nothing acts on: a request that sets it is answered with a <c>Warning</c> header.</summary>
/// <param name="harmless">Values that need no warning, since they ask for what happens anyway: the defaults that clients send back.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotActedOnAttribute(params string[] harmless) : Attribute
{
    public IReadOnlyList<string> Harmless => harmless;
}

/// <summary>What every API object has. <see cref="ObjectMeta.ResourceVersion"/> is never stored; a reader fills it from the revision.</summary>
public abstract record KubeObject : ApiType
{
    [JsonPropertyOrder(-3)]
    public string Kind { get; init; } = "";

    [JsonPropertyOrder(-3)]
    public string ApiVersion { get; init; } = "";

    [JsonPropertyOrder(-2)]
    public ObjectMeta Metadata { get; init; } = new();
}

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/</summary>
public sealed record ObjectMeta : ApiType
{
    public string? Name { get; init; }
    public string? GenerateName { get; init; }
    public string? Namespace { get; init; }
    public string? SelfLink { get; init; }
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public long? Generation { get; init; }
    public DateTimeOffset? CreationTimestamp { get; init; }
    public DateTimeOffset? DeletionTimestamp { get; init; }
    public long? DeletionGracePeriodSeconds { get; init; }
    public ValueMap<string>? Labels { get; init; }
    public ValueMap<string>? Annotations { get; init; }
    [MergeKey("uid")] public ValueList<OwnerReference>? OwnerReferences { get; init; }
    [MergeKey] public ValueList<string>? Finalizers { get; init; }
    /// <summary>Who has set which field; see <see cref="Ownership.FieldOwnership"/>.</summary>
    public ValueList<ManagedFieldsEntry>? ManagedFields { get; init; }

    public OwnerReference? Controller()
    {
        foreach (var owner in (OwnerReferences ?? []).AsSpan())
        {
            if (owner.Controller == true)
                return owner;
        }
        return null;
    }
}

[Atomic]
public sealed record OwnerReference : ApiType
{
    public string ApiVersion { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
    public string Uid { get; init; } = "";
    public bool? Controller { get; init; }
    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>One observation of an object's state: <c>Status</c> is True, False or Unknown.</summary>
public sealed record Condition : ApiType
{
    public string Type { get; init; } = "";
    public string Status { get; init; } = "";
    public long? ObservedGeneration { get; init; }
    public DateTimeOffset? LastHeartbeatTime { get; init; }
    public DateTimeOffset? LastProbeTime { get; init; }
    public DateTimeOffset? LastUpdateTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
