using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Writing;

/// <summary>What a writing verb makes of one snapshot; it may be asked again with a newer one, so deciding has no effect.</summary>
public abstract record Decision
{
    private Decision() { }

    public sealed record Refuse(Status Status) : Decision;

    /// <summary>Nothing to write: the request changes nothing, or is a dry run.</summary>
    public sealed record Keep(KubeObject Answer) : Decision;

    /// <param name="Changes">Committed together; more than fit into one commit go in order, so every prefix must be a legal state.</param>
    public sealed record Write(IReadOnlyList<ObjectChange> Changes) : Decision;
}

/// <summary>What became of a verb.</summary>
public abstract record WriteResult
{
    private WriteResult() { }

    public sealed record Refused(Status Status) : WriteResult;

    public sealed record Kept(KubeObject Answer) : WriteResult;

    /// <param name="Objects">The states that the decision's changes led to, in their order, with their resourceVersions.</param>
    public sealed record Written(IReadOnlyList<KubeObject> Objects) : WriteResult;
}

/// <summary>How long a verb tries before it answers 429.</summary>
public sealed record WriterOptions
{
    /// <summary>Races for <c>head</c> that one verb may lose; default 25.</summary>
    public int MaxAttempts { get; init; } = 25;

    /// <summary>Verbs that one commit may serve; default 64.</summary>
    public int MaxVerbsPerCommit { get; init; } = 64;

    /// <summary>Changes in one commit of several verbs; below the store's 98.</summary>
    public int MaxChangesPerCommit { get; init; } = 90;

    /// <summary>Stored bytes in one commit of several verbs; default 768 KiB (a transaction carries each body twice, in base64, within 4 MiB).</summary>
    public int MaxBytesPerCommit { get; init; } = 768 << 10;
}
