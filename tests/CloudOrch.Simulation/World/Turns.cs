using CloudOrch.ControlPlane.Seams;
using CloudOrch.Simulation.Laws;

namespace CloudOrch.Simulation.World;

/// <summary>Passes of several processes that are under way at the same time: each stops at its seams until it is its turn.</summary>
/// <remarks>
/// A pass has one such stop at a time, since it stops only where it does nothing else beside. Whoever gives a turn waits until the pass has
/// come to its next stop or to its end, so still only one thing happens at a time, and a seed replays exactly.
/// </remarks>
internal sealed class Turns(Trace trace)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private readonly SortedDictionary<string, Pass> passes = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public bool Any => passes.Count > 0;

    public bool IsBusy(string process) => passes.ContainsKey(process);

    /// <summary>Called by the seams of a process; completed at once unless one of its passes is played by turns.</summary>
    public Task WaitAsync(string process, string where)
    {
        Pass? pass;
        lock (gate)
        {
            if (!passes.TryGetValue(process, out pass))
                return Task.CompletedTask;
        }

        trace.Add($"{process}: stops {where}");
        return pass.StopAsync();
    }

    /// <param name="failed">Told when the pass ends in a fault.</param>
    public void Begin(string process, Func<Task> work, Action failed)
    {
        var pass = new Pass(failed);
        lock (gate)
            passes.Add(process, pass);
        pass.Follow(work());
        Await(process, pass);
    }

    /// <summary>Lets one of the passes go on to its next stop.</summary>
    public void Go(Chance chance)
    {
        var (process, pass) = chance.Pick("turns", [.. passes]);
        pass.Go();
        Await(process, pass);
    }

    public void GoToTheEnd(Chance chance)
    {
        while (Any)
            Go(chance);
    }

    /// <summary>The process is no more: what it was about to do never happens.</summary>
    public void Abandon(string process)
    {
        lock (gate)
            passes.Remove(process);
    }

    private void Await(string process, Pass pass)
    {
        if (!pass.Wait(Longest))
            throw new LawBrokenException($"a pass of {process} never ends");
        if (pass.Work is not { IsCompleted: true } work)
            return;
        Abandon(process);
        try
        {
            work.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is ProcessDiedException or StoreUnavailableException or IOException)
        {
            pass.Failed();
        }
    }

    private sealed class Pass(Action failed)
    {
        private readonly object gate = new();
        private TaskCompletionSource? turn;
        private bool stopped;

        public Action Failed => failed;

        public Task? Work { get; private set; }

        public void Follow(Task work)
        {
            Work = work;
            work.ContinueWith(_ => Stop(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        public Task StopAsync()
        {
            turn = new();
            var mine = turn.Task;
            Stop();
            return mine;
        }

        public void Go()
        {
            lock (gate)
                stopped = false;
            turn!.SetResult();
        }

        public bool Wait(TimeSpan longest)
        {
            lock (gate)
                return stopped || (Monitor.Wait(gate, longest) && stopped);
        }

        private void Stop()
        {
            lock (gate)
            {
                stopped = true;
                Monitor.PulseAll(gate);
            }
        }
    }
}
