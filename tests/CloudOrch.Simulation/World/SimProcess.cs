using System.Security.Claims;
using System.Text;
using System.Text.Json;
using CloudOrch.ControlPlane;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Simulation.World;

/// <summary>One functions process: the API, the brain and Tick as they are deployed, over seams that fail. It remembers what a process remembers and forgets it when it dies.</summary>
internal sealed class SimProcess : IDisposable
{
    public const string Tenant = "t1";

    private static readonly ClaimsPrincipal Admin = new(new ClaimsIdentity(
        [new("tid", Tenant), new("oid", "root"), new("preferred_username", "root@example.com"), new("roles", "cluster-admin"), new("roles", "Clusters.Create")], "test"));

    private readonly ServiceProvider services;
    private readonly ProcessFaults faults;
    private readonly Func<ClusterId> cluster;
    private readonly SimClock clock;
    private readonly Action<ClusterId, Doing> passEnded;
    private readonly List<DateTimeOffset> leaseReadings = [];

    public SimProcess(string name, SimWorld world)
    {
        Name = name;
        cluster = () => world.Cluster;
        (clock, passEnded) = (world.Clock, (of, pass) => world.LawsOf(of)?.PassEnded(pass));
        faults = new(name, world.Chance, () => world.Rates, world.Interfere, world.Compact, world.Committed, world.Turns, world.Trace);
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(world.Clock);
        collection.AddSingleton<IResourceStore>(new FaultyStore(world.Store, faults));
        collection.AddSingleton<INodeRows>(new FaultyNodeRows(world.Rows, faults, world.Lives, world.Assigned, LeasesWereRead));
        collection.AddSingleton<IDueTable>(new FaultyDueTable(world.Due, faults));
        collection.AddSingleton<IEventStore>(new FaultyEvents(world.Events, faults));
        collection.AddSingleton<IWorkQueue>(new UnreliableQueue(world.Queue, faults, world.Chance, () => world.Rates, world.Clock));
        collection.AddSingleton<IDecisionSender>(new UnreliableSender(world.Sender, faults, world.Chance, () => world.Rates));
        collection.AddSingleton<IDirectory>(world.Directory);
        collection.AddSingleton<IStreamRows>(world.Streams);
        collection.AddSingleton<IIdentityGenerator>(world.Identities);
        collection.AddSingleton<INodeCredentialIssuer>(new Issuer());
        collection.AddSingleton(world.Trace);
        collection.AddSingleton(typeof(ILogger<>), typeof(TraceLogger<>));
        // One after the other, so that a seed replays exactly.
        collection.AddSingleton(new BrainOptions { ParallelDispatch = 1, ParallelTick = 1, ChangesPerChain = world.ChangesPerChain, KeptRevisions = world.KeptRevisions });
        collection.AddControlPlane(new() { Cache = new() { RingEvents = world.RingEvents } });
        collection.AddBrain();
        services = collection.BuildServiceProvider();
    }

    public string Name { get; }

    public bool Dead => faults.Dead;

    /// <summary>When its passes read the leases, for as long as they may use them.</summary>
    public IReadOnlyList<DateTimeOffset> LeaseReadings => leaseReadings;

    public static TimeSpan LeasesHoldFor { get; } = new BrainOptions().LeasesHoldFor;

    public async Task HandleAsync(Doorbell doorbell)
    {
        var pass = Doing.Now = new(this, isPass: true, clock.Now);
        await services.GetRequiredService<BrainHost>().HandleAsync(doorbell, CancellationToken.None);
        passEnded(doorbell.Cluster, pass);
    }

    public async Task TickAsync(DateTimeOffset now)
    {
        Doing.Now = new(this, isPass: false, clock.Now);
        await services.GetRequiredService<TickHost>().RunAsync(now, CancellationToken.None);
    }

    public async Task<EnrolOutcome> EnrolAsync(EnrollRequest request)
    {
        Doing.Now = new(this, isPass: false, clock.Now);
        return await services.GetRequiredService<Enrolment>().EnrolAsync(request, null, CancellationToken.None);
    }

    public Task<ClusterSnapshot> SnapshotAsync(ClusterId cluster) => services.GetRequiredService<ClusterCaches>().Of(cluster).CatchUpAsync(CancellationToken.None);

    /// <summary>One request, through all that an HTTP request goes through after the server has read its head.</summary>
    public async Task<Reply> CallAsync(string method, string path, string? body = null, string contentType = "application/json")
    {
        Doing.Now = new(this, isPass: false, clock.Now);
        faults.Check();
        if (method == "GET" && path.StartsWith("/clusters/", StringComparison.Ordinal))
            await WarmUpAsync();
        var http = new DefaultHttpContext { RequestServices = services, User = Admin };
        int query = path.IndexOf('?', StringComparison.Ordinal);
        http.Request.Method = method;
        http.Request.Path = query < 0 ? path : path[..query];
        http.Request.QueryString = query < 0 ? default : new(path[query..]);
        http.Request.Scheme = "https";
        http.Request.Host = new("localhost");
        if (body is not null)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(body);
            http.Request.ContentType = contentType;
            http.Request.ContentLength = bytes.Length;
            http.Request.Body = new MemoryStream(bytes);
        }

        using var answer = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        await services.GetRequiredService<ApiServer>().HandleAsync(http, CancellationToken.None);
        await http.Response.CompleteAsync();
        faults.Check();
        return new(http.Response.StatusCode, answer.ToArray());
    }

    /// <summary>A cold process answers from the store while its cache loads beside it: two things at once would not replay.</summary>
    private async Task WarmUpAsync()
    {
        var caches = services.GetRequiredService<ClusterCaches>();
        while (caches.Loaded(cluster()) is null)
        {
            try
            {
                await SnapshotAsync(cluster());
            }
            catch (StoreUnavailableException)
            {
                // Throttled; again.
            }
            catch (ClusterGoneException)
            {
                return;
            }
        }
    }

    /// <summary>The process may die between two things that it does.</summary>
    public void MayDie(string when, double probability, Chance chance)
    {
        if (chance.Hits($"process {Name} death", probability))
            faults.Die(when);
    }

    public void Dispose() => services.Dispose();

    private void LeasesWereRead()
    {
        if (Doing.Now is not { IsPass: true } doing || doing.Process != this)
            return;
        leaseReadings.RemoveAll(at => clock.Now - at > TimeSpan.FromMinutes(5));
        leaseReadings.Add(clock.Now);
    }

    private sealed class Issuer : INodeCredentialIssuer
    {
        public Task<NodeCredentials> IssueAsync(ClusterId cluster, string nodeUid, int leaseIntervalMilliseconds, DateTimeOffset now, CancellationToken cancellation) =>
            Task.FromResult(new NodeCredentials { ExpiresAt = now.AddHours(24), PartitionKey = cluster.Value, QueueName = $"node-{nodeUid}", LeaseIntervalMilliseconds = leaseIntervalMilliseconds });
    }
}

internal sealed record Reply(int Code, byte[] Body)
{
    public bool Succeeded => Code is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Version => Json.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("resourceVersion", out var version) ? version.GetString() : null;
}
