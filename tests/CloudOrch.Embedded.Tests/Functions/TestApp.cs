using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace CloudOrch.Embedded.Tests.Functions;

/// <summary>A functions app of the given classes on a free port, in this process, with a state directory that ends with it.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly string? _ownState;

    private TestApp(WebApplication host, string? ownState)
    {
        _host = host;
        _ownState = ownState;
        Client = new HttpClient { BaseAddress = new Uri(host.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _host.Services;

    public Uri Address => Client.BaseAddress!;

    public static async Task<TestApp> StartAsync(
        Type[] functions, Action<FunctionsApplicationBuilder>? configure = null, string? state = null, params string[] settings)
    {
        string? own = state is null ? Directory.CreateTempSubdirectory("functions-test-").FullName : null;
        var builder = FunctionsApplication.CreateBuilder(
        [
            "--urls=http://127.0.0.1:0", $"--EmbeddedHost:StateDirectory={state ?? own}", "--AzureFunctionsJobHost:extensions:http:routePrefix=",
            .. settings.Select(s => "--" + s),
        ]);
        builder.FunctionTypes = functions;
        builder.ConfigureFunctionsWebApplication();
        configure?.Invoke(builder);
        var host = (WebApplication)builder.Build();
        await ((IHost)host).StartAsync(CancellationToken.None);
        return new TestApp(host, own);
    }

    public Task StopAsync() => ((IHost)_host).StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
        await _host.DisposeAsync();
        if (_ownState is not null)
            Directory.Delete(_ownState, recursive: true);
    }
}
