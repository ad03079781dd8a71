namespace CloudOrch.Domain.Api.Schema;

/// <summary>A list that a strategic merge patch merges instead of replacing: objects by the value of a key, plain values as a set.</summary>
/// <remarks>
/// Kubernetes' <c>patchStrategy</c> and <c>patchMergeKey</c>. A list without this attribute is replaced as a whole. Server-side apply
/// shares such a list item by item too, unless <see cref="ListMapKeysAttribute"/> or <see cref="AtomicAttribute"/> says otherwise.
/// </remarks>
/// <param name="key">The JSON name of the key; empty for a list of plain values.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MergeKeyAttribute(string key = "") : Attribute
{
    public string Key => key;
}

/// <summary>A list whose items server-side apply tells apart by several keys, or otherwise than a strategic merge patch.</summary>
/// <remarks>Kubernetes' <c>x-kubernetes-list-type: map</c> and <c>x-kubernetes-list-map-keys</c>.</remarks>
/// <param name="keys">JSON names; <c>protocol=TCP</c> names a key that has this value where an item leaves it out. None: a set of plain values.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapKeysAttribute(params string[] keys) : Attribute
{
    public IReadOnlyList<ListMapKey> Keys { get; } =
        [.. keys.Select(k => k.Split('=', 2)).Select(k => new ListMapKey(k[0], k.Length > 1 ? k[1] : null))];
}

/// <summary>A list, a map or an object that has one owner as a whole in server-side apply. Lists are that anyhow, unless an attribute names their keys.</summary>
/// <remarks>Kubernetes' <c>listType=atomic</c>, <c>mapType=atomic</c> and <c>structType=atomic</c>.</remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class AtomicAttribute : Attribute;

/// <summary>A field whose type is atomic elsewhere, and that is shared field by field here.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class GranularAttribute : Attribute;

/// <summary>An object of which exactly one member is meant: kubectl sends <c>$retainKeys</c> with it, so that the old member goes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RetainKeysAttribute : Attribute;

/// <summary>A field that Kubernetes' schemas call required: the kind's rules refuse an object without it, or the control plane always fills it in.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;

/// <summary>A field whose values no message may show, such as the data of a Secret.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SensitiveAttribute : Attribute;

/// <summary>A field that tells the items of a list apart.</summary>
/// <param name="Default">The value of an item that leaves the field out; null where that is a mistake.</param>
public sealed record ListMapKey(string Name, string? Default);
