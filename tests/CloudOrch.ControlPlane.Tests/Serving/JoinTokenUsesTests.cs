using System.Reflection;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Testing.Memory;

namespace CloudOrch.ControlPlane.Tests.Serving;

public sealed class JoinTokenUsesTests
{
    private static readonly JoinTokenRecord Token = new("tenant", "token", "hash", new ClusterId("c1"), DateTimeOffset.MaxValue, MaxUses: 60, Uses: 0, default, "");

    [Fact]
    public async Task Nodes_that_join_together_share_the_changes_of_their_token_and_its_last_uses()
    {
        var memory = new MemoryDirectory();
        await memory.AddJoinTokenAsync(Token, default);
        var (directory, gate) = GatedDirectory.Of(memory);
        using var uses = new JoinTokenUses(directory, TimeProvider.System);
        var reserving = Enumerable.Range(0, 100).Select(i => uses.ReserveAsync(Token, $"k{i}", default)).ToArray();
        gate.Opened.SetResult();
        var refused = (await Task.WhenAll(reserving)).Where(r => r is not null).ToList();
        Assert.Equal(40, refused.Count);
        Assert.All(refused, r => Assert.Contains("used up (60 of 60)", r!.Message, StringComparison.Ordinal));
        // The first by itself, and all that came meanwhile.
        Assert.Equal(2, gate.Updates);

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => uses.SettleAsync(Token, $"k{i}", isUsed: i % 2 == 0, default)));
        var counted = (await memory.FindJoinTokenAsync("tenant", "token", default))!;
        Assert.Equal((30, 0), (counted.Uses, counted.Reserved.Count));
        Assert.Null(await uses.ReserveAsync(Token, "k99", default));
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_refused_and_a_fault_reaches_everybody_who_waits()
    {
        var (directory, gate) = GatedDirectory.Of(new MemoryDirectory());
        using var uses = new JoinTokenUses(directory, TimeProvider.System);
        var waiting = Enumerable.Range(0, 3).Select(i => uses.ReserveAsync(Token, $"k{i}", default)).ToArray();
        gate.Opened.SetException(new StoreUnavailableException("away"));
        foreach (var one in waiting)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => one);
        gate.Opened = new();
        gate.Opened.SetResult();
        Assert.Contains("revoked", (await uses.ReserveAsync(Token, "k0", default))!.Message, StringComparison.Ordinal);
    }

    /// <summary>A directory whose tokens are found when the gate is open.</summary>
    public class GatedDirectory : DispatchProxy
    {
        private IDirectory _inner = null!;

        public TaskCompletionSource Opened { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Updates { get; private set; }

        public static (IDirectory Directory, GatedDirectory Gate) Of(IDirectory inner)
        {
            var directory = Create<IDirectory, GatedDirectory>();
            var gate = (GatedDirectory)(object)directory;
            gate._inner = inner;
            return (directory, gate);
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Updates += targetMethod!.Name == nameof(IDirectory.UpdateJoinTokenAsync) ? 1 : 0;
            return targetMethod.Name == nameof(IDirectory.FindJoinTokenAsync) ? FindAsync((string)args![0]!, (string)args[1]!) : targetMethod.Invoke(_inner, args);
        }

        private async Task<JoinTokenRecord?> FindAsync(string tenantId, string name)
        {
            await Opened.Task;
            return await _inner.FindJoinTokenAsync(tenantId, name, default);
        }
    }
}
