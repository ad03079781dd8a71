using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Protocol;

/// <summary>A message on the queue <c>node-{uid}</c>. Its body is this document, brotli-compressed when <c>ContentType</c> is <c>application/json+br</c>.</summary>
public sealed record NodeMessage : ApiType
{
    public const string PlainType = "application/json";
    public const string CompressedType = "application/json+br";

    public int V { get; init; } = ProtocolVersion.Current;
    /// <summary>Assignment (the document, when it fits), AssignmentChanged (only says that the row is newer) or a command.</summary>
    public string Kind { get; init; } = "";
    public long Epoch { get; init; }
    public long Revision { get; init; }
    public NodeAssignment? Assignment { get; init; }
    public LogStreamCommand? LogStream { get; init; }
}

public static class NodeMessageKinds
{
    public const string Assignment = nameof(Assignment);
    public const string AssignmentChanged = nameof(AssignmentChanged);
    public const string LogStream = nameof(LogStream);
}

/// <summary>Asks the node to write a container's log into its rows of table <c>streams</c>.</summary>
public sealed record LogStreamCommand : ApiType
{
    /// <summary>Random, chosen by the reader; rows are <c>{nodeUid}!{streamId}!{n:D10}</c>, and <c>{nodeUid}!{streamId}!reader</c> is the reader's.</summary>
    public string StreamId { get; init; } = "";
    public string PodUid { get; init; } = "";
    public string Container { get; init; } = "";
    public bool Follow { get; init; }
    public bool Previous { get; init; }
    public bool Timestamps { get; init; }
    public long? TailLines { get; init; }
    public long? SinceSeconds { get; init; }
    public DateTimeOffset? SinceTime { get; init; }
    public long? LimitBytes { get; init; }
    /// <summary>The agent stops when it has not seen the reader's row renewed for this long.</summary>
    public int ReaderTimeoutSeconds { get; init; } = 20;
}
