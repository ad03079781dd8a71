using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>The rows of one commit except <c>head</c>, which each try guards with its own ETag.</summary>
internal sealed class PreparedCommit
{
    private PreparedCommit(string commitId, Revision last, List<TableTransactionAction> actions)
    {
        CommitId = commitId;
        Last = last;
        Actions = actions;
    }

    public string CommitId { get; }

    public Revision Last { get; }

    public List<TableTransactionAction> Actions { get; }

    /// <summary>Writes objects whether or not they are there: an «Added» that was there already is the caller's word against the table's.</summary>
    public void InsistOnObjects()
    {
        for (int i = 0; i < Actions.Count; i++)
        {
            if (Actions[i].ActionType == TableTransactionActionType.Add && RowKeys.IsObject(Actions[i].Entity.RowKey))
                Actions[i] = new(TableTransactionActionType.UpsertReplace, Actions[i].Entity);
        }
    }

    /// <returns>The commit, or what does not fit.</returns>
    public static (PreparedCommit? Commit, CommitOutcome.TooLarge? TooLarge) Build(
        ClusterId cluster, Revision basis, IReadOnlyList<PendingChange> changes, string commitId)
    {
        if (changes.Count > StoreLimits.ChangesPerCommit)
            return (null, new(null, $"a commit holds at most {StoreLimits.ChangesPerCommit} changes"));
        string[] rowKeys = [.. changes.Select(c => RowKeys.Of(c.Key))];
        int tooLong = Array.FindIndex(rowKeys, k => k.Length > StoreLimits.RowKeyCharacters);
        if (tooLong >= 0)
            return (null, new(changes[tooLong].Key, $"group, resource, namespace and name take at most {StoreLimits.RowKeyCharacters} characters together"));

        Revision revision = basis;
        long bytes = 0;
        var rows = new Dictionary<string, Row>(changes.Count, StringComparer.Ordinal);
        for (int i = 0; i < changes.Count; i++)
        {
            revision = revision.Next;
            rows[rowKeys[i]] = new Row(rows.TryGetValue(rowKeys[i], out Row? former) ? former.First : changes[i].Type, changes[i], revision);
        }

        var actions = new List<TableTransactionAction>(rows.Count + 2);
        foreach ((string rowKey, Row row) in rows)
        {
            if (row.Last.Type == ChangeType.Deleted)
            {
                // Created and deleted within one commit: the log tells it, no row ever was there.
                if (row.First != ChangeType.Added)
                    actions.Add(new(TableTransactionActionType.Delete, new TableEntity(cluster.Value, rowKey), global::Azure.ETag.All));
                continue;
            }

            BodyCodec.Encoded body = BodyCodec.Encode(row.Last.Body);
            if (body.Bytes.Length > StoreLimits.BodyBytes - 1024)
                return (null, new(row.Last.Key, $"an object holds at most {StoreLimits.BodyBytes - 1024} bytes"));
            bytes += body.Bytes.Length;
            var entity = new TableEntity(cluster.Value, rowKey) { ["R"] = row.Revision.Value };
            BodyCodec.Put(entity, body);
            // An insert is cheaper than an upsert.
            actions.Add(new(row.First == ChangeType.Added ? TableTransactionActionType.Add : TableTransactionActionType.UpsertReplace, entity));
        }

        BodyCodec.Encoded frame = BodyCodec.Encode(LogFrame.Write(changes, rowKeys));
        bytes += frame.Bytes.Length;
        if (frame.Bytes.Length > StoreLimits.BodyBytes)
            return (null, new(null, $"a commit holds at most {StoreLimits.BodyBytes} bytes"));
        if (bytes > StoreLimits.TransactionBytes)
            return (null, new(null, $"a commit takes at most {StoreLimits.TransactionBytes} bytes with its log"));
        var log = new TableEntity(cluster.Value, RowKeys.Log(revision)) { ["C"] = commitId, ["F"] = basis.Value + 1, ["V"] = 1 };
        BodyCodec.Put(log, frame);
        actions.Add(new(TableTransactionActionType.Add, log));
        return (new PreparedCommit(commitId, revision, actions), null);
    }

    private sealed record Row(ChangeType First, PendingChange Last, Revision Revision);
}
