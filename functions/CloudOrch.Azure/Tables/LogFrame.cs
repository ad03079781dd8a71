using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>The changes of one commit as bytes: for each its type (1 byte), its row key (2 bytes of length, then UTF-8) and its body (4 bytes of length), little-endian.</summary>
internal static class LogFrame
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<PendingChange> changes, IReadOnlyList<string> rowKeys)
    {
        var frame = new ArrayBufferWriter<byte>(changes.Sum(c => c.Body.Length + 128));
        for (int i = 0; i < changes.Count; i++)
        {
            PendingChange change = changes[i];
            int keyBytes = Encoding.UTF8.GetByteCount(rowKeys[i]);
            Span<byte> span = frame.GetSpan(7 + keyBytes + change.Body.Length);
            span[0] = (byte)change.Type;
            BinaryPrimitives.WriteUInt16LittleEndian(span[1..], (ushort)keyBytes);
            Encoding.UTF8.GetBytes(rowKeys[i], span[3..]);
            BinaryPrimitives.WriteInt32LittleEndian(span[(3 + keyBytes)..], change.Body.Length);
            change.Body.Span.CopyTo(span[(7 + keyBytes)..]);
            frame.Advance(7 + keyBytes + change.Body.Length);
        }

        return frame.WrittenMemory;
    }

    /// <param name="frame">What <see cref="Write"/> wrote.</param>
    /// <param name="first">The revision of the first change.</param>
    /// <exception cref="InvalidDataException">The frame is cut off.</exception>
    public static List<CommittedChange> Read(ReadOnlyMemory<byte> frame, Revision first)
    {
        var changes = new List<CommittedChange>();
        while (frame.Length > 0)
        {
            if (frame.Length < 3)
                throw new InvalidDataException("A log row ends within a change.");
            var type = (ChangeType)frame.Span[0];
            int keyBytes = BinaryPrimitives.ReadUInt16LittleEndian(frame.Span[1..]);
            if (frame.Length < 7 + keyBytes)
                throw new InvalidDataException("A log row ends within a key.");
            string rowKey = Encoding.UTF8.GetString(frame.Span.Slice(3, keyBytes));
            int bodyBytes = BinaryPrimitives.ReadInt32LittleEndian(frame.Span[(3 + keyBytes)..]);
            int end = 7 + keyBytes + bodyBytes;
            if (bodyBytes < 0 || frame.Length < end)
                throw new InvalidDataException("A log row ends within a body.");
            changes.Add(new CommittedChange(new Revision(first.Value + changes.Count), type, RowKeys.Parse(rowKey), frame[(7 + keyBytes)..end]));
            frame = frame[end..];
        }

        return changes;
    }
}
