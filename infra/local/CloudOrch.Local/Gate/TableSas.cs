using System.Globalization;

namespace CloudOrch.Local.Gate;

/// <summary>A table's shared access signature as it stands in a request's query, and Azure's rules for it.</summary>
/// <remarks>Source: «Create a service SAS» in Azure's storage documentation, string-to-sign of version 2015-04-05 and later for the table service.</remarks>
public sealed class TableSas
{
    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal)
    {
        "sv", "st", "se", "sp", "tn", "spr", "sip", "si", "spk", "srk", "epk", "erk", "sig",
    };

    private readonly Dictionary<string, string> _parts;

    private TableSas(Dictionary<string, string> parts) => _parts = parts;

    public RowBounds Bounds => new(Optional("spk"), Optional("srk"), Optional("epk"), Optional("erk"));

    /// <summary>Takes the SAS out of a query; null when there is none for a table.</summary>
    /// <param name="query">Without question mark, escaped.</param>
    /// <param name="rest">The other parameters, in order: name, and value unescaped.</param>
    public static TableSas? Parse(string query, out List<(string Name, string Value)> rest)
    {
        rest = [];
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = Uri.UnescapeDataString(equals < 0 ? part : part[..equals]);
            string value = equals < 0 ? "" : Uri.UnescapeDataString(part[(equals + 1)..].Replace('+', ' '));
            if (!s_names.Contains(name))
                rest.Add((name, value));
            else if (!parts.TryAdd(name, value))
                throw GateRefusal.Authentication($"{name} stands twice in the signature.");
        }

        return parts.ContainsKey("sig") && parts.ContainsKey("tn") ? new TableSas(parts) : null;
    }

    /// <summary>Signature, time, protocol.</summary>
    /// <exception cref="GateRefusal">403.</exception>
    public void Authenticate(string account, GateAccounts accounts, bool https, DateTimeOffset now)
    {
        string stringToSign = string.Join('\n',
            Part("sp"), Part("st"), Part("se"), $"/table/{account}/{Part("tn").ToLowerInvariant()}",
            Part("si"), Part("sip"), Part("spr"), Part("sv"), Part("spk"), Part("srk"), Part("epk"), Part("erk"));
        if (!accounts.Verifies(account, stringToSign, Part("sig")))
            throw GateRefusal.Authentication("Signature did not match.");
        if (Part("si").Length > 0 || Part("sip").Length > 0)
            throw GateRefusal.Authentication("Stored policies and address ranges are not among what this gate knows.");
        if (Part("spr") is { Length: > 0 } protocols && !protocols.Split(',').Contains(https ? "https" : "http"))
            throw GateRefusal.Authentication("The signature does not allow this protocol.");
        if (!DateTimeOffset.TryParse(Part("se"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset expiry) || now >= expiry)
            throw GateRefusal.Authentication("Signature not valid in the specified time frame.");
        if (Part("st") is { Length: > 0 } start
            && (!DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset begins) || now < begins))
            throw GateRefusal.Authentication("Signature not valid in the specified time frame.");
        if (Optional("srk") is not null && Optional("spk") is null)
            throw GateRefusal.Authentication("srk needs spk.");
        if (Optional("erk") is not null && Optional("epk") is null)
            throw GateRefusal.Authentication("erk needs epk.");
    }

    /// <summary>Table, permissions and, for a row, bounds.</summary>
    /// <exception cref="GateRefusal">403.</exception>
    public void Authorize(TableOperation operation)
    {
        if (!operation.Table.Equals(Part("tn"), StringComparison.OrdinalIgnoreCase))
            throw GateRefusal.Authentication("The signature is for another table.");
        if (operation.Needs.FirstOrDefault(p => !Part("sp").Contains(p)) is var missing and not '\0')
            throw GateRefusal.Permission($"The signature lacks permission '{missing}'.");
        if (!operation.IsQuery && !Bounds.Contains(operation.PartitionKey!, operation.RowKey!))
            throw GateRefusal.Bounds("The row is outside of what the signature reaches.");
    }

    private string Part(string name) => _parts.GetValueOrDefault(name, "");

    private string? Optional(string name) => _parts.GetValueOrDefault(name);
}
