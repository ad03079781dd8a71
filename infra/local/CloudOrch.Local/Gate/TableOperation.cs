using System.Text.Json;
using System.Text.RegularExpressions;

namespace CloudOrch.Local.Gate;

/// <summary>What a request does to rows of a table, with the letters of the permissions that it needs.</summary>
/// <param name="Table">The table.</param>
/// <param name="PartitionKey">null for a query.</param>
/// <param name="RowKey">null for a query.</param>
/// <param name="Needs">Letters of «raud».</param>
public sealed partial record TableOperation(string Table, string? PartitionKey, string? RowKey, string Needs)
{
    public bool IsQuery => PartitionKey is null;

    /// <param name="method">The HTTP method.</param>
    /// <param name="resource">The path after the account, unescaped: <c>t</c>, <c>t()</c> or <c>t(PartitionKey='…',RowKey='…')</c>.</param>
    /// <param name="hasIfMatch">An update without it is an upsert, which may also add.</param>
    /// <param name="body">Of an insert: it names the row.</param>
    /// <exception cref="GateRefusal">Not an operation on rows.</exception>
    public static TableOperation Of(string method, string resource, bool hasIfMatch, ReadOnlyMemory<byte> body)
    {
        if (resource == "Tables" || resource.StartsWith("Tables(", StringComparison.Ordinal))
            throw GateRefusal.Permission("A table SAS manages no tables.");
        if (TableOnly().Match(resource) is { Success: true } table)
        {
            if (method == "GET")
                return new TableOperation(table.Groups[1].Value, null, null, "r");
            if (method != "POST" || resource.EndsWith(')'))
                throw GateRefusal.Permission($"A table SAS allows no {method} here.");
            (string partition, string row) = KeysOf(body);
            return new TableOperation(table.Groups[1].Value, partition, row, "a");
        }

        if (Entity().Match(resource) is not { Success: true } entity)
            throw GateRefusal.Permission("A table SAS allows operations on rows only.");
        string needs = method switch
        {
            "GET" => "r",
            "PUT" or "PATCH" or "MERGE" => hasIfMatch ? "u" : "au",
            "DELETE" => "d",
            _ => throw GateRefusal.Permission($"A table SAS allows no {method} on a row."),
        };
        return new TableOperation(entity.Groups[1].Value, Unquote(entity.Groups[2].Value), Unquote(entity.Groups[3].Value), needs);
    }

    private static (string PartitionKey, string RowKey) KeysOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty(nameof(PartitionKey), out JsonElement partition) && document.RootElement.TryGetProperty(nameof(RowKey), out JsonElement row)
                ? (partition.GetString() ?? "", row.GetString() ?? "")
                : throw GateRefusal.BadRequest("A row to insert needs PartitionKey and RowKey.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw GateRefusal.BadRequest("A row to insert is not JSON with string keys.");
        }
    }

    private static string Unquote(string key) => key.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9]{2,62})(?:\(\))?$")]
    private static partial Regex TableOnly();

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9]{2,62})\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)$", RegexOptions.Singleline)]
    private static partial Regex Entity();
}
