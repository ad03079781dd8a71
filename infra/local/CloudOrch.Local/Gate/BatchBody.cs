using System.Buffers;
using System.Text;

namespace CloudOrch.Local.Gate;

/// <summary>One request within an entity group transaction.</summary>
/// <param name="Target">Path and query, escaped.</param>
public sealed record BatchPart(string Method, string Target, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>Reads an entity group transaction, and writes one anew from what was read, so that what was checked is what is done.</summary>
public static class BatchBody
{
    private const int MaxParts = 100;

    /// <exception cref="GateRefusal">400: not a batch with one change set.</exception>
    public static List<BatchPart> Read(ReadOnlyMemory<byte> body)
    {
        var parts = new List<BatchPart>();
        ReadOnlySpan<byte> rest = body.Span;
        byte[]? boundary = null;
        while (boundary is null)
        {
            string line = Line(ref rest) ?? throw GateRefusal.BadRequest("The batch has no change set.");
            int at = line.IndexOf("boundary=changeset", StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
                boundary = Encoding.ASCII.GetBytes("--" + line[(at + "boundary=".Length)..].Trim('"', ' '));
        }

        while (true)
        {
            int start = rest.IndexOf(boundary);
            if (start < 0)
                throw GateRefusal.BadRequest("The change set does not end.");
            rest = rest[(start + boundary.Length)..];
            if (rest.StartsWith("--"u8))
                return parts;
            int end = rest.IndexOf(boundary);
            if (end < 0)
                throw GateRefusal.BadRequest("The change set does not end.");
            if (parts.Count == MaxParts)
                throw GateRefusal.BadRequest($"A batch has at most {MaxParts} parts.");
            parts.Add(Part(rest[..end]));
            rest = rest[end..];
        }
    }

    public static byte[] Write(IReadOnlyList<BatchPart> parts, string authority, string boundary)
    {
        var body = new ArrayBufferWriter<byte>(1024 + parts.Sum(p => p.Body.Length + 512));
        Text(body, $"--batch_{boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_{boundary}\r\n\r\n");
        foreach (BatchPart part in parts)
        {
            Text(body, $"--changeset_{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{part.Method} {authority}{part.Target} HTTP/1.1\r\n");
            foreach ((string name, string value) in part.Headers)
                Text(body, $"{name}: {value}\r\n");
            Text(body, "\r\n");
            body.Write(part.Body.Span);
            Text(body, "\r\n");
        }

        Text(body, $"--changeset_{boundary}--\r\n\r\n--batch_{boundary}--\r\n");
        return body.WrittenSpan.ToArray();
    }

    private static BatchPart Part(ReadOnlySpan<byte> text)
    {
        while (Line(ref text) is { } line)
        {
            string[] words = line.Split(' ');
            if (words is not [var method, var url, "HTTP/1.1"])
                continue;
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (Line(ref text) is { Length: > 0 } header)
            {
                int colon = header.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0)
                    headers[header[..colon].Trim()] = header[(colon + 1)..].Trim();
            }

            string target = Uri.TryCreate(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out Uri? absolute)
                ? absolute.PathAndQuery
                : throw GateRefusal.BadRequest("A part of the batch has no absolute address.");
            return new BatchPart(method, target, headers, text.TrimEnd("\r\n"u8).ToArray());
        }

        throw GateRefusal.BadRequest("A part of the batch is no request.");
    }

    private static string? Line(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return null;
        int end = text.IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(end < 0 ? text : text[..end]).TrimEnd('\r');
        text = end < 0 ? default : text[(end + 1)..];
        return line;
    }

    private static void Text(ArrayBufferWriter<byte> body, string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
