using System.Net;

namespace Azure.Data.Tables.Wire;

/// <summary>Account, table and SAS out of an endpoint's address: the account is the host's first label, or the first path segment when the host is an IP address.</summary>
internal sealed record TableAddress(Uri Service, string AccountName, string TableName, string Query)
{
    // Ports on which the emulators serve accounts as the first path segment.
    private static readonly HashSet<int> s_pathStylePorts =
        [10000, 10001, 10002, 10003, 10004, 10100, 10101, 10102, 10103, 10104, 11000, 11001, 11002, 11003, 11004, 11100, 11101, 11102, 11103, 11104];

    public static TableAddress Of(Uri endpoint)
    {
        string path = Uri.UnescapeDataString(endpoint.AbsolutePath).Trim('/');
        string[] segments = path.Length == 0 ? [] : path.Split('/');
        bool pathStyle = (endpoint.Host.Contains('.', StringComparison.Ordinal) && IPAddress.TryParse(endpoint.Host, out _))
            || s_pathStylePorts.Contains(endpoint.Port);
        string account = pathStyle
            ? segments.Length > 0 ? segments[0] : ""
            : endpoint.Host.Split('.')[0];
        int tableAt = pathStyle ? 1 : 0;
        string table = segments.Length > tableAt ? segments[tableAt] : "";
        // A table of its own address may end in "()" or carry keys.
        int parenthesis = table.IndexOf('(', StringComparison.Ordinal);
        if (parenthesis >= 0)
            table = table[..parenthesis];
        var service = new UriBuilder(endpoint) { Path = pathStyle ? account : "/", Query = "" }.Uri;
        return new TableAddress(service, account, table, endpoint.Query.TrimStart('?'));
    }

    /// <exception cref="ArgumentException">Whoever reads the wire would have the access that the SAS gives.</exception>
    public static void RequireTls(Uri endpoint)
    {
        if (endpoint.Scheme != Uri.UriSchemeHttps && !endpoint.IsLoopback)
            throw new ArgumentException("Cannot use TokenCredential or a SAS without HTTPS.", nameof(endpoint));
    }
}
