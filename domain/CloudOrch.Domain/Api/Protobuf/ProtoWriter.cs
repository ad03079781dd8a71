using System.Buffers;
using System.Text;

namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>Writes protobuf messages: texts and messages are all that our documents need.</summary>
public sealed class ProtoWriter
{
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> buffer = new();

    public ProtoWriter Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Raw((ulong)((field << 3) | LengthDelimited));
        Raw((ulong)bytes.Length);
        buffer.Write(bytes);
        return this;
    }

    public ProtoWriter Number(int field, long value)
    {
        Raw((ulong)(field << 3));
        Raw((ulong)value);
        return this;
    }

    public ProtoWriter Message(int field, Action<ProtoWriter> fill)
    {
        var inner = new ProtoWriter();
        fill(inner);
        return Bytes(field, inner.ToArray());
    }

    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    private void Raw(ulong value)
    {
        while (value >= 0x80)
        {
            buffer.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }
        buffer.Write([(byte)value]);
    }
}
