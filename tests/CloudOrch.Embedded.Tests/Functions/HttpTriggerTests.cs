using System.Net;
using System.Text;
using CloudOrch.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudOrch.Embedded.Tests.Functions;

public class HttpTriggerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_catch_all_route_gets_every_path_with_its_raw_body()
    {
        await using var app = await TestApp.StartAsync([typeof(Echo)]);
        byte[] body = [0x6b, 0x38, 0x73, 0x00, 0xff];

        using var content = new ByteArrayContent(body);
        using var answer = await app.Client.PatchAsync("clusters/c1/apis/apps/v1/namespaces/n/deployments/d?fieldManager=k", content);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("PATCH /clusters/c1/apis/apps/v1/namespaces/n/deployments/d?fieldManager=k", answer.Headers.GetValues("X-Seen").Single());
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_method_that_no_function_has_is_not_found()
    {
        await using var app = await TestApp.StartAsync([typeof(Echo)]);
        using var request = new HttpRequestMessage(HttpMethod.Options, "anything");
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_route_prefix_of_host_json_stands_before_a_route()
    {
        await using var app = await TestApp.StartAsync([typeof(Named)], settings: "AzureFunctionsJobHost:extensions:http:routePrefix=v9");
        Assert.Equal("hello web", await app.Client.GetStringAsync("v9/greet/web"));
        using var missing = await app.Client.GetAsync("greet/web");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task What_is_flushed_arrives_while_the_function_still_runs()
    {
        var gate = new Gate();
        await using var app = await TestApp.StartAsync([typeof(Stream)], b => b.Services.AddSingleton(gate));

        using var answer = await app.Client.GetAsync("watch", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("first", await reader.ReadLineAsync());
        Assert.False(gate.Ended.Task.IsCompleted);

        gate.Go.SetResult();
        Assert.Equal("second", await reader.ReadLineAsync());
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_the_invocation()
    {
        var gate = new Gate();
        await using var app = await TestApp.StartAsync([typeof(Stream)], b => b.Services.AddSingleton(gate));

        using (var answer = await app.Client.GetAsync("watch", HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.Equal("cancelled", await gate.Ended.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_stop_of_the_app_ends_a_stream_whole()
    {
        var gate = new Gate();
        await using var app = await TestApp.StartAsync([typeof(Stream)], b => b.Services.AddSingleton(gate));
        using var answer = await app.Client.GetAsync("watch", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("first", await reader.ReadLineAsync());

        await app.StopAsync();

        Assert.Null(await reader.ReadLineAsync());
        Assert.Equal("cancelled", await gate.Ended.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_short_request_ends_by_itself_when_the_app_stops_and_one_that_gives_up_is_no_success()
    {
        var gate = new Gate();
        var silent = new Gate();
        await using var app = await TestApp.StartAsync([typeof(Stream)], b => b.Services.AddSingleton(gate));
        await using var other = await TestApp.StartAsync([typeof(Silent)], b => b.Services.AddSingleton(silent));
        using var answer = await app.Client.GetAsync("watch", HttpCompletionOption.ResponseHeadersRead);
        var unanswered = other.Client.GetAsync("silent");
        await silent.Started.Task.WaitAsync(Deadline);

        var stop = Task.WhenAll(app.StopAsync(), other.StopAsync());
        gate.Go.SetResult();

        Assert.Equal("ended", await gate.Ended.Task.WaitAsync(Deadline));
        Assert.Equal("first\nsecond\n", await answer.Content.ReadAsStringAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => unanswered);
        await stop;
    }

    [Fact]
    public async Task A_request_longer_than_the_front_end_allows_is_cut()
    {
        var gate = new Gate();
        var clock = new ManualClock();
        await using var app = await TestApp.StartAsync(
            [typeof(Stream)], b => b.Services.AddSingleton(gate).AddSingleton<TimeProvider>(clock), settings: "EmbeddedHost:HttpFrontEndTimeout=00:03:50");
        using var answer = await app.Client.GetAsync("watch", HttpCompletionOption.ResponseHeadersRead);
        clock.Advance(TimeSpan.FromSeconds(229));
        Assert.False(gate.Ended.Task.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync().WaitAsync(Deadline));
        Assert.Equal("cancelled", await gate.Ended.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_function_that_throws_answers_an_empty_500()
    {
        await using var app = await TestApp.StartAsync([typeof(Throws)]);
        using var answer = await app.Client.GetAsync("throws");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_result_is_executed_and_a_scope_ends_with_its_invocation()
    {
        var log = new List<string>();
        await using var app = await TestApp.StartAsync([typeof(Scoped)], b =>
        {
            b.Services.AddSingleton(log);
            b.Services.AddScoped<Scoped.Resource>();
        });
        using var answer = await app.Client.GetAsync("scoped");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Eventually.Async(() => log.Count == 2, Deadline, "the scope ended");
        Assert.Equal(["used", "disposed"], log);
    }

    [Fact]
    public async Task Middleware_sees_the_request_and_may_answer_instead_of_the_function()
    {
        await using var app = await TestApp.StartAsync([typeof(Echo)], b => b.UseMiddleware<Doorman>());
        using var refused = await app.Client.GetAsync("secret");
        using var allowed = await app.Client.GetAsync("open");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("Echo", allowed.Headers.GetValues("X-Function").Single());
    }

    [Fact]
    public async Task A_function_without_a_binding_for_a_parameter_fails_with_the_parameters_name()
    {
        await using var app = await TestApp.StartAsync([typeof(Unbound)]);
        using var answer = await app.Client.GetAsync("unbound");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public async Task A_function_key_is_refused_at_the_start()
    {
        var e = await Assert.ThrowsAsync<NotSupportedException>(() => TestApp.StartAsync([typeof(Keyed)]));
        Assert.Contains("Keyed", e.Message, StringComparison.Ordinal);
    }

    internal sealed class Gate
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class Echo
    {
        [Function("Echo")]
        public async Task<IActionResult> Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", Route = "{*path}")] HttpRequest request, CancellationToken ct)
        {
            request.HttpContext.Response.Headers["X-Seen"] = $"{request.Method} {request.Path}{request.QueryString}";
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, ct);
            return new FileContentResult(body.ToArray(), "application/octet-stream");
        }
    }

    internal sealed class Named
    {
        [Function("Named")]
        public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "greet/{who}")] HttpRequest request, string who) =>
            new ContentResult { Content = $"hello {who}" };
    }

    internal sealed class Stream(Gate gate)
    {
        [Function("Stream")]
        public async Task Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "watch")] HttpRequest request, CancellationToken ct)
        {
            var response = request.HttpContext.Response;
            await response.WriteAsync("first\n", ct);
            await response.Body.FlushAsync(ct);
            try
            {
                await gate.Go.Task.WaitAsync(ct);
                await response.WriteAsync("second\n", ct);
                gate.Ended.SetResult("ended");
            }
            catch (OperationCanceledException)
            {
                gate.Ended.SetResult("cancelled");
            }
        }
    }

    internal sealed class Silent(Gate gate)
    {
        [Function("Silent")]
        public async Task Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "silent")] HttpRequest request, CancellationToken ct)
        {
            gate.Started.SetResult();
            await gate.Go.Task.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal sealed class Throws
    {
        [Function("Throws")]
        public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "throws")] HttpRequest request) =>
            throw new InvalidOperationException("on purpose");
    }

    internal sealed class Scoped(Scoped.Resource resource)
    {
        [Function("Scoped")]
        public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "scoped")] HttpRequest request, FunctionContext context)
        {
            resource.Use();
            return new AcceptedResult(context.FunctionDefinition.Name, null);
        }

        internal sealed class Resource(List<string> log) : IDisposable
        {
            public void Use() => log.Add("used");

            public void Dispose() => log.Add("disposed");
        }
    }

    internal sealed class Unbound
    {
        [Function("Unbound")]
        public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "unbound")] HttpRequest request, Encoding nothing) =>
            new OkResult();
    }

    internal sealed class Keyed
    {
        [Function("Keyed")]
        public IActionResult Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "keyed")] HttpRequest request) => new OkResult();
    }

    internal sealed class Doorman : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            var http = context.GetHttpContext()!;
            if (http.Request.Path == "/secret")
            {
                context.GetInvocationResult().Value = new UnauthorizedResult();
                return;
            }

            http.Response.Headers["X-Function"] = context.FunctionDefinition.Name;
            await next(context);
        }
    }
}
