using System.Globalization;
using CloudOrch.Simulation.Laws;

namespace CloudOrch.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>Seeds of a run in CI, besides the corpus. SIM_SEEDS asks for another number.</summary>
    private const int CountInCi = 500;

    [Fact]
    public void Every_seed_keeps_the_laws_and_settles()
    {
        if (Number("SIM_SEED") is { } only)
        {
            using var run = new Run(only);
            try
            {
                run.Play();
            }
            finally
            {
                output.WriteLine($"seed {only}: {run.Trace.Count} lines, digest {run.Trace.Digest}, settled after {run.SettledAfter}\n{run.Trace.Tail(400)}");
            }

            return;
        }

        int first = Number("SIM_FIRST") ?? 1;
        PlayAll([.. Corpus(), .. Enumerable.Range(first, Number("SIM_SEEDS") ?? CountInCi)]);
    }

    [Fact]
    public void A_seed_replays_exactly()
    {
        for (int seed = 1; seed <= 10; seed++)
            Assert.Equal(DigestOf(seed), DigestOf(seed));
    }

    private static string DigestOf(int seed)
    {
        using var run = new Run(seed);
        run.Play();
        return $"{run.Trace.Count} {run.Trace.Digest}";
    }

    private void PlayAll(List<int> seeds)
    {
        var failures = new SortedDictionary<int, string>();
        var slowest = TimeSpan.Zero;
        int next = -1;
        var threads = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var i && i < seeds.Count)
            {
                using var run = new Run(seeds[i]);
                try
                {
                    run.Play();
                }
                catch (LawBrokenException e)
                {
                    lock (failures)
                        failures[seeds[i]] = e.Message;
                }

                lock (failures)
                    slowest = run.SettledAfter > slowest ? run.SettledAfter : slowest;
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        output.WriteLine($"{seeds.Count} seeds, slowest settling {slowest}");
        if (failures.Count > 0)
            Assert.Fail($"{failures.Count} of {seeds.Count} seeds failed:\n{string.Join('\n', failures.Select(f => Headline(f.Value)))}\n\n{failures.First().Value}");
    }

    private static string Headline(string failure) => failure.Split('\n')[0].Trim();

    private static IEnumerable<int> Corpus() => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus.txt"))
        .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).Select(line => int.Parse(line, CultureInfo.InvariantCulture));

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
