using System.Globalization;

namespace Azure.Data.Tables.Sas;

/// <summary>Makes a shared access signature for one table, bounded to rows from (PartitionKeyStart, RowKeyStart) to (PartitionKeyEnd, RowKeyEnd).</summary>
public class TableSasBuilder
{
    internal const string DefaultVersion = "2020-12-06";

    public TableSasBuilder(string tableName, TableSasPermissions permissions, DateTimeOffset expiresOn)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        TableName = tableName;
        ExpiresOn = expiresOn;
        SetPermissions(permissions);
    }

    public TableSasBuilder(string tableName, string rawPermissions, DateTimeOffset expiresOn)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        ArgumentException.ThrowIfNullOrEmpty(rawPermissions);
        TableName = tableName;
        ExpiresOn = expiresOn;
        Permissions = rawPermissions;
    }

    public TableSasProtocol Protocol { get; set; }

    /// <summary>Valid from; the default value means from now, by the service's clock.</summary>
    public DateTimeOffset StartsOn { get; set; }

    public DateTimeOffset ExpiresOn { get; set; }

    /// <summary>Letters of "raud".</summary>
    public string Permissions { get; private set; } = "";

    /// <summary>A stored access policy of the table.</summary>
    public string? Identifier { get; set; }

    public string TableName { get; set; }

    public string? PartitionKeyStart { get; set; }

    public string? RowKeyStart { get; set; }

    public string? PartitionKeyEnd { get; set; }

    public string? RowKeyEnd { get; set; }

    internal string Version { get; set; } = DefaultVersion;

    public void SetPermissions(TableSasPermissions permissions)
    {
        var letters = new System.Text.StringBuilder(4);
        if (permissions.HasFlag(TableSasPermissions.Read))
            letters.Append('r');
        if (permissions.HasFlag(TableSasPermissions.Add))
            letters.Append('a');
        if (permissions.HasFlag(TableSasPermissions.Update))
            letters.Append('u');
        if (permissions.HasFlag(TableSasPermissions.Delete))
            letters.Append('d');
        Permissions = letters.ToString();
    }

    public void SetPermissions(string rawPermissions) => Permissions = rawPermissions;

    /// <exception cref="InvalidOperationException">Neither a stored policy nor both expiry and permissions are given.</exception>
    public TableSasQueryParameters ToSasQueryParameters(TableSharedKeyCredential sharedKeyCredential)
    {
        ArgumentNullException.ThrowIfNull(sharedKeyCredential);
        if (Identifier is null && (ExpiresOn == default || Permissions.Length == 0))
            throw new InvalidOperationException("A SAS needs ExpiresOn and Permissions, or an Identifier.");
        string signature = sharedKeyCredential.Sign(string.Join('\n',
            Permissions,
            Format(StartsOn),
            Format(ExpiresOn),
            // Table names are case-preserving but compared without case: the service signs the lower-case name.
            $"/table/{sharedKeyCredential.AccountName}/{TableName.ToLowerInvariant()}",
            Identifier,
            "",
            ProtocolText,
            Version,
            PartitionKeyStart,
            RowKeyStart,
            PartitionKeyEnd,
            RowKeyEnd));
        return new TableSasQueryParameters(
        [
            ("sv", Version),
            ("st", Format(StartsOn)),
            ("se", Format(ExpiresOn)),
            ("sp", Permissions),
            ("tn", TableName),
            ("spr", ProtocolText),
            ("si", Identifier),
            ("spk", PartitionKeyStart),
            ("srk", RowKeyStart),
            ("epk", PartitionKeyEnd),
            ("erk", RowKeyEnd),
            ("sig", signature),
        ]);
    }

    /// <summary>The query string of the SAS, encoded, without a question mark.</summary>
    public string Sign(TableSharedKeyCredential sharedKeyCredential) => ToSasQueryParameters(sharedKeyCredential).ToString();

    private string ProtocolText => Protocol switch
    {
        TableSasProtocol.Https => "https",
        TableSasProtocol.HttpsAndHttp => "https,http",
        _ => "",
    };

    private static string Format(DateTimeOffset at) => at == default
        ? ""
        : at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
