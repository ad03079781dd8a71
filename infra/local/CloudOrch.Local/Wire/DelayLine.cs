using System.Diagnostics.CodeAnalysis;

namespace CloudOrch.Local.Wire;

/// <summary>One direction of a wire: a frame that is put in comes out after <paramref name="delay"/>, in order, unless it is lost.</summary>
/// <remarks>Knows no clock: every call says what time it is. Not for two threads at once.</remarks>
/// <param name="delay">How long a frame is under way.</param>
/// <param name="loss">The part of the frames that is lost, 0 to 1, each for itself.</param>
/// <param name="random">Decides which.</param>
/// <param name="capacity">So many frames may be under way; what comes on top of them is lost, as in any queue of a network.</param>
public sealed class DelayLine(TimeSpan delay, double loss, Random random, int capacity = 10_000)
{
    private readonly Queue<(TimeSpan DueAt, byte[] Frame)> _underWay = [];

    /// <summary>When the next frame comes out; null while none is under way.</summary>
    public TimeSpan? NextDueAt => _underWay.TryPeek(out var next) ? next.DueAt : null;

    /// <returns>False when the frame is lost.</returns>
    public bool Put(byte[] frame, TimeSpan now)
    {
        if (random.NextDouble() < loss || _underWay.Count >= capacity)
            return false;
        _underWay.Enqueue((now + delay, frame));
        return true;
    }

    /// <summary>The oldest frame, when it is due.</summary>
    public bool TryTake(TimeSpan now, [NotNullWhen(true)] out byte[]? frame)
    {
        bool due = NextDueAt <= now;
        frame = due ? _underWay.Dequeue().Frame : null;
        return due;
    }
}
