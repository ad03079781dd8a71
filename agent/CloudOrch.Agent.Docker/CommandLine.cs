using System.Collections;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Docker;

/// <summary>
/// The agent's settings: <c>--name value</c> on the command line, or <c>CLOUDORCH_AGENT_NAME</c> in the environment; the command line wins.
/// </summary>
public sealed class CommandLine
{
    public const string Help = """
        cloudorch-agent --server https://… [--join-token-file FILE] [options]

          --server URL            the API's base address (https)
          --join-token-file FILE  a file that holds the join token; needed once
          --join-token TOKEN      the token itself (visible to others on the machine when given on the command line)
          --node-name NAME        default: the host's name
          --node-address ADDRESS  default: the address from which the server is reached
          --node-labels A=B,C=D   labels of the Node
          --max-pods N            default: 110
          --data DIRECTORY        default: /var/lib/cloudorch
          --image-gc-high PERCENT use of the engine's disk above which unused images are removed; default: 85
          --image-gc-low PERCENT  and until which; default: 80
          --disk-pressure PERCENT free disk below which the node says DiskPressure; default: 10
          --memory-pressure MIB   available memory below which it says MemoryPressure; default: 100
          --pid-pressure PERCENT  free process ids below which it says PIDPressure; default: 10
          --engine URI            default: $DOCKER_HOST, else unix:///var/run/docker.sock
          --verbose true          say each step
        cloudorch-agent fence-watchdog --data DIRECTORY [--engine URI] guards the fenced containers of a data directory; the agent starts it itself.
        Each may be set in the environment instead: CLOUDORCH_AGENT_SERVER, CLOUDORCH_AGENT_JOIN_TOKEN_FILE, …
        """;

    private static readonly string[] Names =
    [
        "server", "join-token-file", "join-token", "node-name", "node-address", "node-labels", "max-pods",
        "image-gc-high", "image-gc-low", "disk-pressure", "memory-pressure", "pid-pressure", "data", "engine", "verbose",
    ];

    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="FormatException">An argument that there is not, or one without a value.</exception>
    public CommandLine(string[] arguments, IDictionary environment)
    {
        foreach (string name in Names)
        {
            if (environment["CLOUDORCH_AGENT_" + name.ToUpperInvariant().Replace('-', '_')] is string value && value.Length > 0)
                _values[name] = value;
        }

        if (!_values.ContainsKey("engine") && environment["DOCKER_HOST"] is string { Length: > 0 } engine)
            _values["engine"] = engine;
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || !Names.Contains(arguments[i][2..]))
                throw new FormatException($"there is no argument {arguments[i]}");
            if (i + 1 == arguments.Length)
                throw new FormatException($"{arguments[i]} needs a value");
            _values[arguments[i][2..]] = arguments[i + 1];
        }
    }

    public Uri Engine => new(Value("engine") ?? "unix:///var/run/docker.sock");

    public string DataDirectory => Path.GetFullPath(Value("data") ?? "/var/lib/cloudorch");

    public bool Verbose => Value("verbose") == "true";

    /// <exception cref="FormatException">Something needed is missing or is not what it should be.</exception>
    public AgentSettings Settings()
    {
        if (!Uri.TryCreate(Value("server"), UriKind.Absolute, out var server) || server.Scheme != Uri.UriSchemeHttps)
            throw new FormatException("--server needs an https address");
        string name = (Value("node-name") ?? Dns.GetHostName()).ToLowerInvariant();
        return new AgentSettings
        {
            Server = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/"),
            JoinToken = Value("join-token-file") is { } file ? File.ReadAllText(file).Trim() : Value("join-token"),
            NodeName = name,
            DataDirectory = DataDirectory,
            NodeAddress = Value("node-address") ?? OwnAddress(server),
            Disk = Watermarks(),
            Pressure = new PressureLimits
            {
                DiskPercent = Number("disk-pressure", 10, 0, 100),
                MemoryBytes = (long)Number("memory-pressure", 100, 0, int.MaxValue) << 20,
                ProcessPercent = Number("pid-pressure", 10, 0, 100),
            },
            MaxPods = int.TryParse(Value("max-pods") ?? "110", out int pods) && pods > 0 ? pods : throw new FormatException("--max-pods needs a number above 0"),
            Labels = ValueMap<string>.From(
            [
                new("kubernetes.io/hostname", name),
                new("kubernetes.io/os", "linux"),
                .. (Value("node-labels") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(l => l.Split('=', 2)).Select(l => new KeyValuePair<string, string>(l[0], l.Length > 1 ? l[1] : "")),
            ]),
        };
    }

    private DiskWatermarks Watermarks()
    {
        var marks = new DiskWatermarks(Number("image-gc-high", 85, 0, 100), Number("image-gc-low", 80, 0, 100));
        return marks.LowPercent < marks.HighPercent ? marks : throw new FormatException("--image-gc-low must be below --image-gc-high");
    }

    private int Number(string name, int otherwise, int least, int most) =>
        Value(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
        : throw new FormatException($"--{name} needs a number from {least} to {most}");

    private string? Value(string name) => _values.GetValueOrDefault(name);

    /// <summary>The address that the machine would use towards the server; nothing is sent.</summary>
    private static string OwnAddress(Uri server)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(server.Host, 443);
            if (socket.LocalEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address))
                return address.ToString();
        }
        catch (SocketException)
        {
            // no network, or a name that is not known yet: any address that the machine has will do
        }

        return Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(a => !IPAddress.IsLoopback(a))?.ToString() ?? "127.0.0.1";
    }
}
