using System.Collections.Immutable;

namespace CloudOrch.Domain.Fencing;

/// <summary>A lease renewal that was sent, and what it promised.</summary>
/// <param name="At">When it was sent, since the kernel's boot.</param>
public sealed record FencePromise(TimeSpan At, int Seconds);

/// <summary>How a node stands with its fence; all times since the kernel's boot (CLOCK_BOOTTIME: it also counts while the machine sleeps).</summary>
/// <remarks>
/// Law: whatever the lease row says at any moment, the deadline is not later than the row's time plus what the row promises. So a smaller
/// promise holds from its sending on, and a larger one only when no smaller one can still land in the row.
/// </remarks>
public sealed record FenceState
{
    /// <summary>Of the kernel: after another boot the times mean nothing, and nothing runs.</summary>
    public string BootId { get; init; } = "";

    /// <summary>Another one after each lapse: a container that was started in an earlier era has to go, whenever it turns up.</summary>
    public string Era { get; init; } = "";

    /// <summary>What the assignment must hold for fenced pods to be started: another one after each lapse and each start of the agent.</summary>
    public string Id { get; init; } = "";

    /// <summary>When the last renewal that succeeded was begun; null: none since the lapse.</summary>
    public TimeSpan? RenewedAt { get; init; }

    /// <summary>Promises that the row holds or may still come to hold: later ones are larger.</summary>
    public ImmutableArray<FencePromise> Promises { get; init; } = [];

    /// <summary>When nothing of a fenced pod may run any more; null: already.</summary>
    public TimeSpan? DeadlineAt => RenewedAt is { } at && !Promises.IsDefaultOrEmpty ? at + TimeSpan.FromSeconds(Promises[0].Seconds) : null;

    /// <summary>An agent begins, after another one or as the first since the boot.</summary>
    public static FenceState Begin(FenceState? before, string bootId, TimeSpan now, string newId) =>
        before is not null && before.BootId == bootId && before.DeadlineAt > now
            ? before with { Id = newId }
            : new() { BootId = bootId, Era = newId, Id = newId };

    /// <summary>What holds at a moment: a deadline that has passed begins another era.</summary>
    public FenceState At(TimeSpan now, string newId) => DeadlineAt <= now ? this with { Era = newId, Id = newId, RenewedAt = null } : this;

    /// <summary>A renewal is about to be sent.</summary>
    public FenceState Sending(TimeSpan now, int seconds) => this with
    {
        // A later promise that is not larger holds wherever an earlier one would.
        Promises = [.. (Promises.IsDefault ? [] : Promises).Where(p => p.Seconds < seconds), new FencePromise(now, seconds)],
    };

    /// <summary>The renewal that was begun then has succeeded.</summary>
    public FenceState Renewed(TimeSpan begunAt, TimeSpan now, string newId)
    {
        var next = At(now, newId);
        var since = begunAt - FenceTimes.LateLanding;
        // Answers may come in another order than the renewals were begun in.
        return (next with { RenewedAt = next.RenewedAt > begunAt ? next.RenewedAt : begunAt, Promises = [.. next.Promises.Where(p => p.At >= since)] }).At(now, newId);
    }

    /// <summary>Whether fenced containers are to be killed, so that they are gone at the deadline.</summary>
    public bool MustKill(TimeSpan now) => DeadlineAt is not { } at || now >= at - FenceTimes.KillShare;

    /// <summary>Whether there is time for another start.</summary>
    public bool HasTimeToStart(TimeSpan now) => DeadlineAt is { } at && now < at - FenceTimes.KillShare - FenceTimes.StartShare;
}
