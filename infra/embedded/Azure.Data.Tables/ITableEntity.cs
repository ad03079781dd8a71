namespace Azure.Data.Tables;

/// <summary>One row: two keys, the time of its last change as the service set it, and its ETag.</summary>
public interface ITableEntity
{
    string PartitionKey { get; set; }

    string RowKey { get; set; }

    /// <summary>Set by the service at each change; what a client puts here is not sent.</summary>
    DateTimeOffset? Timestamp { get; set; }

    ETag ETag { get; set; }
}
