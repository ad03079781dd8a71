using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Docker.DotNet;

/// <summary>
/// Output of a container: without a TTY the engine puts both streams on one connection, each frame behind eight bytes
/// {stream, 0, 0, 0, length big endian}; with a TTY the bytes come plain and count as standard output.
/// </summary>
public class MultiplexedStream : IDisposable
{
    private const int BufferSize = 81920;

    private readonly Stream _stream;
    private readonly bool _multiplexed;
    private readonly byte[] _header = new byte[8];
    private TargetStream _target;
    private int _remaining;

    public MultiplexedStream(Stream stream, bool multiplexed)
    {
        _stream = stream;
        _multiplexed = multiplexed;
    }

    public enum TargetStream
    {
        StandardIn = 0,
        StandardOut = 1,
        StandardError = 2,
    }

    public struct ReadResult
    {
        public int Count { get; set; }

        public TargetStream Target { get; set; }

        public bool EOF => Count == 0;
    }

    public Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _stream.WriteAsync(buffer, offset, count, cancellationToken);

    public async Task<ReadResult> ReadOutputAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (!_multiplexed)
        {
            int plain = await _stream.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);
            return new ReadResult { Count = plain, Target = TargetStream.StandardOut };
        }

        while (_remaining == 0)
        {
            int got = await _stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (got == 0)
                return default;
            if (got < _header.Length)
                throw new EndOfStreamException();
            _target = _header[0] <= 2 ? (TargetStream)_header[0] : throw new IOException("unknown stream type");
            _remaining = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(4));
        }

        int read = await _stream.ReadAsync(buffer.AsMemory(offset, Math.Min(count, _remaining)), cancellationToken).ConfigureAwait(false);
        if (read == 0)
            throw new EndOfStreamException();
        _remaining -= read;
        return new ReadResult { Count = read, Target = _target };
    }

    public async Task<(string stdout, string stderr)> ReadOutputToEndAsync(CancellationToken cancellationToken)
    {
        using MemoryStream stdout = new(), stderr = new();
        await CopyOutputToAsync(Stream.Null, stdout, stderr, cancellationToken).ConfigureAwait(false);
        return (Encoding.UTF8.GetString(stdout.GetBuffer(), 0, (int)stdout.Length), Encoding.UTF8.GetString(stderr.GetBuffer(), 0, (int)stderr.Length));
    }

    public async Task CopyOutputToAsync(Stream stdin, Stream stdout, Stream stderr, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false) is { EOF: false } result)
            {
                var target = result.Target switch { TargetStream.StandardIn => stdin, TargetStream.StandardError => stderr, _ => stdout };
                await target.WriteAsync(buffer.AsMemory(0, result.Count), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        GC.SuppressFinalize(this);
    }
}
