using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace CloudOrch.Local.Commands;

/// <summary>A Kestrel on one address; https when a certificate is given.</summary>
public static class TlsServer
{
    /// <summary>A builder that listens on <paramref name="listen"/> (port 0 takes a free one) and logs warnings to the console.</summary>
    /// <param name="listen">http or https, with an IP address or «localhost» (loopback, IPv4) as its host.</param>
    /// <param name="certificate">Path of a PEM certificate chain; needed for https.</param>
    /// <param name="key">Path of its PEM private key.</param>
    /// <param name="limits">Further settings of the server.</param>
    public static WebApplicationBuilder CreateBuilder(
        Uri listen, string? certificate, string? key, Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>? limits = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(o => { o.SingleLine = true; o.TimestampFormat = "HH:mm:ss.fff "; }).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 100 * 1024 * 1024;
            options.Limits.MinResponseDataRate = null;   // a watch that nobody reads for a while is no attack
            limits?.Invoke(options);
            var address = listen.Host == "localhost" ? IPAddress.Loopback
                : IPAddress.TryParse(listen.Host, out var ip) ? ip
                : throw new UsageException($"--listen needs an IP address or localhost: {listen}");
            options.Listen(address, listen.Port, endpoint =>
            {
                if (listen.Scheme == Uri.UriSchemeHttps)
                    endpoint.UseHttps(Load(certificate, key));
            });
        });
        return builder;
    }

    /// <summary>Starts, prints where it listens as one line on standard output, and runs until cancelled.</summary>
    public static async Task<int> RunAsync(WebApplication app, string name, CancellationToken ct)
    {
        await app.StartAsync(ct);
        Console.WriteLine($"{name} listens on {string.Join(' ', app.Urls)}");
        var tally = Tally.WriteAsync(name, ct);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
        }
        catch (OperationCanceledException)
        {
            // The signal that ends the command.
        }

        await tally;

        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
        await app.StopAsync(grace.Token);
        return 0;
    }

    private static X509Certificate2 Load(string? certificate, string? key) =>
        certificate is not null && key is not null
            ? X509Certificate2.CreateFromPemFile(certificate, key)
            : throw new UsageException("https needs --certificate and --key");
}
