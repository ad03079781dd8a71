#nullable enable
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;

namespace CloudOrch.BusWire;

/// <summary>Frames over a WebSocket: header length (4 bytes, little endian), JSON header, then the bodies of its messages in order and the blob.</summary>
/// <remarks>Any number of senders at once; one reader.</remarks>
internal sealed class BusChannel(WebSocket socket) : IDisposable
{
    /// <summary>A peer that sends more is cut off: no legal frame comes near.</summary>
    private const int MaxFrameBytes = 8 * 1024 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);

    public async Task SendAsync(BusFrame frame, CancellationToken ct)
    {
        var bytes = Encode(frame);
        await _sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            // A send that is cancelled half way leaves the socket unusable, so a started frame is always sent whole.
            await socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            // What an aborted socket throws; nobody cancelled.
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, e);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next frame, or null when the peer closed.</summary>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The peer does not speak this protocol.</exception>
    public async Task<BusFrame?> ReceiveAsync(CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), ct).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            length += part.Count;
            if (length > MaxFrameBytes)
                throw new InvalidDataException($"a frame is longer than {MaxFrameBytes} bytes");
            if (part.EndOfMessage)
                return Decode(buffer.AsMemory(0, length));
        }
    }

    /// <summary>Says goodbye if the peer still listens; a connection that is already broken is left as it is.</summary>
    public async Task CloseAsync(CancellationToken ct)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        await _sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            socket.Abort();
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Abort() => socket.Abort();

    public void Dispose() => socket.Dispose();

    private static byte[] Encode(BusFrame frame)
    {
        var blob = frame.Blob;
        frame.BlobLength = blob?.Length;
        var bodies = 0;
        foreach (var message in frame.Messages ?? [])
        {
            message.BodyLength = message.Body.Length;
            bodies += message.BodyLength;
        }

        var header = JsonSerializer.SerializeToUtf8Bytes(frame, BusFrameJson.Default.BusFrame);
        var bytes = new byte[4 + header.Length + bodies + (blob?.Length ?? 0)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 4);
        var at = 4 + header.Length;
        foreach (var message in frame.Messages ?? [])
        {
            message.Body.CopyTo(bytes.AsMemory(at));
            at += message.Body.Length;
        }

        blob?.CopyTo(bytes.AsMemory(at));
        return bytes;
    }

    private static BusFrame Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var headerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
            var frame = JsonSerializer.Deserialize(bytes.Slice(4, headerLength).Span, BusFrameJson.Default.BusFrame)
                ?? throw new InvalidDataException("an empty frame");
            var at = 4 + headerLength;
            foreach (var message in frame.Messages ?? [])
            {
                message.Body = bytes.Slice(at, message.BodyLength);
                at += message.BodyLength;
            }

            if (frame.BlobLength is { } length)
                frame.Blob = bytes.Slice(at, length);
            return frame;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or JsonException)
        {
            throw new InvalidDataException("not a frame of this protocol", e);
        }
    }
}
