using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace CloudOrch.Testing.Docker;

/// <summary>
/// A Docker engine of one's own, in a network namespace of its own: another engine on the machine and its firewall rules are never met, and
/// what this one sets up there (bridges, rules, published ports) goes away with the namespace. Needs root.
/// </summary>
public sealed class DockerEngine : IAsyncDisposable
{
    private Process? _daemon;

    private readonly string[] _options;

    private DockerEngine(EngineNames names, string[] options) => (Names, _options) = (names, options);

    public EngineNames Names { get; }

    public Uri Endpoint => new($"unix://{Names.Socket}");

    /// <summary>Where ports that the engine publishes answer.</summary>
    public string HostAddress => Names.HostAddress;

    /// <summary>What a <c>docker</c> command needs to reach this engine.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["DOCKER_HOST"] = Endpoint.ToString() };

    /// <summary>Starts an engine that holds image <c>busybox:1</c>, after removing what a killed run of the same purpose left.</summary>
    /// <param name="options">Further arguments of the daemon, as <c>--live-restore</c>.</param>
    public static async Task<DockerEngine> StartAsync(string purpose, params string[] options)
    {
        var engine = new DockerEngine(EngineNames.Of(purpose), options);
        await EngineRemains.RemoveAsync(engine.Names).ConfigureAwait(false);
        await engine.CreateNetworkAsync().ConfigureAwait(false);
        await engine.StartDaemonAsync().ConfigureAwait(false);
        await Command.RunAsync(RepositoryFile("infra/images/busybox"), [], engine.Environment).ConfigureAwait(false);
        return engine;
    }

    /// <summary>Runs <c>docker</c> against this engine and returns what it prints.</summary>
    public Task<string> RunAsync(params string[] arguments) => Command.RunAsync("docker", arguments, Environment);

    /// <summary>Starts the daemon on what is there; containers that outlived a killed daemon are its again.</summary>
    public async Task StartDaemonAsync()
    {
        Directory.CreateDirectory(Names.Directory);
        // Not `ip netns exec`: that mounts a fresh /sys, in which the daemon finds no control groups.
        string[] arguments =
        [
            $"--net=/run/netns/{Names.NetworkNamespace}", "dockerd",
            "--data-root", $"{Names.Directory}/data", "--exec-root", $"{Names.Directory}/exec", "--pidfile", Names.PidFile,
            "--host", Endpoint.ToString(), "--bip", Names.DefaultBridge, "--default-address-pool", $"base={Names.AddressPool},size=28",
            "--cgroup-parent", Names.ControlGroup, "--log-level", "warn", "--shutdown-timeout", "3",
            .. _options,
            .. await DirectRoutingAsync().ConfigureAwait(false) ? ["--allow-direct-routing"] : Array.Empty<string>(),
        ];
        var log = new StreamWriter($"{Names.Directory}/d.log", append: true) { AutoFlush = true };
        _daemon = Process.Start(new ProcessStartInfo("nsenter", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _daemon.ErrorDataReceived += (_, line) => Write(log, line.Data);
        _daemon.OutputDataReceived += (_, line) => Write(log, line.Data);
        _daemon.BeginErrorReadLine();
        _daemon.BeginOutputReadLine();
        await Eventually.Async(AnswersAsync, TimeSpan.FromSeconds(30), $"the engine answers, its log: {Names.Directory}/d.log").ConfigureAwait(false);
        // What comes from outside to a pod's address is let through, as on a machine where the agent is at home.
        await InsideAsync("iptables", "-I", "FORWARD", "-j", "ACCEPT").ConfigureAwait(false);
    }

    /// <summary>Stops the daemon as an administrator would; containers stop with it.</summary>
    public async Task StopDaemonAsync()
    {
        if (_daemon is not { HasExited: false } daemon)
            return;
        await Command.RunAsync("kill", ["-TERM", daemon.Id.ToString(CultureInfo.InvariantCulture)]).ConfigureAwait(false);
        await daemon.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40)).ConfigureAwait(false);
    }

    /// <summary>kill -9: nothing is stopped and nothing put away; what becomes of the containers is the next start's to decide.</summary>
    public async Task KillDaemonAsync()
    {
        _daemon!.Kill();
        await _daemon.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        var (_, ids, _) = await Command.TryAsync("docker", ["ps", "-aq"], Environment).ConfigureAwait(false);
        string[] containers = ids.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (containers.Length > 0)
            await Command.TryAsync("docker", ["rm", "-f", .. containers], Environment).ConfigureAwait(false);
        await StopDaemonAsync().ConfigureAwait(false);
        _daemon?.Dispose();
        await EngineRemains.RemoveAsync(Names).ConfigureAwait(false);
    }

    /// <summary>Runs a program in the engine's network namespace, where its published ports are on 127.0.0.1.</summary>
    public Task<string> InsideAsync(string program, params string[] arguments) =>
        Command.RunAsync("nsenter", [$"--net=/run/netns/{Names.NetworkNamespace}", program, .. arguments]);

    private async Task CreateNetworkAsync()
    {
        string inner = "up0";
        await Ip("netns", "add", Names.NetworkNamespace).ConfigureAwait(false);
        await Ip("link", "add", Names.OuterLink, "type", "veth", "peer", "name", inner, "netns", Names.NetworkNamespace).ConfigureAwait(false);
        await Ip("addr", "add", $"{Names.OuterAddress}/30", "dev", Names.OuterLink).ConfigureAwait(false);
        await Ip("link", "set", Names.OuterLink, "up").ConfigureAwait(false);
        await Ip("-n", Names.NetworkNamespace, "link", "set", "lo", "up").ConfigureAwait(false);
        await Ip("-n", Names.NetworkNamespace, "addr", "add", $"{Names.HostAddress}/30", "dev", inner).ConfigureAwait(false);
        await Ip("-n", Names.NetworkNamespace, "link", "set", inner, "up").ConfigureAwait(false);
        await Ip("route", "add", Names.PodCidr, "via", Names.HostAddress).ConfigureAwait(false);
        await Ip("route", "add", Names.SecondPodCidr, "via", Names.HostAddress).ConfigureAwait(false);
    }

    private static Task<string> Ip(params string[] arguments) => Command.RunAsync("ip", arguments);

    /// <summary>From 28.2 on, an engine drops what is sent to a container's address from outside, unless it is told not to.</summary>
    private static async Task<bool> DirectRoutingAsync() =>
        (await Command.RunAsync("dockerd", ["--help"]).ConfigureAwait(false)).Contains("--allow-direct-routing", StringComparison.Ordinal);

    private async Task<bool> AnswersAsync()
    {
        if (_daemon is { HasExited: true })
            throw new InvalidOperationException($"dockerd ended at once: {await File.ReadAllTextAsync($"{Names.Directory}/d.log").ConfigureAwait(false)}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Names.Socket)).ConfigureAwait(false);
            return (await Command.TryAsync("docker", ["version"], Environment).ConfigureAwait(false)).Code == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Write(StreamWriter log, string? line)
    {
        lock (log)
        {
            if (line is not null)
                log.WriteLine(line);
        }
    }

    private static string RepositoryFile(string path)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string candidate = Path.Combine(directory.FullName, path);
            if (File.Exists(candidate))
                return candidate;
        }

        throw new FileNotFoundException($"{path} is in no directory above {AppContext.BaseDirectory}");
    }
}
