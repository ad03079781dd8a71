namespace Azure.Data.Tables.Sas;

/// <summary>What a table SAS allows on rows. An upsert needs both <see cref="Add"/> and <see cref="Update"/>.</summary>
[Flags]
public enum TableSasPermissions
{
    /// <summary>Get and query.</summary>
    Read = 1,
    Add = 2,
    Update = 4,
    Delete = 8,
    All = ~0,
}
