using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace CloudOrch.EndToEnd;

/// <summary>A Docker engine, asked through its socket: a look starts no process, and a network that is cut hides nothing.</summary>
public sealed class Engine(string socket) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        // An engine that has restarted since is no error.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (_, ct) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
            return new NetworkStream(connection, ownsSocket: true);
        },
    }) { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The containers that have the label.</summary>
    /// <param name="label">A key, or key=value.</param>
    /// <param name="all">Also those that do not run.</param>
    public async Task<IReadOnlyList<Container>> ContainersAsync(string label, bool all = false, CancellationToken cancellationToken = default)
    {
        string list = await _client.GetStringAsync(Address($"containers/json?all={(all ? 1 : 0)}", new JsonObject { ["label"] = new JsonArray(label) }), cancellationToken);
        return [.. JsonNode.Parse(list)!.AsArray().Select(c => new Container(
            (string)c!["Id"]!, (string)c["Image"]!, c["Labels"]!.AsObject().ToDictionary(l => l.Key, l => (string)l.Value!)))];
    }

    /// <summary>What it tells from now on of containers that have the label: a line of JSON for each start and death.</summary>
    public Task<Stream> EventsAsync(string label, CancellationToken cancellationToken) =>
        _client.GetStreamAsync(Address("events?", new JsonObject { ["label"] = new JsonArray(label), ["event"] = new JsonArray("start", "die") }), cancellationToken);

    public void Dispose() => _client.Dispose();

    private static Uri Address(string path, JsonObject filters) => new($"http://engine/{path}&filters={Uri.EscapeDataString(filters.ToJsonString())}");
}

/// <summary>A container as its engine lists it.</summary>
public sealed record Container(string Id, string Image, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>The UID of the pod that it belongs to.</summary>
    public string Pod => Labels["io.cloudorch.pod.uid"];

    /// <summary>It holds its pod's network and runs nothing of it.</summary>
    public bool IsSandbox => Labels["io.cloudorch.role"] == "sandbox";
}
