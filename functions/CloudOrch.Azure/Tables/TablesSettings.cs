using Microsoft.Extensions.Configuration;

namespace CloudOrch.Azure.Tables;

/// <summary>Where the tables are.</summary>
/// <param name="Endpoint">Setting <c>Tables:Endpoint</c>: the account's table endpoint; an account in the path only behind an IP address.</param>
/// <param name="NodeEndpoint">Setting <c>NodeTables:Endpoint</c>: how nodes reach the same account; <c>Tables:Endpoint</c> when it is not set.</param>
/// <param name="AccountName">Setting <c>Tables:AccountName</c>; by default the first label of the endpoint's host.</param>
/// <param name="AccountKey">Setting <c>Tables:AccountKey</c>, from the vault: signs the nodes' tokens. Secret.</param>
/// <param name="UseIdentity">Setting <c>Tables:UseIdentity</c>: the control plane's own calls use its managed identity instead of the key.</param>
/// <param name="Prefix">Setting <c>Tables:Prefix</c>: before every table's name; empty by default.</param>
public sealed record TablesSettings(Uri Endpoint, Uri NodeEndpoint, string AccountName, string? AccountKey, bool UseIdentity, string Prefix)
{
    /// <exception cref="InvalidOperationException">A setting is missing or malformed; the message names it.</exception>
    public static TablesSettings From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Uri endpoint = Address(configuration, "Tables:Endpoint") ?? throw new InvalidOperationException("Tables:Endpoint is not set");
        string? key = configuration["Tables:AccountKey"] is { Length: > 0 } given ? given : null;
        bool identity = string.Equals(configuration["Tables:UseIdentity"], "true", StringComparison.OrdinalIgnoreCase);
        if (key is null && !identity)
            throw new InvalidOperationException("neither Tables:AccountKey nor Tables:UseIdentity is set");
        return new TablesSettings(endpoint, Address(configuration, "NodeTables:Endpoint") ?? endpoint,
            configuration["Tables:AccountName"] is { Length: > 0 } name ? name : endpoint.Host.Split('.')[0], key, identity, configuration["Tables:Prefix"] ?? "");
    }

    /// <remarks>A record would print the key.</remarks>
    public override string ToString() => $"TablesSettings {{ {Endpoint}, nodes by {NodeEndpoint} }}";

    private static Uri? Address(IConfiguration configuration, string name) => configuration[name] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? address) ? address
        : throw new InvalidOperationException($"{name} is not an absolute URL");
}
