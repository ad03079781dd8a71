namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>Reads the fields of one protobuf message, one after the other.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    /// <summary>The field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>0 number, 1 eight bytes, 2 bytes, 5 four bytes.</summary>
    public int WireType { get; private set; }

    /// <summary>Of a field of wire type 0.</summary>
    public ulong Number { get; private set; }

    /// <summary>Of a field of wire type 2.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <exception cref="ProtobufException">The bytes are no protobuf message.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
            return false;
        ulong tag = Varint();
        (Field, WireType) = ((int)Math.Min(tag >> 3, int.MaxValue), (int)(tag & 7));
        if (Field == 0)
            throw new ProtobufException("a field has the number 0");
        switch (WireType)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Bytes = Take(8);
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Bytes = Take(4);
                break;
            default:
                throw new ProtobufException($"field {Field} has the unknown wire type {WireType}");
        }
        return true;
    }

    public static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (bytes.IsEmpty)
                throw new ProtobufException("a number is cut off");
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
        throw new ProtobufException("a number is longer than ten bytes");
    }

    private ulong Varint() => Varint(ref rest);

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length)
            throw new ProtobufException($"field {Field} is longer than the message");
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}

/// <summary>The bytes are not what the description of the message says; <see cref="KubernetesProtobuf"/> turns it into a refusal.</summary>
internal sealed class ProtobufException(string message) : Exception(message);
