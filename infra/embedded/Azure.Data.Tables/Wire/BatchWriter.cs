using System.Buffers;
using System.Text;

namespace Azure.Data.Tables.Wire;

/// <summary>An entity group transaction as multipart/mixed: one batch with one change set.</summary>
internal static class BatchWriter
{
    public static ReadOnlyMemory<byte> Write(TableRequests requests, string table, string boundary, IReadOnlyList<TableTransactionAction> actions)
    {
        var body = new ArrayBufferWriter<byte>(actions.Count * 1024);
        Line(body, $"--batch_{boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_{boundary}\r\n");
        foreach (TableTransactionAction action in actions)
        {
            ITableEntity entity = action.Entity;
            bool add = action.ActionType == TableTransactionActionType.Add;
            string address = requests.Address(add ? table : TableRequests.EntityPath(table, entity.PartitionKey, entity.RowKey));
            string method = action.ActionType switch
            {
                TableTransactionActionType.Add => "POST",
                TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpsertMerge => "PATCH",
                TableTransactionActionType.UpdateReplace or TableTransactionActionType.UpsertReplace => "PUT",
                TableTransactionActionType.Delete => "DELETE",
                _ => throw new InvalidOperationException($"Unknown action {action.ActionType}."),
            };
            Line(body, $"--changeset_{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
            Line(body, $"{method} {address} HTTP/1.1\r\nAccept: {TableRequests.MinimalMetadata}\r\nDataServiceVersion: 3.0");
            bool checks = action.ActionType is TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpdateReplace
                or TableTransactionActionType.Delete;
            if (checks)
                Line(body, $"If-Match: {(action.ETag == default ? "*" : action.ETag.ToString())}");
            if (action.ActionType != TableTransactionActionType.Delete)
            {
                Line(body, "Prefer: return-no-content\r\nContent-Type: application/json;odata=nometadata\r\n");
                EntityWriter.Write(body, entity);
            }

            Line(body, "");
        }

        Line(body, $"--changeset_{boundary}--\r\n\r\n--batch_{boundary}--");
        return body.WrittenMemory;
    }

    private static void Line(ArrayBufferWriter<byte> body, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Span<byte> span = body.GetSpan(length + 2);
        Encoding.UTF8.GetBytes(text, span);
        span[length] = (byte)'\r';
        span[length + 1] = (byte)'\n';
        body.Advance(length + 2);
    }
}
