using Microsoft.Extensions.Configuration;

namespace CloudOrch.Azure.Tables;

/// <summary>Where the tables are.</summary>
/// <param name="Endpoint">The account's table endpoint, for the control plane and for the nodes; the account stands in the path only behind an IP address.</param>
/// <param name="AccountName">The storage account.</param>
/// <param name="AccountKey">Its key, which also signs the nodes' tokens. Secret.</param>
/// <param name="Prefix">Setting <c>Storage:TablePrefix</c>: before every table's name; empty by default.</param>
public sealed record TablesSettings(Uri Endpoint, string AccountName, string AccountKey, string Prefix)
{
    /// <param name="configuration">Holds <c>Storage</c>, a storage connection string with the account key.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or malformed; the message names it and shows no key.</exception>
    public static TablesSettings From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration["Storage"] is not { Length: > 0 } text)
            throw new InvalidOperationException("Storage (a storage connection string) is not set");
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new InvalidOperationException("Storage is not of the form name=value;name=value");
            parts[part[..equals]] = part[(equals + 1)..];
        }

        string account = Required("AccountName"), key = Required("AccountKey");
        string address = parts.TryGetValue("TableEndpoint", out string? given)
            ? given
            : $"{parts.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.table.{parts.GetValueOrDefault("EndpointSuffix", "core.windows.net")}";
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? endpoint)
            ? new TablesSettings(endpoint, account, key, configuration["Storage:TablePrefix"] ?? "")
            : throw new InvalidOperationException("TableEndpoint in Storage is not an absolute URL");

        string Required(string name) => parts.TryGetValue(name, out string? value) && value.Length > 0
            ? value
            : throw new InvalidOperationException($"{name} is missing in Storage");
    }

    /// <remarks>A record would print the key.</remarks>
    public override string ToString() => $"TablesSettings {{ {Endpoint} }}";
}
