using System.Security.Cryptography;

namespace Azure.Messaging.ServiceBus.Administration;

public enum AccessRights
{
    /// <summary>Includes the other two at the service, which wants all three listed.</summary>
    Manage = 0,
    Send = 1,
    Listen = 2,
}

public abstract class AuthorizationRule : IEquatable<AuthorizationRule>
{
    internal AuthorizationRule()
    {
    }

    public abstract string ClaimType { get; }

    public abstract List<AccessRights> Rights { get; set; }

    public abstract string KeyName { get; set; }

    public DateTimeOffset CreatedTime { get; internal set; }

    public DateTimeOffset ModifiedTime { get; internal set; }

    public abstract bool Equals(AuthorizationRule other);

    public abstract override bool Equals(object obj);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(KeyName ?? "");
}

public class SharedAccessAuthorizationRule : AuthorizationRule
{
    /// <summary>With two random keys.</summary>
    public SharedAccessAuthorizationRule(string keyName, IEnumerable<AccessRights> rights)
        : this(keyName, NewKey(), NewKey(), rights)
    {
    }

    public SharedAccessAuthorizationRule(string keyName, string primaryKey, IEnumerable<AccessRights> rights)
        : this(keyName, primaryKey, NewKey(), rights)
    {
    }

    public SharedAccessAuthorizationRule(string keyName, string primaryKey, string secondaryKey, IEnumerable<AccessRights> rights)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keyName);
        ArgumentNullException.ThrowIfNull(rights);
        KeyName = keyName;
        PrimaryKey = primaryKey;
        SecondaryKey = secondaryKey;
        Rights = [.. rights];
    }

    public override string ClaimType => "SharedAccessKey";

    public sealed override string KeyName { get; set; }

    public string PrimaryKey { get; set; }

    public string SecondaryKey { get; set; }

    public override List<AccessRights> Rights { get; set; }

    public override bool Equals(AuthorizationRule other) =>
        other is SharedAccessAuthorizationRule o && KeyName == o.KeyName && PrimaryKey == o.PrimaryKey && SecondaryKey == o.SecondaryKey
        && Rights.ToHashSet().SetEquals(o.Rights);

    public override bool Equals(object obj) => Equals(obj as AuthorizationRule);

    public override int GetHashCode() => base.GetHashCode();

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}

public class AuthorizationRules : List<AuthorizationRule>, IEquatable<AuthorizationRules>
{
    internal AuthorizationRules()
    {
    }

    public bool Equals(AuthorizationRules other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object obj) => Equals(obj as AuthorizationRules);

    public override int GetHashCode() => Count;
}
