using System.Globalization;

namespace CloudOrch.Simulation.World;

/// <summary>What happened, in order; the digest tells whether two runs were the same.</summary>
internal sealed class Trace(TimeProvider clock, DateTimeOffset begin)
{
    private const int Kept = 400;
    private readonly Queue<string> last = new();
    private readonly Lock gate = new();
    private uint digest = 2166136261;

    public int Count { get; private set; }

    public string Digest => digest.ToString("x8", CultureInfo.InvariantCulture);

    public void Add(string what)
    {
        lock (gate)
        {
            string line = string.Create(CultureInfo.InvariantCulture, $"{(clock.GetUtcNow() - begin).TotalSeconds,9:F3} {what}");
            digest = Stable.Fold(digest, line);
            Count++;
            last.Enqueue(line);
            if (last.Count > Kept)
                last.Dequeue();
        }
    }

    /// <summary>Says something that is no part of what happened: it may come earlier or later in a repetition.</summary>
    public void Note(string what)
    {
        lock (gate)
            last.Enqueue($"          . {what}");
    }

    public string Tail(int lines)
    {
        lock (gate)
            return string.Join('\n', last.TakeLast(lines));
    }
}
