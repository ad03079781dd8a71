using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Xunit;

namespace CloudOrch.Testing.Contracts;

/// <summary>The laws of <see cref="IStreamRows"/>; the agent's side is each implementation's own.</summary>
public abstract class StreamRowsContract
{
    private static int s_clusters;

    protected ClusterId Cluster { get; } = new($"s{Interlocked.Increment(ref s_clusters)}");

    private static CancellationToken None => CancellationToken.None;

    protected abstract Task<IStreamRows> OpenAsync();

    protected abstract Task WriteAsync(string nodeUid, string streamId, StreamChunk chunk);

    /// <summary>What the agent sees of the reader.</summary>
    protected abstract Task<long?> ReadToAsync(string nodeUid, string streamId);

    [Fact]
    public async Task Chunks_come_in_order_without_gaps_and_the_end_says_why()
    {
        IStreamRows streams = await OpenAsync();
        Assert.Empty(await streams.ReadAsync(Cluster, "n1", "s", 0, None));
        await WriteAsync("n1", "s", new StreamChunk(0, "a"u8.ToArray(), false, null));
        await WriteAsync("n1", "s", new StreamChunk(2, "c"u8.ToArray(), true, "the container is gone"));
        await WriteAsync("n1", "s2", new StreamChunk(1, "other"u8.ToArray(), false, null));
        await WriteAsync("n10", "s", new StreamChunk(1, "other"u8.ToArray(), false, null));
        Assert.Equal([0L], (await streams.ReadAsync(Cluster, "n1", "s", 0, None)).Select(c => c.Index));
        Assert.Empty(await streams.ReadAsync(Cluster, "n1", "s", 1, None));
        byte[] full = new byte[60 * 1024];
        await WriteAsync("n1", "s", new StreamChunk(1, full, false, null));
        IReadOnlyList<StreamChunk> rest = await streams.ReadAsync(Cluster, "n1", "s", 1, None);
        Assert.Equal([1L, 2L], rest.Select(c => c.Index));
        Assert.Equal(full, rest[0].Data.ToArray());
        Assert.Equal((true, "the container is gone"), (rest[1].End, rest[1].Error));
        Assert.Equal((false, null), (rest[0].End, rest[0].Error));
    }

    [Fact]
    public async Task A_long_stream_is_read_piece_by_piece()
    {
        IStreamRows streams = await OpenAsync();
        for (int i = 0; i < 150; i++)
            await WriteAsync("n1", "s", new StreamChunk(i, new[] { (byte)i }, i == 149, null));
        var read = new List<StreamChunk>();
        while (read.Count == 0 || !read[^1].End)
        {
            IReadOnlyList<StreamChunk> next = await streams.ReadAsync(Cluster, "n1", "s", read.Count, None);
            Assert.NotEmpty(next);
            read.AddRange(next);
        }

        Assert.Equal(Enumerable.Range(0, 150), read.Select(c => (int)c.Data.Span[0]));
    }

    [Fact]
    public async Task The_agent_sees_how_far_the_reader_is_and_everything_can_be_removed()
    {
        IStreamRows streams = await OpenAsync();
        Assert.Null(await ReadToAsync("n1", "s"));
        await streams.RenewReaderAsync(Cluster, "n1", "s", 0, None);
        await streams.RenewReaderAsync(Cluster, "n1", "s", 12, None);
        Assert.Equal(12, await ReadToAsync("n1", "s"));
        await WriteAsync("n1", "s", new StreamChunk(0, "a"u8.ToArray(), false, null));
        await WriteAsync("n1", "s-other", new StreamChunk(0, "a"u8.ToArray(), false, null));
        await streams.RemoveAsync(Cluster, "n1", "s", None);
        await streams.RemoveAsync(Cluster, "n1", "s", None);
        Assert.Null(await ReadToAsync("n1", "s"));
        Assert.Empty(await streams.ReadAsync(Cluster, "n1", "s", 0, None));
        Assert.Single(await streams.ReadAsync(Cluster, "n1", "s-other", 0, None));
    }
}
