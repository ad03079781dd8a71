namespace CloudOrch.Simulation.World;

/// <summary>All randomness of one run: a stream of its own per purpose, so that one more draw here does not change what happens there.</summary>
internal sealed class Chance(int seed)
{
    private readonly Dictionary<string, Random> streams = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public int Seed => seed;

    /// <summary>True with this probability.</summary>
    public bool Hits(string stream, double probability) => probability > 0 && Draw(stream, r => r.NextDouble()) < probability;

    public int Next(string stream, int exclusiveMaximum) => Draw(stream, r => r.Next(exclusiveMaximum));

    public int Between(string stream, int minimum, int inclusiveMaximum) => Draw(stream, r => r.Next(minimum, inclusiveMaximum + 1));

    public T Pick<T>(string stream, IReadOnlyList<T> among) => among[Next(stream, among.Count)];

    public TimeSpan UpTo(string stream, TimeSpan longest) => TimeSpan.FromMilliseconds(Next(stream, (int)longest.TotalMilliseconds + 1));

    private T Draw<T>(string stream, Func<Random, T> draw)
    {
        lock (gate)
        {
            if (!streams.TryGetValue(stream, out var random))
                streams[stream] = random = new(Stable.Hash($"{seed}/{stream}"));
            return draw(random);
        }
    }
}

/// <summary>Hashes that are the same in every process.</summary>
internal static class Stable
{
    public static int Hash(string text) => unchecked((int)Fold(2166136261, text));

    public static uint Fold(uint hash, string text)
    {
        foreach (char letter in text)
            hash = unchecked((hash ^ letter) * 16777619);
        return hash;
    }
}
