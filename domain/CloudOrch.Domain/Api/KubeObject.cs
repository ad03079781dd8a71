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

    /// <summary>The value of a field beside it with which it is acted on, as <c>medium=Memory</c>; null when it never is.</summary>
    public string? Unless { get; init; }
}

/// <summary>Keys of a map that are stored but that nothing acts on, while others are acted on.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeysNotActedOnAttribute(params string[] keys) : Attribute
{
    public IReadOnlyList<string> Keys => keys;
}

/// <summary>What every API object has. <see cref="ObjectMeta.ResourceVersion"/> is never stored; a reader fills it from the revision.</summary>
public abstract record KubeObject : ApiType
{
    /// <summary>The kind of the object, such as Pod.</summary>
    [JsonPropertyOrder(-3)]
    public string Kind { get; init; } = "";

    /// <summary>Group and version of the kind, such as apps/v1.</summary>
    [JsonPropertyOrder(-3)]
    public string ApiVersion { get; init; } = "";

    /// <summary>Name, labels and what else every object has.</summary>
    [JsonPropertyOrder(-2)]
    public ObjectMeta Metadata { get; init; } = new();
}

/// <summary>What every object has: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/</summary>
public sealed record ObjectMeta : ApiType
{
    /// <summary>Unique among the objects of a kind in a namespace; immutable.</summary>
    public string? Name { get; init; }
    /// <summary>What a made-up name starts with, when no name is given.</summary>
    public string? GenerateName { get; init; }
    /// <summary>The namespace that the object belongs to; immutable, and empty for kinds of the whole cluster.</summary>
    public string? Namespace { get; init; }
    /// <summary>Taken for the sake of old clients, never kept.</summary>
    public string? SelfLink { get; init; }
    /// <summary>Tells the object from others that had its name before or will have it after; set by the server.</summary>
    public string? Uid { get; init; }
    /// <summary>The revision of the last change; sent back with an update, it refuses the update when somebody else was faster.</summary>
    public string? ResourceVersion { get; init; }
    /// <summary>Counts the changes of the desired state; set by the server.</summary>
    public long? Generation { get; init; }
    /// <summary>When the object was created; set by the server.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }
    /// <summary>When the object is due to go; set by the server when it is deleted gracefully.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }
    /// <summary>Seconds that the deletion was given to end in order; set by the server.</summary>
    public long? DeletionGracePeriodSeconds { get; init; }
    /// <summary>Short values by key that selectors find objects by.</summary>
    public ValueMap<string>? Labels { get; init; }
    /// <summary>Texts by key that tools leave at an object; selectors do not see them.</summary>
    public ValueMap<string>? Annotations { get; init; }
    /// <summary>The objects that this one belongs to: it goes with the last of them.</summary>
    [MergeKey("uid")] public ValueList<OwnerReference>? OwnerReferences { get; init; }
    /// <summary>Names of those who have something to do before the object may go; each removes its own.</summary>
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

/// <summary>An object that another one belongs to; both are in one namespace, or the owner is in none.</summary>
[Atomic]
public sealed record OwnerReference : ApiType
{
    /// <summary>Group and version of the owner's kind.</summary>
    [Required] public string ApiVersion { get; init; } = "";
    /// <summary>The owner's kind.</summary>
    [Required] public string Kind { get; init; } = "";
    /// <summary>The owner's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The owner's uid, since a later object may have its name.</summary>
    [Required] public string Uid { get; init; } = "";
    /// <summary>Whether the owner manages this object; at most one does.</summary>
    public bool? Controller { get; init; }
    /// <summary>Whether a foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>One observation of an object's state: <c>Status</c> is True, False or Unknown.</summary>
public sealed record Condition : ApiType
{
    /// <summary>What is observed, such as Ready or Available.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>True, False or Unknown.</summary>
    [Required] public string Status { get; init; } = "";
    /// <summary>The generation of the object that was looked at.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>When the condition was last looked at.</summary>
    public DateTimeOffset? LastHeartbeatTime { get; init; }
    /// <summary>When the condition was last probed.</summary>
    public DateTimeOffset? LastProbeTime { get; init; }
    /// <summary>When the condition was last written.</summary>
    public DateTimeOffset? LastUpdateTime { get; init; }
    /// <summary>When the status last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }
    /// <summary>One word for programs: why the status is what it is.</summary>
    public string? Reason { get; init; }
    /// <summary>A sentence for people: why the status is what it is.</summary>
    public string? Message { get; init; }
}
