namespace CloudOrch.Testing;

/// <summary>Runs a law over many seeds inside one fact; a failure names the seed that replays it.</summary>
public static class Seeds
{
    /// <summary>Seeds 1..<paramref name="count"/>, each in turn; the first failure ends the run.</summary>
    public static void Each(int count, Action<int> law)
    {
        ArgumentNullException.ThrowIfNull(law);
        for (var seed = 1; seed <= count; seed++)
        {
            try
            {
                law(seed);
            }
            catch (Exception e)
            {
                throw new SeedFailedException(seed, e);
            }
        }
    }

    /// <inheritdoc cref="Each(int, Action{int})"/>
    public static async Task EachAsync(int count, Func<int, Task> law)
    {
        ArgumentNullException.ThrowIfNull(law);
        for (var seed = 1; seed <= count; seed++)
        {
            try
            {
                await law(seed).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                throw new SeedFailedException(seed, e);
            }
        }
    }
}

/// <summary>The law of a seeded run was broken; the inner exception says how.</summary>
public sealed class SeedFailedException(int seed, Exception inner) : Exception($"seed {seed}: {inner.Message}", inner)
{
    public int Seed { get; } = seed;
}
