using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace CloudOrch.Testing.Azure;

/// <summary>Stands between a client and a table service, and loses, tears, delays or refuses what <see cref="Decide"/> says.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly HashSet<string> s_hopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Host", "Content-Length",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
    private readonly Uri _backend;
    private readonly WebApplication _app;
    private int _requests;

    private FaultProxy(Uri backend)
    {
        _backend = backend;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Asked for every request, from several threads; null passes the request on untouched.</summary>
    public Func<ProxiedRequest, Fault?> Decide { get; set; } = _ => null;

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The account's address through this proxy.</summary>
    public Uri Endpoint { get; private set; } = null!;

    public static async Task<FaultProxy> StartAsync(Uri backend)
    {
        var proxy = new FaultProxy(backend);
        await proxy._app.StartAsync();
        string address = proxy._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        proxy.Endpoint = new Uri(new Uri(address), backend.AbsolutePath);
        return proxy;
    }

    /// <summary>Does <paramref name="fault"/> to the next request that <paramref name="matches"/>, once.</summary>
    public void Once(Func<ProxiedRequest, bool> matches, Fault fault) => Times(1, matches, fault);

    /// <summary>Does <paramref name="fault"/> to the next <paramref name="count"/> requests that match.</summary>
    public void Times(int count, Func<ProxiedRequest, bool> matches, Fault fault)
    {
        int left = count;
        Decide = request => matches(request) && Interlocked.Decrement(ref left) >= 0 ? fault : null;
    }

    public void Heal() => Decide = _ => null;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        string target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new ProxiedRequest(Interlocked.Increment(ref _requests), http.Request.Method, target, body.ToArray());
        Fault? fault = Decide(request);
        switch (fault)
        {
            case Fault.DropRequest:
                http.Abort();
                return;
            case Fault.Refuse refuse:
                await AnswerAsync(http, refuse.Status, refuse.Code);
                return;
            case Fault.Delay delay:
                await Task.Delay(delay.By, TimeProvider.System, http.RequestAborted);
                break;
        }

        // Not the caller's token: a caller who goes away does not undo what the service does.
        using HttpResponseMessage response = await _client.SendAsync(Forward(http, request), CancellationToken.None);
        byte[] content = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        switch (fault)
        {
            case Fault.DropAnswer:
                http.Abort();
                return;
            case Fault.AnswerInstead instead:
                await AnswerAsync(http, instead.Status, instead.Code);
                return;
        }

        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!s_hopByHop.Contains(name))
                http.Response.Headers[name] = values.ToArray();
        }

        if (fault is Fault.Shorten shorten)
            content = content[..Math.Min(shorten.ToBytes, content.Length)];
        if (content.Length > 0 || response.StatusCode != HttpStatusCode.NoContent)
            http.Response.ContentLength = content.Length;
        if (fault is Fault.Tear tear)
        {
            await http.Response.Body.WriteAsync(content.AsMemory(0, Math.Min(tear.AfterBytes, content.Length)));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        await http.Response.Body.WriteAsync(content);
    }

    private HttpRequestMessage Forward(HttpContext http, ProxiedRequest request)
    {
        var to = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(
            _backend.GetLeftPart(UriPartial.Authority) + request.PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (request.Body.Length > 0)
            to.Content = new ReadOnlyMemoryContent(request.Body);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in http.Request.Headers)
        {
            if (!s_hopByHop.Contains(name) && !to.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                to.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return to;
    }

    private static Task AnswerAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json;odata=minimalmetadata";
        http.Response.Headers["x-ms-error-code"] = code;
        return http.Response.WriteAsJsonAsync(new Dictionary<string, object>
        {
            ["odata.error"] = new { code, message = new { lang = "en-US", value = "A fault of the test." } },
        });
    }
}
