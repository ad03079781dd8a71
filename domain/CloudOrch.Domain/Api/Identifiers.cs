namespace CloudOrch.Domain.Api;

/// <summary>The immutable random identity of a cluster: partition key, session id, scope of every token. Never reused.</summary>
public readonly record struct ClusterId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A point in a cluster's history; what clients see as <c>resourceVersion</c>. Each change takes one; they are gapless.</summary>
public readonly record struct Revision(long Value) : IComparable<Revision>
{
    public static readonly Revision Zero;

    public Revision Next => new(Value + 1);

    public int CompareTo(Revision other) => Value.CompareTo(other.Value);

    public static bool operator <(Revision left, Revision right) => left.Value < right.Value;

    public static bool operator >(Revision left, Revision right) => left.Value > right.Value;

    public static bool operator <=(Revision left, Revision right) => left.Value <= right.Value;

    public static bool operator >=(Revision left, Revision right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Group and plural of a kind, as in paths: <c>("apps", "deployments")</c>; the core group is the empty string.</summary>
public readonly record struct ResourceType(string Group, string Resource)
{
    public override string ToString() => Group.Length == 0 ? Resource : $"{Resource}.{Group}";
}

/// <summary>The identity of one object in a cluster; <see cref="Namespace"/> is empty for cluster-scoped kinds.</summary>
public readonly record struct ResourceKey(ResourceType Type, string Namespace, string Name)
{
    /// <summary>Of the name and the namespace only: keys of one name and of several types are few, and a pass hashes keys by the million.</summary>
    public override int GetHashCode() => (Name.GetHashCode(StringComparison.Ordinal) * 31) + Namespace.GetHashCode(StringComparison.Ordinal) + Type.Resource.Length;

    public override string ToString() => Namespace.Length == 0 ? $"{Type}/{Name}" : $"{Type}/{Namespace}/{Name}";
}
