using System.Diagnostics;
using System.Globalization;

namespace CloudOrch.Bench;

/// <summary>The instance that is measured: its directory, and the engine that all candidates share.</summary>
public sealed class Lab(string local, string dockerSocket, IReadOnlyDictionary<string, string> options) : IDisposable
{
    private readonly Engine _engine = new(dockerSocket);

    public string Local => local;

    /// <summary>What the command line says with <c>--name N</c>.</summary>
    /// <exception cref="FormatException">It is not a number.</exception>
    public int Option(string name, int usual) => options.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

    public void Dispose() => _engine.Dispose();

    /// <summary>One setting of a process of the instance, as <c>infra/up</c> wrote it.</summary>
    public string Setting(string process, string name) =>
        File.ReadLines($"{local}/settings/{process}.env").First(l => l.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];

    /// <summary>The API, as the instance's administrator.</summary>
    public HttpClient Api() => Api(File.ReadAllText($"{local}/secrets/administrator-token"));

    /// <summary>The API, with somebody's token.</summary>
    public HttpClient Api(string token)
    {
        var http = new HttpClient { BaseAddress = new Uri(Setting("agent", "CLOUDORCH_AGENT_SERVER")), Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token.Trim());
        return http;
    }

    /// <exception cref="InvalidOperationException">infra/bench did not call this.</exception>
    public static Lab FromEnvironment(IReadOnlyDictionary<string, string> options)
    {
        string Setting(string name) =>
            Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: call ./infra/bench, which starts what is measured");
        return new Lab(Setting("CLOUDORCH_LOCAL"), Setting("DOCKER_HOST")["unix://".Length..], options);
    }

    /// <summary>How many containers run that carry the label, as <c>docker ps</c> counts them.</summary>
    public async Task<int> RunningAsync(string label, CancellationToken ct) => (await _engine.RunningAsync(label, ct)).Length;

    /// <summary>The time from calling <paramref name="start"/> until so many containers with the label run.</summary>
    public Task<TimeSpan> TimeUntilAsync(int containers, string label, Func<Task> start, CancellationToken ct) =>
        TimeUntilAsync(async () => await RunningAsync(label, ct) is var running && running >= containers ? null : $"{running} of {containers} containers with {label} run", start, ct);

    /// <summary>The time from calling <paramref name="start"/> until nothing is missing any more.</summary>
    /// <param name="missing">What is still missing; null when nothing is.</param>
    /// <exception cref="TimeoutException">Something was missing after three minutes.</exception>
    public static async Task<TimeSpan> TimeUntilAsync(Func<Task<string?>> missing, Func<Task> start, CancellationToken ct)
    {
        long began = Stopwatch.GetTimestamp();
        var starting = start();
        while (await missing() is { } what)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"after 3 minutes: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        await starting;
        return elapsed;
    }

    public async Task GoneAsync(string label, CancellationToken ct)
    {
        while (await RunningAsync(label, ct) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
    }

    public static async Task<string> RunAsync(string? input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }
}
