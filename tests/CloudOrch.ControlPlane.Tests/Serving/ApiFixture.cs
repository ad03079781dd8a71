using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving;
using CloudOrch.ControlPlane.Tests.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Memory;
using CloudOrch.Testing.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>The API on Kestrel over the in-memory seams, with cluster <c>c1</c> of tenant <c>t1</c>. Callers are named by a header that stands for a checked token.</summary>
public sealed class ApiFixture : IAsyncDisposable
{
    public const string Tenant = "t1";
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly WebApplication app;

    private ApiFixture(WebApplication app, HttpClient client, FaultyStore store)
    {
        (this.app, Client, Store) = (app, client, store);
    }

    public HttpClient Client { get; }

    internal FaultyStore Store { get; }

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <param name="beside">Another process of the same control plane: it has the same storage and queues, and caches of its own.</param>
    public static async Task<ApiFixture> StartAsync(ControlPlaneOptions? options = null, ApiFixture? beside = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var store = beside?.Store ?? new FaultyStore();
        builder.Services.AddSingleton<IResourceStore>(store).AddSingleton<IDirectory, MemoryDirectory>().AddSingleton<IDueTable, MemoryDueTable>()
            .AddSingleton<MemoryNodeRows>().AddSingleton<INodeRows>(s => s.GetRequiredService<MemoryNodeRows>())
            .AddSingleton<MemoryStreamRows>().AddSingleton<IStreamRows>(s => s.GetRequiredService<MemoryStreamRows>())
            .AddSingleton<IEventStore, MemoryEventStore>()
            .AddSingleton<MemoryWorkQueue>().AddSingleton<IWorkQueue>(s => s.GetRequiredService<MemoryWorkQueue>())
            .AddSingleton<MemoryDecisionSender>().AddSingleton<IDecisionSender>(s => s.GetRequiredService<MemoryDecisionSender>())
            .AddSingleton<IIdentityGenerator>(new SeededIdentities(1)).AddSingleton<INodeCredentialIssuer, Issuer>();
        if (beside is not null)
        {
            foreach (var seam in new[] { typeof(IDirectory), typeof(IDueTable), typeof(INodeRows), typeof(IStreamRows), typeof(IEventStore), typeof(IWorkQueue), typeof(IDecisionSender), typeof(IIdentityGenerator) })
                builder.Services.AddSingleton(seam, beside.app.Services.GetRequiredService(seam));
        }
        builder.Services.AddControlPlane(options);
        var app = builder.Build();
        var server = app.Services.GetRequiredService<ApiServer>();
        app.Run(http =>
        {
            if (http.Request.Headers.TryGetValue("X-Caller", out var caller))
                http.User = Principal(caller.ToString());
            return server.HandleAsync(http, CancellationToken.None);
        });
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var fixture = new ApiFixture(app, new HttpClient { BaseAddress = new(address), Timeout = Deadline }, store);
        if (beside is null)
        {
            var made = await fixture.SendAsync("POST", "/apis/management.cloudorch.io/v1/clusters", """{"metadata":{"name":"c1"}}""", Caller("owner", "Clusters.Create"));
            Assert.Equal(HttpStatusCode.Created, made.Code);
        }
        return fixture;
    }

    public ClusterId ClusterId => new(SendAsync("GET", "/apis/management.cloudorch.io/v1/clusters/c1", caller: Admin).GetAwaiter().GetResult().Json.GetProperty("metadata").GetProperty("uid").GetString()!);

    public static string Caller(string oid, string roles = "", string tenant = Tenant) => $"{tenant}|{oid}|{roles}";

    public static readonly string Admin = Caller("root", "cluster-admin");

    public async Task<Reply> SendAsync(string method, string path, string? body = null, string? caller = null, string? contentType = "application/json",
        string? accept = null, byte[]? bytes = null, string? bearer = null)
    {
        using var request = NewRequest(method, path, caller);
        if (body is not null || bytes is not null)
        {
            request.Content = new ByteArrayContent(bytes ?? Encoding.UTF8.GetBytes(body!));
            if (contentType is not null)
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (bearer is not null)
            request.Headers.Authorization = new("Bearer", bearer);
        using var response = await Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text, response.Headers.TryGetValues("Warning", out var warnings) ? [.. warnings] : [],
            response.Headers.RetryAfter?.ToString(), response.Content.Headers.ContentType?.ToString());
    }

    public HttpRequestMessage NewRequest(string method, string path, string? caller = null)
    {
        var request = new HttpRequestMessage(new(method), path);
        if (caller is not "")
            request.Headers.Add("X-Caller", caller ?? Admin);
        return request;
    }

    /// <summary>The lines of a watch, one by one.</summary>
    public async Task<WatchLines> WatchAsync(string path, string? accept = null)
    {
        var request = NewRequest("GET", path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private static ClaimsPrincipal Principal(string caller)
    {
        string[] parts = caller.Split('|');
        return new(new ClaimsIdentity(
        [
            new("tid", parts[0]), new("oid", parts[1]), new("preferred_username", $"{parts[1]}@example.com"),
            .. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => new Claim("roles", r)),
        ], "test"));
    }

    private sealed class Issuer : INodeCredentialIssuer
    {
        public Task<NodeCredentials> IssueAsync(ClusterId cluster, string nodeUid, int leaseIntervalMilliseconds, DateTimeOffset now, CancellationToken cancellation) =>
            Task.FromResult(new NodeCredentials
            {
                ExpiresAt = now.AddHours(24), PartitionKey = cluster.Value, QueueName = $"node-{nodeUid}", LeaseIntervalMilliseconds = leaseIntervalMilliseconds,
            });
    }
}

public sealed record Reply(HttpStatusCode Code, string Text, string[] Warnings, string? RetryAfter, string? ContentType)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Reason => Json.GetProperty("reason").GetString()!;

    public string Message => Json.GetProperty("message").GetString()!;

    /// <summary>A value by its path: <c>metadata.name</c>, <c>items.0.metadata.name</c>; null when absent.</summary>
    public string? At(string path) => At(Json, path);

    public static string? At(JsonElement at, string path)
    {
        foreach (string part in path.Split('.'))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(part, out int index))
            {
                if (index >= at.GetArrayLength())
                    return null;
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                return null;
            }
        }
        return at.ValueKind == JsonValueKind.String ? at.GetString() : at.GetRawText();
    }
}

public sealed class WatchLines(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    /// <summary>null at the clean end.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(ApiFixture.Deadline);
        string? line = await reader.ReadLineAsync(deadline.Token);
        return line is null ? null : JsonDocument.Parse(line).RootElement;
    }

    /// <summary><c>ADDED web</c></summary>
    public async Task<string?> NextNameAsync() =>
        await NextAsync() is { } e ? $"{e.GetProperty("type").GetString()} {Reply.At(e, "object.metadata.name")}" : null;

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
