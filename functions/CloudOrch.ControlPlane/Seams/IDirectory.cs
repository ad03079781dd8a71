using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>What the directory knows of a cluster. <c>Document</c> is the JSON of the management kind Cluster.</summary>
public sealed record ClusterRecord(string TenantId, string Name, ClusterId Id, long Epoch, ReadOnlyMemory<byte> Document, string ETag);

/// <summary>A join token, by the SHA-256 (hex) of its secret. <c>Document</c> is the JSON of the kind JoinToken, without the secret.</summary>
public sealed record JoinTokenRecord(string TenantId, string Name, string SecretHash, ClusterId Cluster, DateTimeOffset ExpiresAt, int MaxUses, int Uses,
    ReadOnlyMemory<byte> Document, string ETag)
{
    /// <summary>Keys (hashed) of nodes that are being made with it: each is a use, and the same one however often it asks.</summary>
    public ValueList<string> Reserved { get; init; } = [];

    /// <summary>Of <c>MaxUses</c>.</summary>
    public int Taken => Uses + Reserved.Count;
}

/// <summary>An enrolled node: its keys live here, not in the user-editable Node.</summary>
public sealed record EnrolmentRecord(ClusterId Cluster, string NodeName, string NodeUid, string SigningKey, string SealingKey, int Protocol, string PodCidr, string ETag);

public enum DirectoryWrite
{
    Done,
    /// <summary>The name (or key) is taken, or the record changed since its ETag was read.</summary>
    Conflict,
    NotFound,
}

/// <summary>Table <c>directory</c>: names are not keys; (tenant, name) leads to the immutable clusterId.</summary>
/// <remarks>Every write is guarded by ETag or by insert-if-absent. Repetition is safe. Failure: <see cref="StoreUnavailableException"/>.</remarks>
public interface IDirectory
{
    Task<ClusterRecord?> FindClusterAsync(string tenantId, string name, CancellationToken cancellation);
    Task<ClusterRecord?> FindClusterAsync(ClusterId id, CancellationToken cancellation);
    Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(string tenantId, CancellationToken cancellation);
    /// <summary>Every cluster, a page at a time, for the slow sweep.</summary>
    Task<(IReadOnlyList<ClusterRecord> Items, string? Continuation)> ListAllClustersAsync(string? continuation, CancellationToken cancellation);
    Task<DirectoryWrite> AddClusterAsync(ClusterRecord cluster, CancellationToken cancellation);
    /// <summary>Unlinks the name; the rows of the cluster are purged later.</summary>
    Task<DirectoryWrite> RemoveClusterAsync(ClusterRecord cluster, CancellationToken cancellation);

    Task<DirectoryWrite> AddJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation);
    Task<JoinTokenRecord?> FindJoinTokenBySecretAsync(string secretHash, CancellationToken cancellation);
    Task<JoinTokenRecord?> FindJoinTokenAsync(string tenantId, string name, CancellationToken cancellation);
    Task<IReadOnlyList<JoinTokenRecord>> ListJoinTokensAsync(string tenantId, CancellationToken cancellation);
    /// <summary>Replaces <c>Uses</c> and <c>Document</c>, guarded by the record's ETag.</summary>
    Task<DirectoryWrite> UpdateJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation);
    Task<DirectoryWrite> RemoveJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation);

    Task<DirectoryWrite> AddEnrolmentAsync(EnrolmentRecord enrolment, CancellationToken cancellation);
    Task<EnrolmentRecord?> FindEnrolmentAsync(ClusterId cluster, string nodeName, CancellationToken cancellation);
    /// <summary>By node uid alone: a node's token names only its uid.</summary>
    Task<EnrolmentRecord?> FindEnrolmentAsync(string nodeUid, CancellationToken cancellation);
    Task<IReadOnlyList<EnrolmentRecord>> ListEnrolmentsAsync(ClusterId cluster, CancellationToken cancellation);
    Task<DirectoryWrite> RemoveEnrolmentAsync(EnrolmentRecord enrolment, CancellationToken cancellation);
}
