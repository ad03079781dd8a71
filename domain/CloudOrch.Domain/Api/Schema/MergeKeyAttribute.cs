namespace CloudOrch.Domain.Api.Schema;

/// <summary>A list that a strategic merge patch merges instead of replacing: objects by the value of a key, plain values as a set.</summary>
/// <remarks>Kubernetes' <c>patchStrategy</c> and <c>patchMergeKey</c>. A list without this attribute is replaced as a whole.</remarks>
/// <param name="key">The JSON name of the key; empty for a list of plain values.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MergeKeyAttribute(string key = "") : Attribute
{
    public string Key => key;
}

/// <summary>An object of which exactly one member is meant: kubectl sends <c>$retainKeys</c> with it, so that the old member goes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RetainKeysAttribute : Attribute;

/// <summary>A field whose values no message may show, such as the data of a Secret.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SensitiveAttribute : Attribute;
