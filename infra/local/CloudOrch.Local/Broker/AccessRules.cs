namespace CloudOrch.Local.Broker;

/// <summary>What a token lets its bearer do. Manage includes the other two.</summary>
[Flags]
public enum BrokerRights
{
    None = 0,
    Listen = 1,
    Send = 2,
    Manage = 4 | Listen | Send,
}

/// <summary>A shared access policy of the namespace or of one queue: a token signed with either key carries the rights.</summary>
public sealed record AccessRule(string Name, string PrimaryKey, string? SecondaryKey, BrokerRights Rights);

/// <summary>What one accepted token allows, until when, and below which path ("" is the whole namespace).</summary>
public sealed record AccessGrant(string Scope, BrokerRights Rights, DateTimeOffset ExpiresAt)
{
    /// <remarks>A scope covers itself and what lies below it, segment by segment: <c>node-1</c> does not cover <c>node-12</c>.</remarks>
    public bool Covers(string path, BrokerRights needed) =>
        (Rights & needed) == needed
        && (Scope.Length == 0
            || path.Equals(Scope, StringComparison.OrdinalIgnoreCase)
            || path.StartsWith(Scope + "/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Decides on a bearer token (JWT): the rights over the whole namespace, or null when it is refused.</summary>
public delegate ValueTask<AccessGrant?> BearerValidator(string token, CancellationToken ct);
