using System.Globalization;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Testing.Memory;

/// <summary>Table <c>directory</c>'s twin in memory.</summary>
public sealed class MemoryDirectory : IDirectory
{
    private const int PageSize = 100;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, string), ClusterRecord> _clusters = [];
    private readonly Dictionary<(string, string), JoinTokenRecord> _tokens = [];
    private readonly Dictionary<(ClusterId, string), EnrolmentRecord> _enrolments = [];
    private long _tags;

    public Task<ClusterRecord?> FindClusterAsync(string tenantId, string name, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_clusters.GetValueOrDefault((tenantId, name)));
    }

    public Task<ClusterRecord?> FindClusterAsync(ClusterId id, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_clusters.Values.FirstOrDefault(c => c.Id == id));
    }

    public Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(string tenantId, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<ClusterRecord>>([.. _clusters.Values.Where(c => c.TenantId == tenantId).OrderBy(c => c.Name, StringComparer.Ordinal)]);
    }

    public Task<(IReadOnlyList<ClusterRecord> Items, string? Continuation)> ListAllClustersAsync(string? continuation, CancellationToken cancellation)
    {
        lock (_gate)
        {
            List<ClusterRecord> rest = [.. _clusters.Values.OrderBy(c => c.Id.Value, StringComparer.Ordinal).SkipWhile(c => continuation is not null && string.CompareOrdinal(c.Id.Value, continuation) <= 0).Take(PageSize + 1)];
            return Task.FromResult<(IReadOnlyList<ClusterRecord>, string?)>(rest.Count > PageSize ? (rest[..PageSize], rest[PageSize - 1].Id.Value) : (rest, null));
        }
    }

    public Task<DirectoryWrite> AddClusterAsync(ClusterRecord cluster, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(!_clusters.Values.Any(c => c.Id == cluster.Id) && _clusters.TryAdd((cluster.TenantId, cluster.Name), cluster with { ETag = NextTag() })
                ? DirectoryWrite.Done
                : DirectoryWrite.Conflict);
        }
    }

    public Task<DirectoryWrite> RemoveClusterAsync(ClusterRecord cluster, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(Remove(_clusters, (cluster.TenantId, cluster.Name), c => c.ETag == cluster.ETag));
    }

    public Task<DirectoryWrite> AddJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(!_tokens.Values.Any(t => t.SecretHash == token.SecretHash) && _tokens.TryAdd((token.TenantId, token.Name), token with { ETag = NextTag() })
                ? DirectoryWrite.Done
                : DirectoryWrite.Conflict);
        }
    }

    public Task<JoinTokenRecord?> FindJoinTokenBySecretAsync(string secretHash, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_tokens.Values.FirstOrDefault(t => t.SecretHash == secretHash));
    }

    public Task<JoinTokenRecord?> FindJoinTokenAsync(string tenantId, string name, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_tokens.GetValueOrDefault((tenantId, name)));
    }

    public Task<IReadOnlyList<JoinTokenRecord>> ListJoinTokensAsync(string tenantId, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<JoinTokenRecord>>([.. _tokens.Values.Where(t => t.TenantId == tenantId).OrderBy(t => t.Name, StringComparer.Ordinal)]);
    }

    /// <summary>So many of the next changes of tokens are made and answered as conflicts: what a repetition finds after an answer that was lost.</summary>
    public int LostAnswers { get; set; }

    public Task<DirectoryWrite> UpdateJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_tokens.TryGetValue((token.TenantId, token.Name), out JoinTokenRecord? current))
                return Task.FromResult(DirectoryWrite.NotFound);
            if (current.ETag != token.ETag)
                return Task.FromResult(DirectoryWrite.Conflict);
            _tokens[(token.TenantId, token.Name)] = current with { Uses = token.Uses, Reserved = token.Reserved, Document = token.Document, ETag = NextTag() };
            return Task.FromResult(LostAnswers > 0 && LostAnswers-- > 0 ? DirectoryWrite.Conflict : DirectoryWrite.Done);
        }
    }

    public Task<DirectoryWrite> RemoveJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(Remove(_tokens, (token.TenantId, token.Name), t => t.ETag == token.ETag));
    }

    public Task<DirectoryWrite> AddEnrolmentAsync(EnrolmentRecord enrolment, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(!_enrolments.Values.Any(e => e.NodeUid == enrolment.NodeUid)
                && _enrolments.TryAdd((enrolment.Cluster, enrolment.NodeName), enrolment with { ETag = NextTag() })
                ? DirectoryWrite.Done
                : DirectoryWrite.Conflict);
        }
    }

    public Task<EnrolmentRecord?> FindEnrolmentAsync(ClusterId cluster, string nodeName, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_enrolments.GetValueOrDefault((cluster, nodeName)));
    }

    public Task<EnrolmentRecord?> FindEnrolmentAsync(string nodeUid, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_enrolments.Values.FirstOrDefault(e => e.NodeUid == nodeUid));
    }

    public Task<IReadOnlyList<EnrolmentRecord>> ListEnrolmentsAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<EnrolmentRecord>>([.. _enrolments.Values.Where(e => e.Cluster == cluster).OrderBy(e => e.NodeName, StringComparer.Ordinal)]);
    }

    public Task<DirectoryWrite> RemoveEnrolmentAsync(EnrolmentRecord enrolment, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(Remove(_enrolments, (enrolment.Cluster, enrolment.NodeName), e => e.ETag == enrolment.ETag));
    }

    private static DirectoryWrite Remove<TKey, TValue>(Dictionary<TKey, TValue> from, TKey key, Func<TValue, bool> unchanged) where TKey : notnull
    {
        if (!from.TryGetValue(key, out TValue? current))
            return DirectoryWrite.NotFound;
        if (!unchanged(current))
            return DirectoryWrite.Conflict;
        from.Remove(key);
        return DirectoryWrite.Done;
    }

    private string NextTag() => (++_tags).ToString(CultureInfo.InvariantCulture);
}
