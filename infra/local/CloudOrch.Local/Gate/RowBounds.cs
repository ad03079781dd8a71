namespace CloudOrch.Local.Gate;

/// <summary>The rows that a table SAS reaches: from (spk, srk) to (epk, erk), both ends included, keys compared ordinally; null is unbounded.</summary>
public sealed record RowBounds(string? StartPartition, string? StartRow, string? EndPartition, string? EndRow)
{
    public bool IsUnbounded => StartPartition is null && EndPartition is null;

    public bool Contains(string partitionKey, string rowKey)
    {
        if (StartPartition is not null)
        {
            int partition = string.CompareOrdinal(partitionKey, StartPartition);
            if (partition < 0 || (partition == 0 && StartRow is not null && string.CompareOrdinal(rowKey, StartRow) < 0))
                return false;
        }

        if (EndPartition is not null)
        {
            int partition = string.CompareOrdinal(partitionKey, EndPartition);
            if (partition > 0 || (partition == 0 && EndRow is not null && string.CompareOrdinal(rowKey, EndRow) > 0))
                return false;
        }

        return true;
    }

    /// <summary>The same as an OData condition: a query under a bounded SAS sees only the rows within it.</summary>
    public string? Condition()
    {
        if (StartPartition is not null && StartPartition == EndPartition)
        {
            return string.Join(" and ", new[]
            {
                $"PartitionKey eq {Quote(StartPartition)}",
                StartRow is null ? null : $"RowKey ge {Quote(StartRow)}",
                EndRow is null ? null : $"RowKey le {Quote(EndRow)}",
            }.OfType<string>());
        }

        string? from = Side(StartPartition, StartRow, "gt", "ge"), to = Side(EndPartition, EndRow, "lt", "le");
        return from is null ? to : to is null ? from : $"{from} and {to}";
    }

    private static string? Side(string? partition, string? row, string beyond, string orAt) =>
        partition is null ? null
        : row is null ? $"PartitionKey {orAt} {Quote(partition)}"
        : $"(PartitionKey {beyond} {Quote(partition)} or (PartitionKey eq {Quote(partition)} and RowKey {orAt} {Quote(row)}))";

    private static string Quote(string key) => $"'{key.Replace("'", "''", StringComparison.Ordinal)}'";
}
