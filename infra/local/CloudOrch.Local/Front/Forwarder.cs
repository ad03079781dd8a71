using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace CloudOrch.Local.Front;

/// <summary>How passing one request on ended.</summary>
public enum Forwarded
{
    /// <summary>The answer was passed on whole, or the client went away.</summary>
    Done,

    /// <summary>No connection: the process has seen nothing of the request.</summary>
    Unreached,

    /// <summary>It broke off before any of the answer was passed on; the process may have acted on it.</summary>
    BrokenBefore,

    /// <summary>It broke off within the answer.</summary>
    BrokenWithin,
}

/// <summary>Passes one request to one process and its answer back, each piece as it comes.</summary>
/// <param name="authority">A PEM file with the authority of the processes' certificates, such as the front's own chain; null: the system's authorities.</param>
public sealed class Forwarder(string? authority) : IDisposable
{
    // RFC 9110 §7.6.1: these concern one connection only.
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        // The front says «continue» itself when it reads the body; and these name the client, whom it knows better.
        "Expect", "Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        SslOptions = authority is null ? new SslClientAuthenticationOptions() : Trusting(authority),
    });

    public async Task<Forwarded> SendAsync(HttpContext http, Uri backend)
    {
        var ct = http.RequestAborted;
        using var request = Request(http, backend);
        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(request, ct);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return ct.IsCancellationRequested ? Forwarded.Done
                : e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } ? Forwarded.Unreached
                : Forwarded.BrokenBefore;
        }

        using (response)
            return await AnswerAsync(http, response, ct);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Our own authority signs for this machine only, so its signature counts, not the name: the Host passed on is the client's.</summary>
    private static SslClientAuthenticationOptions Trusting(string authority)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(authority);
        return new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                if (errors == SslPolicyErrors.None)
                    return true;
                if (certificate is not X509Certificate2 leaf)
                    return false;
                using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
                chain.ChainPolicy.CustomTrustStore.AddRange(roots);
                return chain.Build(leaf);
            },
        };
    }

    private static HttpRequestMessage Request(HttpContext http, Uri backend)
    {
        var from = http.Request;
        // Byte for byte the path that the client sent: an escaped slash in a name must stay escaped.
        string target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw && raw[0] == '/'
            ? raw : from.PathBase + from.Path + from.QueryString;
        var to = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(
            backend.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0 || (HttpProtocol.IsHttp2(from.Protocol) && CarriesBody(http)))
            to.Content = new StreamContent(from.Body);
        foreach (var (name, values) in from.Headers)
        {
            if (HopByHop.Contains(name) || name.StartsWith(':'))
                continue;
            if (!to.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                to.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        to.Headers.Host = from.Host.Value;
        to.Headers.TryAddWithoutValidation("X-Forwarded-For", http.Connection.RemoteIpAddress?.ToString());
        to.Headers.TryAddWithoutValidation("X-Forwarded-Proto", from.Scheme);
        to.Headers.TryAddWithoutValidation("X-Forwarded-Host", from.Host.Value);
        return to;
    }

    private static bool CarriesBody(HttpContext http) =>
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    private static async Task<Forwarded> AnswerAsync(HttpContext http, HttpResponseMessage from, CancellationToken ct)
    {
        var to = http.Response;
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!HopByHop.Contains(name))
                to.Headers[name] = values.ToArray();
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            await using var body = await from.Content.ReadAsStreamAsync(ct);
            // The head at once: a watch may have nothing to say for minutes.
            await to.StartAsync(ct);
            await to.Body.FlushAsync(ct);
            int read;
            while ((read = await body.ReadAsync(buffer, ct)) > 0)
            {
                await to.Body.WriteAsync(buffer.AsMemory(0, read), ct);
                await to.Body.FlushAsync(ct);
            }

            return Forwarded.Done;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return ct.IsCancellationRequested ? Forwarded.Done : Forwarded.BrokenWithin;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
