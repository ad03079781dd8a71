using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Front;

/// <summary>One address in front of several functions processes, as Azure's front end is: it spreads requests and goes around the dead.</summary>
/// <remarks>
/// A request goes to another process only while nothing of it can have been acted upon: when the connection could not be made, or when it is a read
/// without a body and no part of an answer has come. A broken write is a 502: whether it was done is for the client to find out.
/// </remarks>
public sealed class LocalFront(Backends backends, Forwarder forwarder, TimeProvider clock)
{
    /// <summary>How long a request waits when no process lives (all restarting), before it is a 503.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A read is tried at most this often after it broke off, so that a request that kills processes ends.</summary>
    private const int ReadAttempts = 3;

    public static WebApplication Build(WebApplicationBuilder builder, IReadOnlyList<Uri> urls, string? authority = null)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new Backends(urls, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(_ => new Forwarder(authority));
        builder.Services.AddSingleton<LocalFront>();
        builder.Services.AddHostedService<BackendProbe>();
        var app = builder.Build();
        app.Run(app.Services.GetRequiredService<LocalFront>().ForwardAsync);
        return app;
    }

    private async Task ForwardAsync(HttpContext http)
    {
        long start = clock.GetTimestamp();
        int broken = 0;
        while (true)
        {
            foreach (var backend in backends.InTurn())
            {
                switch (await forwarder.SendAsync(http, backend))
                {
                    case Forwarded.Done:
                        return;
                    case Forwarded.Unreached:
                        backends.MarkDead(backend);
                        continue;
                    case Forwarded.BrokenBefore when IsRead(http.Request) && ++broken < ReadAttempts:
                        continue;
                    case Forwarded.BrokenBefore:
                        await RefuseAsync(http, StatusCodes.Status502BadGateway, "the functions process broke off the request");
                        return;
                    default:
                        http.Abort();   // a cut-off answer must not look complete
                        return;
                }
            }

            var left = Patience - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !await backends.WaitForOneAsync(left, http.RequestAborted))
            {
                http.Response.Headers.RetryAfter = "1";
                await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "no functions process takes connections");
                return;
            }
        }
    }

    private static bool IsRead(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && (request.ContentLength ?? 0) == 0;

    private static Task RefuseAsync(HttpContext http, int status, string why)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(why + "\n", http.RequestAborted);
    }

    private sealed class BackendProbe(Backends backends) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => backends.ProbeAsync(stoppingToken);
    }
}

/// <summary><c>front</c>: runs the front until stopped.</summary>
public static class FrontCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        Uri[] urls = [.. arguments.List("backend").Select(b => Arguments.ToUrl("backend", b))];
        if (urls.Length == 0)
            throw new UsageException("--backend is missing");
        var builder = TlsServer.CreateBuilder(arguments.Url("listen"), arguments.Optional("certificate"), arguments.Optional("key"));
        await using var app = LocalFront.Build(builder, urls, arguments.Optional("certificate"));
        return await TlsServer.RunAsync(app, "front", ct);
    }
}
