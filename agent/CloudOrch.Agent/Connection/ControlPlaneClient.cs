using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Connection;

/// <summary>What a call to the API came to, where not everything is an error: the refusals are the caller's to decide on.</summary>
public abstract record CallOutcome<T>
{
    private CallOutcome()
    {
    }

    public sealed record Answered(T Value) : CallOutcome<T>;

    /// <param name="Message">The Status' words.</param>
    public sealed record Refused(HttpStatusCode Code, string Message) : CallOutcome<T>;

    /// <summary>No answer, or one that says to come back later.</summary>
    public sealed record Unreachable(string Message) : CallOutcome<T>;
}

/// <summary>The three calls that a node makes to the API.</summary>
public sealed class ControlPlaneClient(HttpClient http, Uri server, ServerClock serverClock, TimeProvider clock)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    public Task<CallOutcome<EnrollResponse>> EnrollAsync(EnrollRequest request, CancellationToken ct) =>
        SendAsync<EnrollResponse>("node/v1/enroll", KubeJson.Write(request), () => null, ct);

    public Task<CallOutcome<NodeCredentials>> RenewAsync(NodeKeys keys, EnrollResponse node, CancellationToken ct) =>
        SendAsync<NodeCredentials>("node/v1/credentials", "{}"u8.ToArray(), () => keys.Token(node.ClusterId, node.NodeUid, serverClock.Now), ct);

    public Task<CallOutcome<JsonElement>> RingAsync(NodeKeys keys, EnrollResponse node, NodeDoorbell bell, CancellationToken ct) =>
        SendAsync<JsonElement>("node/v1/doorbell", KubeJson.Write(bell), () => keys.Token(node.ClusterId, node.NodeUid, serverClock.Now), ct);

    /// <remarks>Refused as unknown: tried once more, since the first answer has told the server's time that the token is to carry.</remarks>
    private async Task<CallOutcome<T>> SendAsync<T>(string path, byte[] body, Func<string?> token, CancellationToken ct)
    {
        var outcome = await TryAsync<T>(path, body, token(), ct).ConfigureAwait(false);
        return outcome is CallOutcome<T>.Refused { Code: HttpStatusCode.Unauthorized } && token() is { } again
            ? await TryAsync<T>(path, body, again, ct).ConfigureAwait(false)
            : outcome;
    }

    private async Task<CallOutcome<T>> TryAsync<T>(string path, byte[] body, string? token, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(_ => deadline.Cancel(), null, Deadline, Timeout.InfiniteTimeSpan);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            serverClock.Learn(response.Headers.Date);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return new CallOutcome<T>.Answered(answer.Length == 0 ? default! : KubeJson.Read<T>(answer));
            string words = Words(answer) ?? $"{(int)response.StatusCode} {response.ReasonPhrase}";
            return response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
                ? new CallOutcome<T>.Unreachable(words)
                : new CallOutcome<T>.Refused(response.StatusCode, words);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new CallOutcome<T>.Unreachable(e is OperationCanceledException ? $"no answer within {Deadline.TotalSeconds:0} s" : (e.InnerException ?? e).Message);
        }
    }

    private static string? Words(byte[] answer)
    {
        try
        {
            return answer.Length == 0 ? null : KubeJson.Read<Status>(answer).Message;
        }
        catch (JsonException)
        {
            return null; // not a Status: something in between answered
        }
    }
}
