using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CloudOrch.Agent.Connection;

/// <summary>How patient an agent is, by its lease interval: what is soon enough for a few nodes would be a storm of a thousand.</summary>
/// <remarks>
/// The control plane lengthens the interval with the number of nodes (1 s for few, 10 s for a thousand). All that an agent repeats of itself grows with
/// it, so that nodes that find the control plane slow do not make it slower. No value is shorter than with an interval of 1 s.
/// </remarks>
public static class Pace
{
    /// <summary>Of <see cref="RenewalTimeout"/>, for any interval.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A renewal is given up after so long. Giving up closes its connection, so it comes late: a renewal that is answered late is as good.</summary>
    public static TimeSpan RenewalTimeout(TimeSpan interval) => Clamp(interval * 2, TimeSpan.FromSeconds(5), LongestTimeout);

    /// <summary>A status waits for so long, at most, until the one before was taken up.</summary>
    public static TimeSpan StatusPatience(TimeSpan interval) => Clamp(interval / 2, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));

    /// <summary>Between two statuses. A burst that lasts is told in ever fewer: of what changes all the time only the end matters much.</summary>
    /// <param name="interval">The lease interval.</param>
    /// <param name="burst">For how long statuses have followed each other by now.</param>
    public static TimeSpan StatusSpacing(TimeSpan interval, TimeSpan burst) =>
        Clamp(burst / 8, Clamp(interval / 10, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(1));

    /// <summary>Between two readings of the assignment's row while the queue is not connected.</summary>
    public static TimeSpan ReadingAlone(TimeSpan interval) => Clamp(interval, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));

    /// <summary>Before the queue is connected again.</summary>
    /// <param name="interval">The lease interval.</param>
    /// <param name="failures">How often it could not be connected since it last was: 0 when it was lost.</param>
    /// <param name="nodeUid">Nodes that lost it together do not come back together.</param>
    public static TimeSpan Reconnection(TimeSpan interval, int failures, string nodeUid)
    {
        var shortest = TimeSpan.FromSeconds(2);
        var longest = Clamp(interval * 2, shortest, TimeSpan.FromSeconds(20));
        var wait = Clamp(shortest * Math.Pow(2, Math.Min(failures, 10)), shortest, longest);
        return wait + (longest - shortest) / 2 * Share(nodeUid);
    }

    /// <summary>In [0, 1], evenly among nodes.</summary>
    private static double Share(string nodeUid) =>
        BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(nodeUid))) / (double)uint.MaxValue;

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
