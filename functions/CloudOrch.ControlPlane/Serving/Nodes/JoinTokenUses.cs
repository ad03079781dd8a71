using System.Collections.Concurrent;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>Counts the uses of join tokens, which are used at most <c>maxUses</c> times, also by racing nodes.</summary>
/// <remarks>
/// A use is reserved for a node's key before the node is made, and settled when it was made or not. What nodes that join together want of one
/// token while its row is being changed is the row's next change, one for all of them.
/// </remarks>
public sealed class JoinTokenUses(IDirectory directory, TimeProvider clock) : IDisposable
{
    private const int MostRaces = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<Wish> _wishes = new();
    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <returns>null when one use of the token is this key's.</returns>
    public Task<Status?> ReserveAsync(JoinTokenRecord token, string key, CancellationToken cancellation) => ChangeAsync(
        token,
        current => current.Reserved.Contains(key) ? (current, null)
            : current.Taken >= current.MaxUses
                ? (current, Refusals.Unauthorized($"the join token is used up ({current.Taken} of {current.MaxUses}): create another one"))
                : (current with { Reserved = current.Reserved.Append(key).ToValueList() }, null),
        cancellation);

    /// <summary>The reserved use has become a node, or is given back. Without it there is nothing to do: it was settled, and the answer to that was lost.</summary>
    public Task<Status?> SettleAsync(JoinTokenRecord token, string key, bool isUsed, CancellationToken cancellation) => ChangeAsync(
        token,
        current => current.Reserved.Contains(key)
            ? (current with { Uses = current.Uses + (isUsed ? 1 : 0), Reserved = current.Reserved.Where(k => k != key).ToValueList() }, null)
            : (current, null),
        cancellation);

    /// <remarks>A wish that is in the queue comes true even when its caller has gone: what the same node wishes afterwards is behind it.</remarks>
    private async Task<Status?> ChangeAsync(JoinTokenRecord token, Func<JoinTokenRecord, (JoinTokenRecord Next, Status? Refusal)> change, CancellationToken cancellation)
    {
        var mine = new Wish((token.TenantId, token.Name), change);
        _wishes.Enqueue(mine);
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var all = new List<Wish>();
            while (_wishes.TryDequeue(out var wish))
                all.Add(wish);
            foreach (var ofOne in all.GroupBy(w => w.Token))
                await GrantAsync(ofOne.Key, [.. ofOne]).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        return await mine.Granted.Task.ConfigureAwait(false);
    }

    private async Task GrantAsync((string TenantId, string Name) token, List<Wish> wishes)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        try
        {
            Status?[] refusals = await TryAsync(token, wishes, deadline.Token).ConfigureAwait(false);
            for (int i = 0; i < wishes.Count; i++)
                wishes[i].Granted.SetResult(refusals[i]);
        }
        catch (Exception e)
        {
            foreach (var wish in wishes)
                wish.Granted.SetException(e);
        }
    }

    private async Task<Status?[]> TryAsync((string TenantId, string Name) token, List<Wish> wishes, CancellationToken cancellation)
    {
        for (int i = 0; i < MostRaces; i++)
        {
            if (await directory.FindJoinTokenAsync(token.TenantId, token.Name, cancellation).ConfigureAwait(false) is not { } current)
                return [.. wishes.Select(_ => Refusals.Unauthorized("the join token was revoked: create another one"))];
            var next = current;
            var refusals = new Status?[wishes.Count];
            for (int w = 0; w < wishes.Count; w++)
                (next, refusals[w]) = wishes[w].Change(next);
            if (next == current || await directory.UpdateJoinTokenAsync(next, cancellation).ConfigureAwait(false) == DirectoryWrite.Done)
                return refusals;
        }

        return [.. wishes.Select(_ => Refusals.TooManyRequests("too many nodes are enrolling with this token at once; please try again", 1))];
    }

    private sealed record Wish((string TenantId, string Name) Token, Func<JoinTokenRecord, (JoinTokenRecord Next, Status? Refusal)> Change)
    {
        public TaskCompletionSource<Status?> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
