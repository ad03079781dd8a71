using System.Text;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Tests.Protocol;

public sealed class DocumentRowsTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 1)]
    [InlineData(60 * 1024, 1)]
    [InlineData(12 * 60 * 1024, 2)] // incompressible: the encoding adds some bytes
    [InlineData(2_000_000, 3)]
    public void A_document_of_any_size_comes_back_as_it_was(int size, int rows)
    {
        byte[] document = new byte[size];
        new Random(7).NextBytes(document);

        var split = DocumentRows.Split("n1", "boot/1", document, [new(NodeRows.Seq, 1L)]);

        Assert.Equal(rows, split.Count);
        Assert.Equal("n1", split[0].RowKey);
        Assert.Equal(1L, split[0].Columns[NodeRows.Seq]);
        Assert.All(split.SelectMany(r => r.Columns.Values).OfType<byte[]>(), column => Assert.InRange(column.Length, 1, 64 * 1024));
        Assert.All(split, row => Assert.InRange(row.Columns.Values.OfType<byte[]>().Sum(c => c.Length), 0, 1_000_000));
        Assert.Equal(document, DocumentRows.Join("n1", [.. split.Reverse()]));
    }

    [Fact]
    public void Parts_of_two_writings_are_no_document()
    {
        byte[] document = new byte[2_000_000];
        new Random(7).NextBytes(document);
        var older = DocumentRows.Split("n1", "boot/1", document, []);
        var newer = DocumentRows.Split("n1", "boot/2", document, []);

        Assert.Null(DocumentRows.Join("n1", [older[0], older[1], newer[2]]));
        Assert.Null(DocumentRows.Join("n1", [newer[0], newer[2]]));
        Assert.Null(DocumentRows.Join("n1", [older[1], older[2]]));
    }

    [Fact]
    public void Every_row_of_a_node_is_in_its_range_and_no_other_nodes()
    {
        var (first, last) = NodeRows.RangeOf("a1");
        string[] own = [NodeRows.LeaseKey("a1"), NodeRows.PartKey("a1", 0), NodeRows.PartKey("a1", 7), NodeRows.PartKey(NodeRows.UsageKey("a1"), 7), NodeRows.StreamKey("a1", "s", 12), NodeRows.StreamReaderKey("a1", "zz")];
        string[] others = [NodeRows.LeaseKey("a0"), NodeRows.PartKey("a2", 7), NodeRows.StreamKey("a10", "s", 12), NodeRows.StreamReaderKey("a", "zz")];

        Assert.All(own, key => Assert.True(string.CompareOrdinal(first, key) <= 0 && string.CompareOrdinal(key, last) <= 0, key));
        Assert.All(others, key => Assert.False(string.CompareOrdinal(first, key) <= 0 && string.CompareOrdinal(key, last) <= 0, key));
    }

    [Theory]
    [InlineData(10, NodeMessage.PlainType)]
    [InlineData(100_000, NodeMessage.CompressedType)]
    public void A_message_comes_back_from_its_body(int length, string contentType)
    {
        var message = new NodeMessage { Kind = NodeMessageKinds.LogStream, Epoch = 2, Revision = 9, LogStream = new LogStreamCommand { StreamId = new string('s', length) } };

        var (type, body) = NodeMessageCodec.Encode(message);

        Assert.Equal(contentType, type);
        Assert.Equal(message, NodeMessageCodec.Decode(type, body));
        Assert.ThrowsAny<Exception>(() => NodeMessageCodec.Decode(type, Encoding.UTF8.GetBytes("nonsense")));
    }
}
