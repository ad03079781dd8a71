using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Probes;

/// <summary>The probes of one running container: startup first; then readiness and liveness side by side.</summary>
internal sealed class ContainerProbes(
    ProbeClient client,
    TimeProvider clock,
    ObservedContainer container,
    Container spec,
    string address,
    Action<ProbeFinding> found,
    Action<PodHappening> happened)
{
    private readonly Lock _gate = new();
    private ProbeFinding _finding = new(spec.StartupProbe is null, spec.ReadinessProbe is null, null);

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            Say(f => f);
            if (spec.StartupProbe is { } startup)
                await UntilStartedAsync(startup, ct).ConfigureAwait(false);
            await Task.WhenAll(ReadinessAsync(ct), LivenessAsync(ct)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // it ended, or its pod is to go
        }
    }

    private async Task UntilStartedAsync(Probe probe, CancellationToken ct)
    {
        for (int failures = 0; ;)
        {
            await PauseAsync(probe, first: failures == 0, ct).ConfigureAwait(false);
            if (await TryAsync("Startup", probe, ct).ConfigureAwait(false))
                break;
            if (++failures == (probe.FailureThreshold ?? 3))
                Say(f => f with { Unhealthy = $"Container {spec.Name} failed startup probe, will be restarted" });
        }

        Say(f => f with { Started = true });
    }

    private async Task ReadinessAsync(CancellationToken ct)
    {
        if (spec.ReadinessProbe is not { } probe)
            return;
        for (int row = 0, turn = 0; ; turn++)
        {
            await PauseAsync(probe, turn == 0, ct).ConfigureAwait(false);
            bool success = await TryAsync("Readiness", probe, ct).ConfigureAwait(false);
            row = success ? Math.Max(row, 0) + 1 : Math.Min(row, 0) - 1;
            if (row >= (probe.SuccessThreshold ?? 1))
                Say(f => f with { Ready = true });
            else if (-row >= (probe.FailureThreshold ?? 3))
                Say(f => f with { Ready = false });
        }
    }

    private async Task LivenessAsync(CancellationToken ct)
    {
        if (spec.LivenessProbe is not { } probe)
            return;
        for (int failures = 0, turn = 0; ; turn++)
        {
            await PauseAsync(probe, turn == 0, ct).ConfigureAwait(false);
            failures = await TryAsync("Liveness", probe, ct).ConfigureAwait(false) ? 0 : failures + 1;
            if (failures == (probe.FailureThreshold ?? 3))
                Say(f => f with { Unhealthy = $"Container {spec.Name} failed liveness probe, will be restarted" });
        }
    }

    /// <summary>The initial delay counts from the container's start, also for an agent that came later.</summary>
    private Task PauseAsync(Probe probe, bool first, CancellationToken ct)
    {
        var wait = first
            ? (container.StartedAt ?? clock.GetUtcNow()) + TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0) - clock.GetUtcNow()
            : TimeSpan.FromSeconds(probe.PeriodSeconds ?? 10);
        return wait > TimeSpan.Zero ? Task.Delay(wait, clock, ct) : Task.CompletedTask;
    }

    private async Task<bool> TryAsync(string kind, Probe probe, CancellationToken ct)
    {
        var (success, message) = await client.TryAsync(probe, spec, container.Id, address, ct).ConfigureAwait(false);
        if (!success)
        {
            happened(new PodHappening
            {
                Reason = "Unhealthy",
                Message = $"{kind} probe failed: {message}",
                Warning = true,
                FieldPath = $"spec.containers{{{spec.Name}}}",
            });
        }

        return success;
    }

    /// <summary>Says what is new; the first saying is always new.</summary>
    private void Say(Func<ProbeFinding, ProbeFinding> change)
    {
        lock (_gate)
        {
            var next = change(_finding);
            bool changed = next != _finding || ReferenceEquals(next, _finding);
            _finding = next;
            if (changed)
                found(next);
        }
    }
}
