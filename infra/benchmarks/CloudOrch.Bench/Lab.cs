using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudOrch.Bench;

/// <summary>The instance that is measured: its directory, and the engine that all candidates share.</summary>
public sealed class Lab(string local, string dockerSocket) : IDisposable
{
    private readonly HttpClient _docker = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(dockerSocket), ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://docker/"),
        Timeout = TimeSpan.FromSeconds(30),
    };

    public string Local => local;

    public void Dispose() => _docker.Dispose();

    /// <summary>One setting of a process of the instance, as <c>infra/up</c> wrote it.</summary>
    public string Setting(string process, string name) =>
        File.ReadLines($"{local}/settings/{process}.env").First(l => l.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];

    /// <summary>The API, as the instance's administrator.</summary>
    public HttpClient Api()
    {
        var http = new HttpClient { BaseAddress = new Uri(Setting("agent", "CLOUDORCH_AGENT_SERVER")), Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText($"{local}/secrets/administrator-token").Trim());
        return http;
    }

    /// <exception cref="InvalidOperationException">infra/bench did not call this.</exception>
    public static Lab FromEnvironment()
    {
        string Setting(string name) =>
            Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: call ./infra/bench, which starts what is measured");
        return new Lab(Setting("CLOUDORCH_LOCAL"), Setting("DOCKER_HOST")["unix://".Length..]);
    }

    /// <summary>How many containers run that carry the label, as <c>docker ps</c> counts them.</summary>
    public async Task<int> RunningAsync(string label, CancellationToken ct)
    {
        string filters = JsonSerializer.Serialize(new { label = new[] { label }, status = new[] { "running" } });
        return JsonNode.Parse(await _docker.GetStringAsync($"containers/json?filters={Uri.EscapeDataString(filters)}", ct))!.AsArray().Count;
    }

    /// <summary>The time from calling <paramref name="start"/> until so many containers with the label run.</summary>
    public async Task<TimeSpan> TimeUntilAsync(int containers, string label, Func<Task> start, CancellationToken ct)
    {
        long began = Stopwatch.GetTimestamp();
        var starting = start();
        while (await RunningAsync(label, ct) < containers)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"{await RunningAsync(label, ct)} of {containers} containers with {label} run after 3 minutes");
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
