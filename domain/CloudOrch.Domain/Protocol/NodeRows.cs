namespace CloudOrch.Domain.Protocol;

/// <summary>The rows that a node and the control plane exchange directly in Table Storage. PartitionKey is the clusterId in all of them.</summary>
public static class NodeRows
{
    /// <summary>One row a node, merged at each renewal: <see cref="BootId"/>, <see cref="Seq"/> (of the newest status row), <see cref="FenceSeconds"/>.</summary>
    public const string LeasesTable = "leases";

    /// <summary>
    /// A <see cref="NodeStatusDocument"/>; the head row also holds <see cref="BootId"/> and <see cref="Seq"/>. Beside it, in rows of its own that hold
    /// <see cref="Usage"/>, the newest <see cref="NodeUsageDocument"/>.
    /// </summary>
    public const string StatusTable = "nodestatus";

    /// <summary>A <see cref="NodeAssignment"/>; the head row also holds <see cref="Epoch"/>, <see cref="Revision"/>, <see cref="ContentHash"/>.</summary>
    public const string AssignmentsTable = "assignments";

    /// <summary>Chunks of logs: <see cref="Data"/>, on the last one <see cref="End"/> and maybe <see cref="Error"/>.</summary>
    public const string StreamsTable = "streams";

    // Columns.
    public const string BootId = "BootId";
    public const string Seq = "Seq";
    /// <summary>In a lease row: for how many seconds after this renewal was begun the node may run fenced pods. Counts only beside <see cref="FenceSeq"/>.</summary>
    public const string FenceSeconds = "FenceSeconds";
    /// <summary>The <see cref="Seq"/> of the same renewal: an agent that knows nothing of fences merges its own over what an earlier one wrote.</summary>
    public const string FenceSeq = "FenceSeq";
    /// <summary>True in the rows of a <see cref="NodeUsageDocument"/>, so that a query finds those of all nodes.</summary>
    public const string Usage = "Usage";
    public const string Epoch = "Epoch";
    public const string Revision = "Revision";
    public const string ContentHash = "ContentHash";
    public const string AppliedBootId = "AppliedBootId";
    public const string AppliedSeq = "AppliedSeq";
    public const string Data = "Data";
    public const string End = "End";
    public const string Error = "Error";

    /// <summary>In a stream's reader row: the next chunk that the reader wants.</summary>
    public const string ReadTo = "ReadTo";

    /// <summary>The largest <see cref="Data"/> of one chunk; a binary column holds at most 64 KiB.</summary>
    public const int ChunkBytes = 60 * 1024;

    public static string LeaseKey(string nodeUid) => nodeUid;

    /// <summary>Part 0 is the head row.</summary>
    public static string PartKey(string nodeUid, int part) => part == 0 ? nodeUid : $"{nodeUid}!{part:D3}";

    /// <summary>What a usage document is cut under, in the place of the node's uid; an agent that does not measure has no such row.</summary>
    public static string UsageKey(string nodeUid) => $"{nodeUid}!usage";

    public static string StreamKey(string nodeUid, string streamId, long index) => $"{nodeUid}!{streamId}!{index:D10}";

    public static string StreamReaderKey(string nodeUid, string streamId) => $"{nodeUid}!{streamId}!reader";

    /// <summary>First and last row key that a node's tokens reach, in every one of the tables.</summary>
    public static (string First, string Last) RangeOf(string nodeUid) => (nodeUid, nodeUid + "!~");
}
