using System.Runtime.CompilerServices;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Simulation.World;

/// <summary>What befalls one process at its seams. Every seam of the process asks here first.</summary>
/// <param name="name">Of the process: its stream of chance.</param>
/// <param name="interfere">Somebody else commits now.</param>
/// <param name="compact">The log is cut off as far as it may be, after some more was committed.</param>
/// <param name="committed">Told of every commit that stands, before anybody can be told that it failed.</param>
/// <param name="turns">Where passes that are played by turns stop.</param>
internal sealed class ProcessFaults(string name, Chance chance, Func<FaultRates> rates, Action<string> interfere, Action<ClusterId> compact, Action<ClusterId> committed, Turns turns, Trace trace)
{
    // Reads run beside each other, so each kind of call has chance of its own and leaves no trace.
    private string Stream(string call) => $"process {name} {call}";

    public bool Dead { get; private set; }

    public void Check()
    {
        if (Dead)
            throw new ProcessDiedException();
    }

    public void Die(string when)
    {
        trace.Add($"{name}: dies {when}");
        Dead = true;
        throw new ProcessDiedException();
    }

    public Task<T> Read<T>(Func<Task<T>> read, [CallerMemberName] string call = "")
    {
        Check();
        if (chance.Hits(Stream(call), rates().Throttle))
            throw new StoreUnavailableException("throttled (503)");
        return read();
    }

    /// <summary>One of the readings that bring a cache up to date: in between the log may be cut off.</summary>
    public Task<T> ReadPage<T>(ClusterId cluster, Func<Task<T>> read, [CallerMemberName] string call = "")
    {
        if (chance.Hits(Stream("compaction"), rates().Compaction))
            compact(cluster);
        return Read(read, call);
    }

    /// <summary>Here another pass may go on before this one.</summary>
    public Task TurnAsync(string where) => turns.WaitAsync(name, where);

    /// <summary>A write of which it does not matter whether it happened.</summary>
    public Task<T> SideWrite<T>(Func<Task<T>> write, [CallerMemberName] string call = "") => Read(write, call);

    public Task<T> Write<T>(Func<Task<T>> write, [CallerMemberName] string call = "")
    {
        Check();
        MayDie($"before {call}");
        if (chance.Hits(Stream(call), rates().FailBeforeCommit))
            throw Unavailable($"{call}: no connection");
        var answer = write();
        MayDie($"after {call}");
        if (chance.Hits(Stream(call), rates().FailAfterCommit))
            throw Unavailable($"{call}: the answer was lost");
        return answer;
    }

    public void BeforeCommit()
    {
        Check();
        MayDie("before a commit");
        if (chance.Hits(Stream("conflict"), rates().Conflict))
            interfere(name);
        Check();
        if (chance.Hits(Stream("commit"), rates().FailBeforeCommit))
            throw Unavailable("commit: no connection");
    }

    public void AfterCommit(ClusterId cluster, CommitOutcome outcome)
    {
        if (outcome is CommitOutcome.Committed)
            committed(cluster);
        MayDie("after a commit");
        if (outcome is CommitOutcome.Committed && chance.Hits(Stream("commit"), rates().FailAfterCommit))
            throw Unavailable("the answer to a commit was lost");
    }

    public int CommitSize() => rates().IsNone ? 98 : chance.Pick(Stream("commit size"), [1, 2, 3, 98]);

    public bool AnswersShort() => chance.Next(Stream("commit"), 2) == 0;

    private void MayDie(string when)
    {
        if (chance.Hits(Stream("death"), rates().ProcessDies))
            Die(when);
    }

    private StoreUnavailableException Unavailable(string why)
    {
        trace.Add($"{name}: {why}");
        return new(why);
    }
}
