using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Docker.DotNet;

internal static class Messages
{
    /// <summary>Reports each JSON document of a stream, one to a line, until the engine closes it.</summary>
    /// <exception cref="OperationCanceledException">The reader ended it.</exception>
    public static async Task ReportAsync<T>(Task<Stream> source, JsonTypeInfo<T> type, IProgress<T> progress, CancellationToken ct)
    {
        using var stream = await source.ConfigureAwait(false);
        using var reader = new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false, bufferSize: 4096);
        while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            if (line.AsSpan().Trim().Length > 0)
                progress?.Report(JsonSerializer.Deserialize(line, type));
        }
    }

    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        return content;
    }

    public static HttpContent Tar(Stream stream)
    {
        var content = new StreamContent(stream);
        content.Headers.ContentType = new("application/x-tar");
        return content;
    }
}
