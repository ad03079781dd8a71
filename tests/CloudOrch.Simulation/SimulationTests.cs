using System.Globalization;
using CloudOrch.Simulation.Laws;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation;

/// <summary>
/// SIM_WORLD chooses one kind of world, SIM_SEED replays one seed of it and prints its last steps, SIM_SEEDS asks for another number of seeds
/// and SIM_FIRST where to begin, SIM_TIMES multiplies the seeds of every kind.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_seed_keeps_the_laws_and_settles() => Play(WorldKind.Small, 400);

    [Fact]
    public void Cut_links_and_wrong_clocks_move_and_restart_nothing_without_cause() => Play(WorldKind.Storm, 80);

    [Fact]
    public void While_most_nodes_are_silent_nothing_is_evicted_and_then_it_goes_on() => Play(WorldKind.MassLoss, 60);

    [Fact]
    public void Two_brains_on_one_cluster_throughout_do_what_one_does() => Play(WorldKind.TwoBrains, 60);

    [Fact]
    public void A_log_that_is_cut_off_under_its_readers_hides_nothing() => Play(WorldKind.Compaction, 50);

    [Fact]
    public void Nothing_of_a_deleted_cluster_comes_into_one_of_the_same_name() => Play(WorldKind.Rebirth, 50);

    [Fact]
    public void Without_control_plane_nodes_mend_themselves_and_its_return_restarts_nothing_right() => Play(WorldKind.Outage, 40);

    [Fact]
    public void Never_two_of_a_fenced_identity_run_whatever_is_cut_off_or_dies() => Play(WorldKind.Fenced, 60);

    [Fact]
    public void Hundreds_of_nodes_keep_the_laws_and_settle() => Play(WorldKind.Fleet, 4);

    [Fact]
    public void A_seed_replays_exactly()
    {
        foreach (var kind in Enum.GetValues<WorldKind>().Where(k => k != WorldKind.Fleet))
        {
            for (int seed = 1; seed <= (kind == WorldKind.Small ? 10 : 2); seed++)
                Assert.Equal((kind, seed, DigestOf(kind, seed)), (kind, seed, DigestOf(kind, seed)));
        }
    }

    private static string DigestOf(WorldKind kind, int seed)
    {
        using var run = new Run(kind, seed);
        run.Play();
        return $"{run.Trace.Count} {run.Trace.Digest}";
    }

    private void Play(WorldKind kind, int seeds)
    {
        var chosen = Text("SIM_WORLD") is { } name ? Enum.Parse<WorldKind>(name, ignoreCase: true) : (WorldKind?)null;
        if (Number("SIM_SEED") is { } only)
        {
            if (kind == (chosen ?? WorldKind.Small))
                Replay(kind, only);
            return;
        }

        if (kind == (chosen ?? kind))
            PlayAll(kind, [.. Corpus(kind), .. Enumerable.Range(Number("SIM_FIRST") ?? 1, Number("SIM_SEEDS") ?? (seeds * (Number("SIM_TIMES") ?? 1)))]);
    }

    private void Replay(WorldKind kind, int seed)
    {
        using var run = new Run(kind, seed);
        try
        {
            run.Play();
        }
        finally
        {
            output.WriteLine($"{kind} {seed}: {run.Trace.Count} lines, digest {run.Trace.Digest}, settled after {run.SettledAfter}\n{run.Trace.Tail(400)}");
        }
    }

    private void PlayAll(WorldKind kind, List<int> seeds)
    {
        var failures = new SortedDictionary<int, string>();
        var slowest = TimeSpan.Zero;
        int next = -1;
        var threads = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var i && i < seeds.Count)
            {
                using var run = new Run(kind, seeds[i]);
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
        output.WriteLine($"{seeds.Count} seeds of {kind}, slowest settling {slowest}");
        if (failures.Count > 0)
            Assert.Fail($"{failures.Count} of {seeds.Count} seeds failed:\n{string.Join('\n', failures.Select(f => Headline(f.Value)))}\n\n{failures.First().Value}");
    }

    private static string Headline(string failure) => failure.Split('\n')[0].Trim();

    /// <summary>A line is a seed of a small world, or a kind and a seed.</summary>
    private static IEnumerable<int> Corpus(WorldKind kind) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus.txt"))
        .Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)
        .Where(words => (words.Length == 1 ? WorldKind.Small : Enum.Parse<WorldKind>(words[0], ignoreCase: true)) == kind)
        .Select(words => int.Parse(words[^1], CultureInfo.InvariantCulture));

    private static int? Number(string variable) => Text(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string? Text(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;
}
