using System.IO.Compression;

namespace CloudOrch.Domain.Protocol;

/// <summary>One row of a document that may take several: its key and its columns (string, int, long, byte[]).</summary>
public sealed record DocumentRow(string RowKey, IReadOnlyDictionary<string, object> Columns);

/// <summary>How a document is cut over columns (64 KiB each) and rows (1 MiB each).</summary>
/// <remarks>
/// Written from the last part to the head. Every part carries the stamp of its writing, so that a reader that meets parts of two writings
/// sees it: <see cref="Join"/> then answers null, and the next reading is whole.
/// </remarks>
public static class DocumentRows
{
    private const string Stamp = "Stamp";
    private const string Parts = "Parts";
    private const string Encoding = "Encoding";
    private const string Brotli = "br";
    private const int ColumnBytes = 60 * 1024;
    // 720 KiB a row: with base64 it stays under the 1 MiB that Azurite counts on the wire.
    private const int ColumnsPerRow = 12;

    /// <param name="stamp">Differs for each writing.</param>
    /// <param name="head">Columns of the head row besides the document.</param>
    /// <returns>The rows, the head first.</returns>
    public static IReadOnlyList<DocumentRow> Split(string nodeUid, string stamp, ReadOnlySpan<byte> json, IEnumerable<KeyValuePair<string, object>> head)
    {
        byte[] bytes = Compress(json);
        const int rowBytes = ColumnBytes * ColumnsPerRow;
        int parts = Math.Max(1, (bytes.Length + rowBytes - 1) / rowBytes);
        var rows = new List<DocumentRow>(parts);
        for (int part = 0; part < parts; part++)
        {
            var columns = part == 0 ? new Dictionary<string, object>(head) : [];
            columns[Stamp] = stamp;
            columns[Encoding] = Brotli;
            columns[Parts] = parts;
            var chunk = bytes.AsSpan(part * rowBytes, Math.Min(rowBytes, bytes.Length - (part * rowBytes)));
            for (int column = 0; column * ColumnBytes < chunk.Length; column++)
                columns[ColumnName(column)] = chunk[(column * ColumnBytes)..Math.Min(chunk.Length, (column + 1) * ColumnBytes)].ToArray();
            rows.Add(new DocumentRow(NodeRows.PartKey(nodeUid, part), columns));
        }

        return rows;
    }

    /// <summary>The document of rows that were read together, in any order; null when they are of more than one writing or not all there.</summary>
    public static byte[]? Join(string nodeUid, IReadOnlyCollection<DocumentRow> rows)
    {
        var byKey = rows.ToDictionary(r => r.RowKey, r => r.Columns, StringComparer.Ordinal);
        if (!byKey.TryGetValue(NodeRows.PartKey(nodeUid, 0), out var head) || !head.TryGetValue(Parts, out object? parts))
            return null;
        using var bytes = new MemoryStream();
        for (int part = 0; part < Convert.ToInt32(parts, System.Globalization.CultureInfo.InvariantCulture); part++)
        {
            if (!byKey.TryGetValue(NodeRows.PartKey(nodeUid, part), out var columns) || !Equals(columns.GetValueOrDefault(Stamp), head.GetValueOrDefault(Stamp)))
                return null;
            for (int column = 0; column < ColumnsPerRow && columns.TryGetValue(ColumnName(column), out object? data); column++)
                bytes.Write((byte[])data);
        }

        return Decompress(bytes.ToArray());
    }

    public static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        byte[] target = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        return BrotliEncoder.TryCompress(plain, target, out int written, quality: 4, window: 18)
            ? target[..written]
            : throw new InvalidOperationException("the target is as large as any result");
    }

    /// <exception cref="InvalidDataException">Not brotli, or more than 64 MiB.</exception>
    public static byte[] Decompress(byte[] compressed)
    {
        const int limit = 64 << 20;
        using var source = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var target = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        while (source.Read(buffer) is > 0 and int read)
        {
            target.Write(buffer, 0, read);
            if (target.Length > limit)
                throw new InvalidDataException($"more than {limit} bytes");
        }

        return target.ToArray();
    }

    private static string ColumnName(int column) => $"D{column:D2}";
}
