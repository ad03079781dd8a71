using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace CloudOrch.Bench;

/// <summary>
/// Many watches of one server, read by one thread over sockets: client and server share the processors, and what two hundred clients of a
/// library would use of them is not what is measured.
/// </summary>
internal sealed class WatchSockets : IDisposable
{
    private const int PollMicroseconds = 100_000;

    private readonly List<Watch> _watches = [];

    /// <summary>Opens the watches; each has had its answer's head when this returns.</summary>
    public WatchSockets(Uri server, string path, string token, int count)
    {
        byte[] request = Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n");
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, NoDelay = true };
            socket.Connect(server.Host, server.Port);
            _watches.Add(new Watch(socket, server.Host, request));
        }
        foreach (var watch in _watches)
            watch.ReadHead();
    }

    /// <summary>Hands each line over with the time at which it was there, until cancelled.</summary>
    /// <exception cref="InvalidOperationException">The server ended a watch.</exception>
    public void Read(Action<ReadOnlySpan<byte>, long> heard, CancellationToken ct)
    {
        var bySocket = _watches.ToDictionary(w => w.Socket);
        while (!ct.IsCancellationRequested)
        {
            var readable = bySocket.Keys.ToList();
            Socket.Select(readable, null, null, PollMicroseconds);
            foreach (var socket in readable)
                bySocket[socket].Receive(heard);
        }
    }

    public void Dispose() => _watches.ForEach(w => w.Dispose());

    private sealed class Watch : IDisposable
    {
        private readonly TlsRecords _records;
        private readonly SslStream _tls;
        private readonly byte[] _received = new byte[64 << 10];
        private readonly List<byte> _framing = [];
        private readonly List<byte> _line = [];
        private int _leftOfChunk;

        public Watch(Socket socket, string host, byte[] request)
        {
            Socket = socket;
            _records = new TlsRecords(socket);
            _tls = new SslStream(_records);
            _tls.AuthenticateAsClient(host);
            _tls.Write(request);
        }

        public Socket Socket { get; }

        public void Dispose()
        {
            _tls.Dispose();
            Socket.Dispose();
        }

        public void ReadHead()
        {
            var head = new StringBuilder();
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                head.Append((char)(_tls.ReadByte() is var next and >= 0 ? next : throw Ended()));
            if (!head.ToString().StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                throw new InvalidOperationException(head.ToString());
        }

        public void Receive(Action<ReadOnlySpan<byte>, long> heard)
        {
            do
            {
                var rest = _received.AsSpan(0, _tls.Read(_received));
                if (rest.Length == 0)
                    throw Ended();
                Chunks(rest, Stopwatch.GetTimestamp(), heard);
            }
            while (_records.HasMore);
        }

        private void Chunks(ReadOnlySpan<byte> rest, long now, Action<ReadOnlySpan<byte>, long> heard)
        {
            while (rest.Length > 0)
            {
                if (_leftOfChunk == 0)
                {
                    NextOfFraming(rest[0]);
                    rest = rest[1..];
                    continue;
                }
                var part = rest[..Math.Min(_leftOfChunk, rest.Length)];
                _leftOfChunk -= part.Length;
                rest = rest[part.Length..];
                Lines(part, now, heard);
            }
        }

        /// <summary>Between chunks: a line end, a length in hexadecimal, a line end.</summary>
        private void NextOfFraming(byte next)
        {
            if (next == '\n' && _framing.Count > 0)
            {
                _leftOfChunk = int.Parse(Encoding.ASCII.GetString([.. _framing]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                _framing.Clear();
                if (_leftOfChunk == 0)
                    throw Ended();
            }
            else if (next is not ((byte)'\r' or (byte)'\n'))
                _framing.Add(next);
        }

        private void Lines(ReadOnlySpan<byte> part, long now, Action<ReadOnlySpan<byte>, long> heard)
        {
            for (int end = part.IndexOf((byte)'\n'); end >= 0; end = part.IndexOf((byte)'\n'))
            {
                _line.AddRange(part[..end]);
                heard(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line), now);
                _line.Clear();
                part = part[(end + 1)..];
            }
            _line.AddRange(part);
        }

        private static InvalidOperationException Ended() => new("a watch ended");
    }

    /// <summary>Hands over one TLS record at a time, so that what was received and not read yet is known: for that no socket becomes readable again.</summary>
    private sealed class TlsRecords(Socket socket) : Stream
    {
        private const int Header = 5;

        private readonly byte[] _received = new byte[128 << 10];
        private int _from, _to, _leftOfRecord;

        public bool HasMore => _to > _from;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_leftOfRecord == 0)
            {
                if (!Receive(Header))
                    return 0;
                _leftOfRecord = Header + ((_received[_from + 3] << 8) | _received[_from + 4]);
            }
            if (_to == _from && !Receive(1))
                return 0;
            int some = Math.Min(count, Math.Min(_leftOfRecord, _to - _from));
            _received.AsSpan(_from, some).CopyTo(buffer.AsSpan(offset));
            (_from, _leftOfRecord) = (_from + some, _leftOfRecord - some);
            return some;
        }

        public override void Write(byte[] buffer, int offset, int count) => socket.Send(buffer, offset, count, SocketFlags.None);

        public override void Flush()
        {
            // nothing is held back
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private bool Receive(int least)
        {
            if (_from > 0)
            {
                _received.AsSpan(_from, _to - _from).CopyTo(_received);
                (_from, _to) = (0, _to - _from);
            }
            while (_to < least)
            {
                int some = socket.Receive(_received, _to, _received.Length - _to, SocketFlags.None);
                if (some == 0)
                    return false;
                _to += some;
            }
            return true;
        }
    }
}
