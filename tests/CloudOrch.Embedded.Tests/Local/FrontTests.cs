using System.Net;
using System.Net.Sockets;
using CloudOrch.Local.Certificates;
using CloudOrch.Local.Commands;
using CloudOrch.Local.Front;
using CloudOrch.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.Embedded.Tests.Local;

public class FrontTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Requests_are_spread_and_keep_path_host_and_body()
    {
        await using var a = await Backend.StartAsync("a");
        await using var b = await Backend.StartAsync("b");
        await using var front = await Front.StartAsync(a.Url, b.Url);

        using var answer = await front.Client.PostAsync("echo/a%2Fb?q=%20x", new StringContent("body"));
        Assert.Equal($"POST /echo/a%2Fb?q=%20x {front.Client.BaseAddress!.Authority} body", await answer.Content.ReadAsStringAsync());

        for (int i = 0; i < 10; i++)
            using (await front.Client.GetAsync("echo/x")) { }
        Assert.True(a.Served > 0 && b.Served > 0, $"a {a.Served}, b {b.Served}");
    }

    [Fact]
    public async Task A_stream_passes_piece_by_piece_and_ends_with_its_client()
    {
        await using var a = await Backend.StartAsync("a");
        await using var front = await Front.StartAsync(a.Url);
        using (var answer = await front.Client.GetAsync("watch", HttpCompletionOption.ResponseHeadersRead))
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            Assert.Equal("first", await reader.ReadLineAsync());
            Assert.Equal(0, a.WatchesEnded);
        }

        await Eventually.Async(() => a.WatchesEnded == 1, Deadline, "the watch ended with its client");
    }

    [Fact]
    public async Task The_head_of_an_answer_passes_before_there_is_a_body()
    {
        await using var a = await Backend.StartAsync("a");
        await using var front = await Front.StartAsync(a.Url);
        using var answer = await front.Client.GetAsync("quiet", HttpCompletionOption.ResponseHeadersRead).WaitAsync(Deadline);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task A_dead_process_costs_no_request_and_gets_work_again_when_it_is_back()
    {
        await using var a = await Backend.StartAsync("a");
        var b = await Backend.StartAsync("b");
        await using var front = await Front.StartAsync(a.Url, b.Url);
        using (await front.Client.GetAsync("echo/warm")) { }
        using (await front.Client.GetAsync("echo/warm")) { }

        await b.DisposeAsync();
        for (int i = 0; i < 20; i++)
        {
            using var answer = await front.Client.PostAsync("echo/x", new StringContent("write"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await using var again = await Backend.StartAsync("b", b.Url.Port);
        await Eventually.Async(
            async () =>
            {
                using (await front.Client.GetAsync("echo/x")) { }
                return again.Served > 0;
            },
            Deadline,
            "the returned process serves");
    }

    [Fact]
    public async Task A_write_that_broke_off_is_not_done_twice_and_a_read_is_tried_elsewhere()
    {
        await using var bad = await Backend.StartAsync("bad", breaks: true);
        await using var good = await Backend.StartAsync("good");
        await using var front = await Front.StartAsync(bad.Url, good.Url);

        List<HttpStatusCode> writes = [];
        for (int i = 0; i < 4; i++)
        {
            using var answer = await front.Client.PostAsync("echo/x", new StringContent("write"));
            writes.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.BadGateway, writes);
        Assert.Equal(4, bad.Served + good.Served);
        Assert.Equal(writes.Count(s => s == HttpStatusCode.OK), good.Served);

        for (int i = 0; i < 6; i++)
        {
            using var answer = await front.Client.GetAsync("echo/x");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_request_waits_for_a_process_that_is_just_starting()
    {
        int port = FreePort();
        await using var front = await Front.StartAsync(new Uri($"http://127.0.0.1:{port}"));
        var pending = front.Client.GetAsync("echo/x");
        await Eventually.Async(() => !pending.IsCompleted, Deadline, "the request waits");
        await using var late = await Backend.StartAsync("late", port);
        using var answer = await pending;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Processes_with_a_certificate_of_the_fronts_own_authority_are_trusted_and_others_are_not()
    {
        string directory = Directory.CreateTempSubdirectory("front-test-").FullName;
        var own = new LocalAuthority(Path.Combine(directory, "own"), TimeProvider.System);
        var foreign = new LocalAuthority(Path.Combine(directory, "foreign"), TimeProvider.System);
        own.Ensure([], []);
        foreign.Ensure([], []);

        await using (var trusted = await Backend.StartAsync("own", authority: own))
        await using (var front = await Front.StartAsync(own.CertificatePath, trusted.Url))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "echo/x") { Headers = { Host = "api.example" } };
            using var answer = await front.Client.SendAsync(request);
            Assert.Equal("GET /echo/x api.example ", await answer.Content.ReadAsStringAsync());
        }

        await using (var stranger = await Backend.StartAsync("foreign", authority: foreign))
        await using (var front = await Front.StartAsync(own.CertificatePath, stranger.Url))
        {
            using var answer = await front.Client.GetAsync("echo/x");
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
            Assert.Equal(0, stranger.Served);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Front(WebApplication app) : IAsyncDisposable
    {
        public HttpClient Client { get; } = new() { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };

        public static Task<Front> StartAsync(params Uri[] backends) => StartAsync(null, backends);

        public static async Task<Front> StartAsync(string? authority, params Uri[] backends)
        {
            var app = LocalFront.Build(TlsServer.CreateBuilder(new Uri("http://127.0.0.1:0"), null, null), backends, authority);
            await app.StartAsync();
            return new Front(app);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await app.DisposeAsync();
        }
    }

    private sealed class Backend : IAsyncDisposable
    {
        private int _served;
        private int _ended;
        private WebApplication? _app;

        public Uri Url { get; private set; } = null!;

        public int Served => _served;

        public int WatchesEnded => _ended;

        public static async Task<Backend> StartAsync(string name, int port = 0, bool breaks = false, LocalAuthority? authority = null)
        {
            var backend = new Backend();
            var app = TlsServer.CreateBuilder(
                new Uri($"{(authority is null ? "http" : "https")}://127.0.0.1:{port}"), authority?.CertificatePath, authority?.KeyPath).Build();
            app.Map("/watch", backend.WatchAsync);
            app.Map("/quiet", QuietAsync);
            app.Map("/echo/{*path}", http => breaks ? backend.BreakAsync(http) : backend.EchoAsync(http));
            await app.StartAsync();
            backend._app = app;
            backend.Url = new Uri(app.Urls.First());
            return backend;
        }

        public async ValueTask DisposeAsync()
        {
            await _app!.DisposeAsync();
        }

        /// <summary>Answers with a head, and with nothing more until the client leaves.</summary>
        private static async Task QuietAsync(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task EchoAsync(HttpContext http)
        {
            Interlocked.Increment(ref _served);
            using var reader = new StreamReader(http.Request.Body);
            string target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            await http.Response.WriteAsync($"{http.Request.Method} {target} {http.Request.Host} {await reader.ReadToEndAsync()}");
        }

        private async Task BreakAsync(HttpContext http)
        {
            Interlocked.Increment(ref _served);
            await http.Request.Body.CopyToAsync(System.IO.Stream.Null);
            http.Abort();
        }

        private async Task WatchAsync(HttpContext http)
        {
            await http.Response.WriteAsync("first\n");
            await http.Response.Body.FlushAsync();
            var gone = new TaskCompletionSource();
            await using var registered = http.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            Interlocked.Increment(ref _ended);
        }
    }
}
