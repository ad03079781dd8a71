namespace Azure.Messaging.ServiceBus;

public class ServiceBusConnectionStringProperties
{
    public string FullyQualifiedNamespace => Endpoint?.Host;

    public Uri Endpoint { get; internal set; }

    public string EntityPath { get; internal set; }

    public string SharedAccessKeyName { get; internal set; }

    public string SharedAccessKey { get; internal set; }

    public string SharedAccessSignature { get; internal set; }

    /// <summary>The emulator speaks without TLS; accepted for a loopback endpoint only.</summary>
    internal bool UseDevelopmentEmulator { get; set; }

    /// <exception cref="FormatException">A part without a value, or an endpoint that is not a host.</exception>
    /// <exception cref="ArgumentException">The emulator is asked for elsewhere than on this host.</exception>
    public static ServiceBusConnectionStringProperties Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var parsed = new ServiceBusConnectionStringProperties();
        foreach (var part in connectionString.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == part.Length - 1)
                throw Malformed();
            parsed.Set(part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart());
        }

        if (parsed.UseDevelopmentEmulator && parsed.Endpoint?.IsLoopback != true)
            throw new ArgumentException("The Service Bus emulator is only available locally. The endpoint must reference to the local host.", nameof(connectionString));
        return parsed;
    }

    private void Set(string name, string value)
    {
        switch (name.ToUpperInvariant())
        {
            case "ENDPOINT":
                Endpoint = ParseEndpoint(value);
                break;
            case "ENTITYPATH":
                EntityPath = value;
                break;
            case "SHAREDACCESSKEYNAME":
                SharedAccessKeyName = value;
                break;
            case "SHAREDACCESSKEY":
                SharedAccessKey = value;
                break;
            case "SHAREDACCESSSIGNATURE":
                SharedAccessSignature = value;
                break;
            case "USEDEVELOPMENTEMULATOR":
                UseDevelopmentEmulator = bool.TryParse(value, out var use) && use;
                break;
        }
    }

    private static Uri ParseEndpoint(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) && !Uri.TryCreate("sb://" + value, UriKind.Absolute, out uri))
            throw Malformed();
        if (Uri.CheckHostName(uri.Host) == UriHostNameType.Unknown)
            throw Malformed();
        return new UriBuilder { Scheme = "sb", Host = uri.Host, Port = uri.IsDefaultPort ? -1 : uri.Port }.Uri;
    }

    private static FormatException Malformed() => new("The connection string could not be parsed; either it was malformed or contains no well-known tokens.");
}
