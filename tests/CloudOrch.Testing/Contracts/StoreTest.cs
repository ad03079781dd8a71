using System.Text;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Xunit;

namespace CloudOrch.Testing.Contracts;

/// <summary>What every test of a resource store begins with: a store and a cluster of its own.</summary>
public abstract class StoreTest : IAsyncLifetime
{
    protected static readonly ResourceType Pods = new("", "pods");
    protected static readonly ResourceType Deployments = new("apps", "deployments");

    private static int s_clusters;

    protected IResourceStore Store { get; private set; } = null!;

    protected ClusterId Cluster { get; } = new($"c{Environment.ProcessId:x}-{Interlocked.Increment(ref s_clusters)}");

    protected static CancellationToken None => CancellationToken.None;

    protected abstract Task<IResourceStore> OpenAsync();

    public async ValueTask InitializeAsync()
    {
        Store = await OpenAsync();
        Assert.True(await Store.CreateClusterAsync(Cluster, 1, None));
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected static ResourceKey Pod(string name, string space = "default") => new(Pods, space, name);

    protected static byte[] Body(string text) => Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}""");

    protected static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    protected static PendingChange Add(ResourceKey key, string text = "new") => new(ChangeType.Added, key, Body(text));

    protected static PendingChange Modify(ResourceKey key, string text) => new(ChangeType.Modified, key, Body(text));

    protected static PendingChange Delete(ResourceKey key, string text = "last") => new(ChangeType.Deleted, key, Body(text));

    protected async Task<StoreHead> HeadAsync() => Assert.IsType<StoreHead>(await Store.ReadHeadAsync(Cluster, None));

    /// <summary>Commits on the current head, which nobody else moves.</summary>
    protected async Task<StoreHead> CommitAsync(params PendingChange[] changes) =>
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(Cluster, await HeadAsync(), changes, None)).Head;

    protected async Task<List<StoredObject>> ListAsync(ResourceType? type = null, string? space = null)
    {
        var items = new List<StoredObject>();
        string? continuation = null;
        do
        {
            ObjectPage page = await Store.ListAsync(Cluster, type, space, continuation, None);
            items.AddRange(page.Items);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return items;
    }

    /// <summary>Everything after a revision, however many answers it takes.</summary>
    protected async Task<List<CommittedChange>> LogAsync(Revision after)
    {
        var items = new List<CommittedChange>();
        while (true)
        {
            var answer = Assert.IsType<LogOutcome.Changes>(await Store.ReadLogAsync(Cluster, after, None));
            items.AddRange(answer.Items);
            if (!answer.More)
                return items;
            if (items.Count > 0)
                after = items[^1].Revision;
        }
    }

    /// <summary>Log and listing tell the same story: gapless revisions, and the replayed log is the listing.</summary>
    protected async Task AssertConsistentAsync()
    {
        StoreHead head = await HeadAsync();
        List<CommittedChange> log = await LogAsync(new Revision(1));
        Assert.Equal(Enumerable.Range(2, log.Count).Select(r => (long)r), log.Select(c => c.Revision.Value));
        Assert.Equal(head.Revision.Value, log.Count + 1);
        var replayed = new Dictionary<ResourceKey, (long, string)>();
        foreach (CommittedChange change in log)
        {
            if (change.Type == ChangeType.Deleted)
                Assert.True(replayed.Remove(change.Key), $"{change.Key} deleted at {change.Revision} without being there");
            else
                replayed[change.Key] = (change.Revision.Value, Text(change.Body));
        }

        List<StoredObject> listed = await ListAsync();
        Assert.Equal(replayed.OrderBy(o => o.Value.Item1), listed.Select(o => KeyValuePair.Create(o.Key, (o.Revision.Value, Text(o.Body)))).OrderBy(o => o.Value.Value));
    }
}
