namespace CloudOrch.ControlPlane.Serving.Fairness;

/// <summary>
/// How many requests this process works on at once, and for whom: the seats of Kubernetes' API Priority and Fairness, with a flow per tenant
/// (https://kubernetes.io/docs/concepts/cluster-administration/flow-control/).
/// </summary>
/// <remarks>
/// Laws: a free seat goes to the waiting flow that holds fewest, among those to the one that waits longest; no flow holds more than its
/// most, so that whoever comes next finds a seat; within a flow first come, first served.
/// </remarks>
public sealed class FairSeats(FairnessOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Flow> _flows = new(StringComparer.Ordinal);
    private int _taken;
    private long _arrivals;

    /// <summary>Waits for a seat.</summary>
    /// <returns>To be disposed of when the request is answered; null when too many requests of the flow wait already.</returns>
    public async Task<IDisposable?> TakeAsync(string flow, CancellationToken cancellation)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (!_flows.TryGetValue(flow, out var mine))
                _flows[flow] = mine = new();
            if (mine.Waiting.Count >= options.WaitingPerTenant)
                return null;
            waiter = new(_arrivals++);
            mine.Waiting.AddLast(waiter);
            Give();
        }

        await using var cancelling = cancellation.Register(() => Leave(flow, waiter)).ConfigureAwait(false);
        if (!await waiter.Seated.Task.ConfigureAwait(false))
            throw new OperationCanceledException(cancellation);
        return new Seat(this, flow);
    }

    private void Give()
    {
        while (_taken < options.Seats)
        {
            Flow? next = null;
            foreach (var flow in _flows.Values)
            {
                if (flow.Waiting.Count > 0 && flow.Seated < options.SeatsPerTenant && (next is null || flow.IsBefore(next)))
                    next = flow;
            }

            if (next is null)
                return;
            next.Waiting.First!.Value.Seated.SetResult(true);
            next.Waiting.RemoveFirst();
            next.Seated++;
            _taken++;
        }
    }

    private void Leave(string flow, Waiter waiter)
    {
        lock (_gate)
        {
            // One that has been given its seat meanwhile keeps it, and gives it back when its work ends.
            if (_flows.TryGetValue(flow, out var mine) && mine.Waiting.Remove(waiter))
            {
                waiter.Seated.SetResult(false);
                Forget(flow, mine);
            }
        }
    }

    private void Return(string flow)
    {
        lock (_gate)
        {
            var mine = _flows[flow];
            mine.Seated--;
            _taken--;
            Forget(flow, mine);
            Give();
        }
    }

    private void Forget(string name, Flow flow)
    {
        if (flow.Seated == 0 && flow.Waiting.Count == 0)
            _flows.Remove(name);
    }

    private sealed class Flow
    {
        public LinkedList<Waiter> Waiting { get; } = [];

        public int Seated { get; set; }

        public bool IsBefore(Flow other) =>
            Seated != other.Seated ? Seated < other.Seated : Waiting.First!.Value.Arrival < other.Waiting.First!.Value.Arrival;
    }

    private sealed record Waiter(long Arrival)
    {
        public TaskCompletionSource<bool> Seated { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Seat(FairSeats seats, string flow) : IDisposable
    {
        private bool _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, true))
                return;
            seats.Return(flow);
        }
    }
}
