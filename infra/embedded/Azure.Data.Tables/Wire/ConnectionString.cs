namespace Azure.Data.Tables.Wire;

/// <summary>A storage connection string: endpoint, and an account key or a SAS.</summary>
internal sealed record ConnectionString(Uri Endpoint, TableSharedKeyCredential? SharedKey, string? Sas)
{
    // The emulators' well-known account, in their public documentation.
    private const string EmulatorAccount = "devstoreaccount1";
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <exception cref="FormatException">Says which part is missing; never shows the key.</exception>
    public static ConnectionString Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException("Settings must be of the form \"name=value\".");
            parts[part[..equals]] = part[(equals + 1)..];
        }

        if (parts.TryGetValue("UseDevelopmentStorage", out string? development) && bool.Parse(development))
        {
            return new ConnectionString(new Uri($"http://127.0.0.1:10002/{EmulatorAccount}"),
                new TableSharedKeyCredential(EmulatorAccount, EmulatorKey), null);
        }

        parts.TryGetValue("AccountName", out string? account);
        parts.TryGetValue("AccountKey", out string? key);
        parts.TryGetValue("SharedAccessSignature", out string? sas);
        Uri endpoint = parts.TryGetValue("TableEndpoint", out string? given)
            ? new Uri(given)
            : account is not null
                ? new Uri($"{parts.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.table.{parts.GetValueOrDefault("EndpointSuffix", "core.windows.net")}")
                : throw new FormatException("The connection string names neither TableEndpoint nor AccountName.");
        if (key is null && sas is null)
            throw new FormatException("The connection string has neither AccountKey nor SharedAccessSignature.");
        return new ConnectionString(endpoint,
            key is null ? null : new TableSharedKeyCredential(account ?? TableAddress.Of(endpoint).AccountName, key),
            sas?.TrimStart('?'));
    }
}
