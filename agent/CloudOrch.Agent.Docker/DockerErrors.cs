using System.Net.Sockets;
using System.Text.Json;
using CloudOrch.Agent.Runtime;
using Docker.DotNet;

namespace CloudOrch.Agent.Docker;

internal static class DockerErrors
{
    /// <summary>What the engine said, without the client's words around it.</summary>
    public static string Words(DockerApiException refused)
    {
        try
        {
            using var body = JsonDocument.Parse(refused.ResponseBody);
            return body.RootElement.GetProperty("message").GetString() ?? refused.ResponseBody;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return refused.ResponseBody;
        }
    }

    /// <summary>Runs a call; that the engine does not answer becomes <see cref="RuntimeUnavailableException"/>.</summary>
    public static async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (IsAbsence(e, ct))
        {
            throw new RuntimeUnavailableException($"the Docker engine does not answer: {(e.InnerException ?? e).Message}", e);
        }
    }

    public static Task CallAsync(Func<Task> call, CancellationToken ct) => CallAsync(
        async () =>
        {
            await call().ConfigureAwait(false);
            return true;
        },
        ct);

    /// <summary>No connection, a connection that broke, or no answer in time.</summary>
    private static bool IsAbsence(Exception e, CancellationToken ct) =>
        e is HttpRequestException or SocketException or IOException or TimeoutException || (e is OperationCanceledException && !ct.IsCancellationRequested);
}
