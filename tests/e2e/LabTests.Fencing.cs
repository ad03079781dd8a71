using System.Globalization;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Pods with a fenced identity on hosts that are cut off and healed at random times.</summary>
public sealed partial class LabTests
{
    /// <summary>How many rounds there are, when this is in the environment.</summary>
    private const string Rounds = "CLOUDORCH_FENCING_ROUNDS";

    private static readonly string[] Identities = ["db-0", "db-1", "db-2"];

    /// <summary>From the heal on: what is to be told, decided and started, and the longest back-off of a container that was killed twice.</summary>
    private static readonly TimeSpan Return = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_fenced_identity_never_runs_on_two_hosts_and_always_runs_again()
    {
        const int Seed = 20_260_101;
        int rounds = int.TryParse(Environment.GetEnvironmentVariables()[Rounds] as string, NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : 4;
        var random = new Random(Seed);
        var clock = TimeProvider.System;
        await using var space = await lab.NamespaceAsync();
        await using var running = new RunningIdentities(lab.Engines);
        foreach (string identity in Identities)
            (await space.ApplyAsync(Fenced(identity))).Succeeded();
        await AllRunAsync(running, space);

        for (int round = 1; round <= rounds; round++)
        {
            // One that has something to lose; in each third round its agent is dead as well.
            int[] hosts = [.. running.Last.Select(r => r.Host).Distinct().Order()];
            int host = hosts[random.Next(hosts.Length)];
            bool dies = round % 3 == 0;
            var away = TimeSpan.FromSeconds(0.5 + (19.5 * random.NextDouble()));
            string supervisor = (await File.ReadAllTextAsync($"{lab.Local}/run/agent-{host}.supervisor")).Split(' ')[0];
            long cut = clock.GetTimestamp();
            try
            {
                (await lab.LabAsync("cut", $"{host}")).Succeeded();
                if (dies)
                {
                    // Or it would be started again at once.
                    (await lab.Machine.RunAsync("kill", "-STOP", supervisor)).Succeeded();
                    Assert.True(await lab.KillAsync($"agent-{host}"));
                }

                await Eventually.Async(() => clock.GetElapsedTime(cut) >= away || running.Failure is not null, Instance.Soon, "it was away for long enough");
            }
            finally
            {
                (await lab.LabAsync("heal", $"{host}")).Succeeded();
                if (dies)
                    (await lab.Machine.RunAsync("kill", "-CONT", supervisor)).Succeeded();
            }

            long healed = clock.GetTimestamp();
            await AllRunAsync(running, space);
            output.WriteLine($"round {round}: host {host} of {string.Join('/', hosts)} cut off for {away.TotalSeconds:0.0} s{(dies ? ", its agent killed" : "")}; all run again {clock.GetElapsedTime(healed).TotalSeconds:0.0} s after the heal");
            Assert.Empty(running.Doubled);
            Assert.Empty(running.Overlaps());
            await ReadyAsync();
        }

        output.WriteLine($"{running.Looks} looks at all engines, at most {running.LongestGap.TotalMilliseconds:0} ms apart; {running.Starts} starts");
        Assert.Null(running.Failure);
    }

    /// <summary>Each identity has one container, and its pod says that it is ready.</summary>
    private static async Task AllRunAsync(RunningIdentities running, TestNamespace space)
    {
        try
        {
            await Eventually.Async(
                async () =>
                {
                    Assert.Null(running.Failure);
                    if (!running.Last.Select(r => r.Identity).Order().SequenceEqual(Identities.Select(i => $"{space.Name}/{i}")))
                        return false;
                    var ready = (await space.PodsAsync()).Where(p => p["metadata"]!["deletionTimestamp"] is null
                        && p["status"]?["conditions"]?.AsArray().Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true);
                    return ready.Count() == Identities.Length;
                },
                Return,
                "each identity runs once and is ready");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}: {string.Join(", ", running.Last)}\n{(await space.KubectlAsync("describe", "pods")).Out}\n{string.Join('\n', running.Doubled)}");
        }
    }

    private static string Fenced(string identity) => TestNamespace.Deployment(identity, 1)
        .Replace("  replicas: 1\n", "  replicas: 1\n  strategy:\n    type: Recreate\n", StringComparison.Ordinal)
        .Replace("    metadata:\n      labels:\n", $"    metadata:\n      annotations:\n        cloudorch.io/fenced-identity: {identity}\n      labels:\n", StringComparison.Ordinal);
}
