using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.Azure.Tables;

/// <summary>Bytes in a row: compressed when large and when that helps, cut over the properties B0, B1, …; <c>Z</c> = 1 says compressed, <c>N</c> the original length.</summary>
internal static class BodyCodec
{
    private const string Compressed = "Z";
    private const string Length = "N";

    // Below this, compressing costs more time than the bytes that it saves.
    private const int WorthCompressing = 1024;
    private const int Large = 32 * 1024;
    private const int MaxLength = 64 * 1024 * 1024;
    private static readonly string[] s_names = [.. Enumerable.Range(0, StoreLimits.BodyProperties).Select(i => "B" + i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The bytes as they are stored.</summary>
    public static Encoded Encode(ReadOnlyMemory<byte> body)
    {
        if (body.Length < WorthCompressing)
            return new Encoded(body, false, body.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(body.Length);
        try
        {
            return BrotliEncoder.TryCompress(body.Span, buffer.AsSpan(0, body.Length - 1), out int written, quality: body.Length < Large ? 0 : 1, window: body.Length < Large ? 16 : 18)
                ? new Encoded(buffer.AsSpan(0, written).ToArray(), true, body.Length)
                : new Encoded(body, false, body.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <exception cref="ArgumentException">The bytes are more than <see cref="StoreLimits.BodyBytes"/>.</exception>
    public static void Put(TableEntity row, Encoded body)
    {
        if (body.Bytes.Length > StoreLimits.BodyBytes)
            throw new ArgumentException($"{body.Bytes.Length} bytes do not fit in a row.", nameof(body));
        if (body.IsCompressed)
        {
            row[Compressed] = 1;
            row[Length] = body.OriginalLength;
        }

        for (int i = 0, at = 0; at < body.Bytes.Length || i == 0; i++, at += StoreLimits.PropertyBytes)
        {
            ReadOnlyMemory<byte> part = body.Bytes.Slice(at, Math.Min(StoreLimits.PropertyBytes, body.Bytes.Length - at));
            row[s_names[i]] = BinaryData.FromBytes(part);
        }
    }

    /// <exception cref="InvalidDataException">The row holds no whole body.</exception>
    public static byte[] Get(TableEntity row)
    {
        var parts = new List<byte[]>();
        while (parts.Count < s_names.Length && row.GetBinary(s_names[parts.Count]) is { } part)
            parts.Add(part);
        if (parts.Count == 0)
            throw new InvalidDataException($"Row {row.RowKey} has no body.");
        byte[] stored = parts.Count == 1 ? parts[0] : [.. parts.SelectMany(p => p)];
        if (row.GetInt32(Compressed) is not 1)
            return stored;
        int length = row.GetInt32(Length) ?? -1;
        if (length is < 0 or > MaxLength)
            throw new InvalidDataException($"Row {row.RowKey} says its body has {length} bytes.");
        byte[] body = new byte[length];
        if (!BrotliDecoder.TryDecompress(stored, body, out int written) || written != length)
            throw new InvalidDataException($"The body of row {row.RowKey} does not decompress to {length} bytes.");
        return body;
    }

    internal sealed record Encoded(ReadOnlyMemory<byte> Bytes, bool IsCompressed, int OriginalLength);
}
