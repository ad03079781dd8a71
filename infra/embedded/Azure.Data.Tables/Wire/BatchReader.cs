using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables.Wire;

/// <summary>The parts of the answer to an entity group transaction: one per action, or the single failure.</summary>
internal static class BatchReader
{
    public static List<Response> Read(ReadOnlySpan<byte> body, string clientRequestId)
    {
        var parts = new List<Response>();
        while (TryLine(ref body, out ReadOnlySpan<byte> line))
        {
            if (!line.StartsWith("HTTP/1.1 "u8))
                continue;
            string status = Encoding.ASCII.GetString(line[9..]);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (TryLine(ref body, out line) && line.Length > 0)
            {
                int colon = line.IndexOf((byte)':');
                if (colon > 0)
                    headers[Encoding.UTF8.GetString(line[..colon]).Trim()] = Encoding.UTF8.GetString(line[(colon + 1)..]).Trim();
            }

            int end = body.IndexOf("--changesetresponse"u8);
            byte[] content = body[..(end < 0 ? body.Length : end)].ToArray();
            body = end < 0 ? default : body[end..];
            int code = int.Parse(status.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            parts.Add(new PartResponse(code, status.Length > 4 ? status[4..] : "", headers, content, clientRequestId));
        }

        return parts;
    }

    private static bool TryLine(ref ReadOnlySpan<byte> body, out ReadOnlySpan<byte> line)
    {
        if (body.IsEmpty)
        {
            line = default;
            return false;
        }

        int end = body.IndexOf((byte)'\n');
        line = end < 0 ? body : body[..end];
        body = end < 0 ? default : body[(end + 1)..];
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        return true;
    }

    private sealed class PartResponse(int status, string reason, Dictionary<string, string> headers, byte[] content, string clientRequestId) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => reason;

        public override Stream? ContentStream { get; set; } = new MemoryStream(content, 0, content.Length, writable: false, publiclyVisible: true);

        public override string ClientRequestId { get; set; } = clientRequestId;

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.Select(h => new HttpHeader(h.Key, h.Value));

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = headers.TryGetValue(name, out string? value) ? [value] : null;
            return values is not null;
        }
    }
}
