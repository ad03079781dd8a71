using System.Globalization;
using System.Net.Sockets;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Agent.Probes;

/// <summary>One try of a probe. https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/</summary>
internal sealed class ProbeClient(IContainerRuntime runtime, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
#pragma warning disable CA5359 // Kubernetes' probes do not verify certificates
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<(bool Success, string Message)> TryAsync(Probe probe, Container spec, string containerId, string address, CancellationToken ct)
    {
        var timeout = TimeSpan.FromSeconds(probe.TimeoutSeconds ?? 1);
        if (probe.Exec is { } exec)
            return await ExecAsync(containerId, exec, timeout, ct).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(_ => deadline.Cancel(), null, timeout, Timeout.InfiniteTimeSpan);
        try
        {
            return probe switch
            {
                { HttpGet: { } get } => await HttpAsync(get, spec, address, deadline.Token).ConfigureAwait(false),
                { TcpSocket: { } tcp } => await TcpAsync(tcp, spec, address, deadline.Token).ConfigureAwait(false),
                _ => (true, ""), // a kind that this node does not know is not held against the container
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (false, $"no answer within {timeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or UriFormatException or FormatException)
        {
            return (false, e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(bool Success, string Message)> ExecAsync(string containerId, ExecAction exec, TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var outcome = await runtime.ExecAsync(containerId, [.. exec.Command ?? []], timeout, ct).ConfigureAwait(false);
            return (outcome.ExitCode == 0, outcome.Output.Trim());
        }
        catch (RuntimeUnavailableException e)
        {
            return (false, e.Message);
        }
    }

    private async Task<(bool Success, string Message)> HttpAsync(HttpGetAction get, Container spec, string address, CancellationToken ct)
    {
        string scheme = (get.Scheme ?? "HTTP").ToLowerInvariant();
        string host = string.IsNullOrEmpty(get.Host) ? address : get.Host;
        string path = string.IsNullOrEmpty(get.Path) ? "/" : get.Path.StartsWith('/') ? get.Path : "/" + get.Path;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{scheme}://{host}:{PortOf(get.Port, spec).ToString(CultureInfo.InvariantCulture)}{path}"));
        request.Headers.UserAgent.ParseAdd("kube-probe/cloudorch");
        request.Headers.ConnectionClose = true;
        foreach (var header in get.HttpHeaders ?? [])
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        int code = (int)response.StatusCode;
        return (code is >= 200 and < 400, $"HTTP probe failed with statuscode: {code}");
    }

    private static async Task<(bool Success, string Message)> TcpAsync(TcpSocketAction tcp, Container spec, string address, CancellationToken ct)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(string.IsNullOrEmpty(tcp.Host) ? address : tcp.Host, PortOf(tcp.Port, spec), ct).ConfigureAwait(false);
        return (true, "");
    }

    /// <exception cref="FormatException">The container has no port of that name.</exception>
    private static int PortOf(IntOrString port, Container spec) => port.Text is null
        ? port.Number
        : spec.Ports?.FirstOrDefault(p => p.Name == port.Text)?.Port
            ?? (int.TryParse(port.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"no port is named {port.Text}"));
}
