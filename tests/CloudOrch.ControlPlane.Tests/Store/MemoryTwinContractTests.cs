using CloudOrch.ControlPlane.Seams;
using CloudOrch.Testing.Contracts;
using CloudOrch.Testing.Memory;

namespace CloudOrch.ControlPlane.Tests.Store;

public sealed class MemoryDirectoryContractTests : DirectoryContract
{
    protected override Task<IDirectory> OpenAsync() => Task.FromResult<IDirectory>(new MemoryDirectory());
}

public sealed class MemoryDueTableContractTests : DueTableContract
{
    protected override Task<IDueTable> OpenAsync() => Task.FromResult<IDueTable>(new MemoryDueTable());
}

public sealed class MemoryEventStoreContractTests : EventStoreContract
{
    protected override Task<IEventStore> OpenAsync() => Task.FromResult<IEventStore>(new MemoryEventStore());

    protected override IEventStore Elsewhere(IEventStore opened) => opened;
}

public sealed class MemoryNodeRowsContractTests : NodeRowsContract
{
    private readonly MemoryNodeRows _rows = new(TimeProvider.System);

    protected override Task<INodeRows> OpenAsync() => Task.FromResult<INodeRows>(_rows);

    protected override Task<bool> RenewAsync(string nodeUid, string bootId, long seq, int? fenceSeconds) =>
        Task.FromResult(_rows.Renew(Cluster, nodeUid, bootId, seq, fenceSeconds));

    protected override Task ReportAsync(string nodeUid, string bootId, long seq, byte[] document)
    {
        _rows.Report(Cluster, new NodeStatusRow(nodeUid, bootId, seq, document));
        return Task.CompletedTask;
    }

    protected override Task MeasureAsync(string nodeUid, byte[] document)
    {
        _rows.Measure(Cluster, nodeUid, document);
        return Task.CompletedTask;
    }

    protected override Task<byte[]?> ReadAssignmentAsync(string nodeUid) => Task.FromResult(_rows.Assignment(Cluster, nodeUid)?.Document.ToArray());
}

public sealed class MemoryStreamRowsContractTests : StreamRowsContract
{
    private readonly MemoryStreamRows _rows = new(TimeProvider.System);

    protected override Task<IStreamRows> OpenAsync() => Task.FromResult<IStreamRows>(_rows);

    protected override Task WriteAsync(string nodeUid, string streamId, StreamChunk chunk)
    {
        _rows.Write(Cluster, nodeUid, streamId, chunk);
        return Task.CompletedTask;
    }

    protected override Task<long?> ReadToAsync(string nodeUid, string streamId) => Task.FromResult(_rows.Reader(Cluster, nodeUid, streamId)?.ReadTo);
}
