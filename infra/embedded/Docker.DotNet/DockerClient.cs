using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Docker.DotNet;

/// <summary>The Engine REST API of one engine. Connections are kept and shared; the client may be used from many threads.</summary>
public sealed class DockerClient : IDockerClient
{
    private const string UserAgent = "Docker.DotNet";

    private readonly HttpClient _client;
    private readonly Uri _endpoint;
    private readonly Version _requestedApiVersion;

    internal DockerClient(DockerClientConfiguration configuration, Version requestedApiVersion)
    {
        Configuration = configuration;
        DefaultTimeout = configuration.DefaultTimeout;
        _requestedApiVersion = requestedApiVersion;
        (_endpoint, var handler) = Connect(configuration);
        _client = new HttpClient(configuration.Credentials.GetHandler(handler), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        Containers = new ContainerOperations(this);
        Images = new ImageOperations(this);
        Networks = new NetworkOperations(this);
        Volumes = new VolumeOperations(this);
        System = new SystemOperations(this);
        Exec = new ExecOperations(this);
    }

    public DockerClientConfiguration Configuration { get; }

    public TimeSpan DefaultTimeout { get; set; }

    public IContainerOperations Containers { get; }

    public IImageOperations Images { get; }

    public INetworkOperations Networks { get; }

    public IVolumeOperations Volumes { get; }

    public ISystemOperations System { get; }

    public IExecOperations Exec { get; }

    public void Dispose()
    {
        Configuration.Dispose();
        _client.Dispose();
    }

    internal Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, Fault fault, CancellationToken ct) =>
        CallAsync(HttpMethod.Get, path, null, type, fault, DefaultTimeout, ct);

    internal async Task<T> CallAsync<T>(
        HttpMethod method, string path, HttpContent body, JsonTypeInfo<T> type, Fault fault, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = Deadline(timeout, ct);
        using var response = await SendAsync(method, path, body, null, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        await ThrowIfErrorAsync(response, fault, deadline.Token).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(stream, type, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>A call whose answer holds nothing but its status.</summary>
    internal async Task<HttpStatusCode> CallAsync(HttpMethod method, string path, HttpContent body, Fault fault, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = Deadline(timeout, ct);
        using var response = await SendAsync(method, path, body, null, HttpCompletionOption.ResponseContentRead, deadline.Token).ConfigureAwait(false);
        await ThrowIfErrorAsync(response, fault, deadline.Token).ConfigureAwait(false);
        return response.StatusCode;
    }

    /// <summary>A call whose answer goes on until the engine or the reader ends it; the caller disposes the stream.</summary>
    internal async Task<Stream> StreamAsync(
        HttpMethod method, string path, HttpContent body, IEnumerable<KeyValuePair<string, string>> headers, Fault fault, CancellationToken ct)
    {
        var response = await SendAsync(method, path, body, headers, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        try
        {
            await ThrowIfErrorAsync(response, fault, ct).ConfigureAwait(false);
            return await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static (Uri Endpoint, SocketsHttpHandler Handler) Connect(DockerClientConfiguration configuration)
    {
        var uri = configuration.EndpointBaseUri;
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) };
        switch (uri.Scheme.ToLowerInvariant())
        {
            case "unix":
                string path = uri.LocalPath;
                handler.ConnectCallback = async (_, ct) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    try
                    {
                        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
                        return new NetworkStream(socket, ownsSocket: true);
                    }
                    catch
                    {
                        socket.Dispose();
                        throw;
                    }
                };
                return (new Uri("http://docker.sock"), handler);
            case "tcp" or "http":
                return (new UriBuilder(uri) { Scheme = configuration.Credentials.IsTlsCredentials() ? "https" : "http" }.Uri, handler);
            case "https":
                return (uri, handler);
            default:
                handler.Dispose();
                throw new NotSupportedException($"Unknown URL scheme {uri.Scheme}");
        }
    }

    private static CancellationTokenSource Deadline(TimeSpan timeout, CancellationToken ct)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (timeout != Timeout.InfiniteTimeSpan)
            source.CancelAfter(timeout);
        return source;
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent body,
        IEnumerable<KeyValuePair<string, string>> headers,
        HttpCompletionOption completion,
        CancellationToken ct)
    {
        string versioned = _requestedApiVersion is null ? path : $"v{_requestedApiVersion}/{path}";
        using var request = new HttpRequestMessage(method, new Uri(_endpoint, "/" + versioned)) { Content = body };
        request.Headers.Add("User-Agent", UserAgent);
        foreach (var header in Configuration.DefaultHttpRequestHeaders.Concat(headers ?? []))
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return await _client.SendAsync(request, completion, ct).ConfigureAwait(false);
    }

    private static async Task ThrowIfErrorAsync(HttpResponseMessage response, Fault fault, CancellationToken ct)
    {
        // 101 is the answer to an attach: the connection is a raw stream from then on.
        if (response.StatusCode is HttpStatusCode.SwitchingProtocols or (>= HttpStatusCode.OK and < HttpStatusCode.BadRequest))
            return;
        string body = await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound && fault is not null)
            throw fault(response.StatusCode, body);
        throw new DockerApiException(response.StatusCode, body);
    }
}

/// <summary>The exception that a 404 becomes, which depends on what was asked for.</summary>
internal delegate DockerApiException Fault(HttpStatusCode status, string body);

internal static class Faults
{
    public static readonly Fault NoSuchContainer = (status, body) => new DockerContainerNotFoundException(status, body);
    public static readonly Fault NoSuchImage = (status, body) => new DockerImageNotFoundException(status, body);
    public static readonly Fault NoSuchNetwork = (status, body) => new DockerNetworkNotFoundException(status, body);
}
