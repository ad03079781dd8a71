using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudOrch.Bench;

/// <summary>What one Docker engine says runs on it.</summary>
/// <param name="socket">The path of its socket.</param>
public sealed class Engine(string socket) : IDisposable
{
    private readonly HttpClient _docker = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://docker/"),
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>The ids of the running containers that carry the label, as <c>docker ps</c> shows them.</summary>
    public async Task<string[]> RunningAsync(string label, CancellationToken ct)
    {
        string filters = JsonSerializer.Serialize(new { label = new[] { label }, status = new[] { "running" } });
        return [.. JsonNode.Parse(await _docker.GetStringAsync($"containers/json?filters={Uri.EscapeDataString(filters)}", ct))!.AsArray().Select(c => (string)c!["Id"]!)];
    }

    public void Dispose() => _docker.Dispose();
}
