using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Issuer;

/// <summary><c>token</c>: signs one access token with the key of the issuer's directory and prints it; the issuer need not run.</summary>
public static class TokenCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        using var key = IssuerKey.OpenOrCreate(arguments.Required("directory"));
        var now = TimeProvider.System.GetUtcNow();
        var token = new EntraToken
        {
            Issuer = arguments.Url("issuer"),
            Tenant = Id(arguments, "tenant"),
            ObjectId = Id(arguments, "oid"),
            Audience = arguments.Required("audience"),
            // Five minutes of grace for clocks that differ, as Entra issues them.
            NotBefore = now.AddMinutes(-5),
            Expires = now.AddHours(arguments.Number("hours", 1)),
            Username = arguments.Optional("username"),
            Name = arguments.Optional("name"),
            Scope = arguments.Optional("scope") ?? "user_impersonation",
            Roles = arguments.List("roles"),
            Groups = arguments.List("groups"),
            Client = arguments.Optional("client"),
        };
        await Console.Out.WriteLineAsync(token.Sign(key.Key).AsMemory(), ct);
        return 0;
    }

    private static Guid Id(Arguments arguments, string name) =>
        Guid.TryParse(arguments.Required(name), out var id) ? id : throw new UsageException($"--{name} is not a GUID: {arguments.Required(name)}");
}
