using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CloudOrch.Local.Commands;

/// <summary>Counts what Azure would charge for: requests of the table service, messages of the broker.</summary>
public static class Tally
{
    /// <summary>Names a directory: there <c>NAME.tally</c> is written anew each second, a line «count what» for each thing that was counted.</summary>
    public const string Variable = "CLOUDORCH_TALLY";

    private const string What = "what";
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    private static readonly Meter s_meter = new("CloudOrch.Local");
    private static readonly Counter<long> s_operations = s_meter.CreateCounter<long>("operations");

    /// <param name="what">Of few values: an operation and the table or queue.</param>
    public static void Count(string what, int operations = 1) => s_operations.Add(operations, new KeyValuePair<string, object?>(What, what));

    /// <summary>Writes until stopped; does nothing where <see cref="Variable"/> is not set.</summary>
    public static async Task WriteAsync(string name, CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } directory)
            return;
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, operations, tags, _) => counts.AddOrUpdate((string)tags[0].Value!, operations, (_, before) => before + operations));
        listener.EnableMeasurementEvents(s_operations);
        Directory.CreateDirectory(directory);
        string file = Path.Combine(directory, $"{name}.tally");
        while (!ct.IsCancellationRequested)
        {
            await File.WriteAllLinesAsync(file + ".new", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Value} {c.Key}"), CancellationToken.None);
            File.Move(file + ".new", file, overwrite: true);
            await Task.Delay(s_every, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
