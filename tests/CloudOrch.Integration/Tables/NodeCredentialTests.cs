using System.Net;
using Azure;
using Azure.Data.Tables;
using CloudOrch.Agent.Connection;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;
using CloudOrch.Local.Commands;
using CloudOrch.Local.Gate;
using CloudOrch.Testing;
using CloudOrch.Testing.Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudOrch.Integration.Tables;

/// <summary>What a node may do with the tokens that it is given, through the gate.</summary>
public sealed class NodeCredentialTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Node = "0b1c", Other = "0b1d";
    private static readonly ClusterId s_cluster = new("cluster1");
    private readonly string _prefix = AzuriteFixture.UniqueTable("k");
    private WebApplication _gate = null!;
    private ServiceProvider _services = null!;
    private NodeCredentials _credentials = null!;

    public async ValueTask InitializeAsync()
    {
        AzuriteProcess process = await azurite.ProcessAsync();
        _gate = TableGate.Build(TlsServer.CreateBuilder(new Uri("http://127.0.0.1:0"), null, null),
            new Uri(process.Endpoint.GetLeftPart(UriPartial.Authority)), GateAccounts.Parse(null));
        await _gate.StartAsync();
        var settings = TablesSettings.From(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage"] = AzuriteProcess.ConnectionStringFor(new Uri($"{_gate.Urls.First()}/{AzuriteProcess.AccountName}")),
            ["Storage:TablePrefix"] = _prefix,
        }).Build());
        var services = new ServiceCollection();
        services.AddSingleton<IIdentityGenerator>(new SeededIdentities(9));
        services.AddSingleton(TimeProvider.System);
        services.AddServiceBus(new ServiceBusSettings(null, "bus.example", "bus.example", "nodes", "key"));
        services.AddTables(settings);
        _services = services.BuildServiceProvider();
        await _services.GetRequiredService<ControlPlaneTables>().EnsureCreatedAsync(default);
        _credentials = await _services.GetRequiredService<INodeCredentialIssuer>().IssueAsync(s_cluster, Node, 1_500, TimeProvider.System.GetUtcNow(), default);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _gate.DisposeAsync();
    }

    [Fact]
    public async Task A_node_writes_its_lease_and_status_and_reads_its_assignment()
    {
        Assert.Equal((s_cluster.Value, "node-" + Node, "bus.example", 1_500),
            (_credentials.PartitionKey, _credentials.QueueName, _credentials.ServiceBusHost, _credentials.LeaseIntervalMilliseconds));
        INodeRows rows = _services.GetRequiredService<INodeRows>();
        var lease = new TableEntity(s_cluster.Value, NodeRows.LeaseKey(Node)) { [NodeRows.BootId] = "b", [NodeRows.Seq] = 7L };
        // It renews what the control plane made, and makes nothing itself.
        await RefusedAsync(() => Table(_credentials.LeasesUrl).UpsertEntityAsync(lease));
        await RefusedAsync(() => Table(_credentials.LeasesUrl).AddEntityAsync(lease));
        await rows.OpenLeaseAsync(s_cluster, Node, default);
        await Table(_credentials.LeasesUrl).UpdateEntityAsync(lease, ETag.All, TableUpdateMode.Merge);
        Assert.Equal((Node, "b", 7L), (await rows.ListLeasesAsync(s_cluster, default)).Leases.Select(l => (l.NodeUid, l.BootId, l.StatusSeq)).Single());
        foreach (DocumentRow row in DocumentRows.Split(Node, "b/7", "{}"u8, [new(NodeRows.Seq, 7L), new(NodeRows.BootId, "b")]))
        {
            var entity = new TableEntity(s_cluster.Value, row.RowKey);
            foreach ((string name, object value) in row.Columns)
                entity[name] = value;
            await Table(_credentials.NodeStatusUrl).UpsertEntityAsync(entity, TableUpdateMode.Replace);
        }

        Assert.Equal(7, Assert.Single(await rows.ReadStatusAsync(s_cluster, [Node], default)).Seq);
        await rows.WriteAssignmentAsync(s_cluster, null, new AssignmentHead(Node, 1, new Revision(5), "h", null, 0, ""), "{}"u8.ToArray(), default);
        TableEntity assignment = await Table(_credentials.AssignmentsUrl).GetEntityAsync<TableEntity>(s_cluster.Value, Node);
        Assert.Equal(5, assignment.GetInt64(NodeRows.Revision));
        await RefusedAsync(() => Table(_credentials.AssignmentsUrl).UpsertEntityAsync(new TableEntity(s_cluster.Value, Node)));

        TableClient streams = Table(_credentials.StreamsUrl);
        await streams.UpsertEntityAsync(new TableEntity(s_cluster.Value, NodeRows.StreamKey(Node, "s", 0)) { [NodeRows.Data] = new byte[] { 1 } }, TableUpdateMode.Replace);
        IStreamRows read = _services.GetRequiredService<IStreamRows>();
        Assert.Equal([1], Assert.Single(await read.ReadAsync(s_cluster, Node, "s", 0, default)).Data.ToArray());
        await read.RenewReaderAsync(s_cluster, Node, "s", 1, default);
        Assert.Equal(1, (await streams.GetEntityAsync<TableEntity>(s_cluster.Value, NodeRows.StreamReaderKey(Node, "s"))).Value.GetInt64(NodeRows.ReadTo));
    }

    /// <summary>A request that nobody waits for any more may still be under way.</summary>
    [Fact]
    public async Task A_status_that_was_given_up_and_arrives_late_does_not_replace_a_later_one()
    {
        INodeRows rows = _services.GetRequiredService<INodeRows>();
        using var link = new SlowLink();
        using var http = new HttpClient(link, disposeHandler: false);
        var node = new NodeTables(Node, _credentials, http);
        await node.WriteStatusAsync(Status(1), default);
        link.HoldsNext = true;
        await Assert.ThrowsAnyAsync<Exception>(() => node.WriteStatusAsync(Status(2), default));
        await node.WriteStatusAsync(Status(3), default);
        Assert.Equal(HttpStatusCode.PreconditionFailed, await link.LetArriveAsync());
        Assert.Equal(3, Assert.Single(await rows.ReadStatusAsync(s_cluster, [Node], default)).Seq);

        // It arrives before the one that follows it: that one replaces it.
        link.HoldsNext = true;
        await Assert.ThrowsAnyAsync<Exception>(() => node.WriteStatusAsync(Status(8), default));
        Assert.Equal(HttpStatusCode.NoContent, await link.LetArriveAsync());
        await node.WriteStatusAsync(Status(9), default);
        Assert.Equal(9, Assert.Single(await rows.ReadStatusAsync(s_cluster, [Node], default)).Seq);

        // So it is with an agent that starts anew, and with a row that was removed.
        await new NodeTables(Node, _credentials, http).WriteStatusAsync(Status(10), default);
        await rows.DeleteNodeAsync(s_cluster, Node, default);
        await node.WriteStatusAsync(Status(11), default);
        Assert.Equal(11, Assert.Single(await rows.ReadStatusAsync(s_cluster, [Node], default)).Seq);
    }

    [Fact]
    public async Task A_nodes_tokens_open_nothing_of_another_node_cluster_or_table()
    {
        foreach (string url in new[] { _credentials.LeasesUrl, _credentials.NodeStatusUrl, _credentials.AssignmentsUrl, _credentials.StreamsUrl })
        {
            TableClient table = Table(url);
            foreach ((string partition, string row) in new[] { (s_cluster.Value, Other), (s_cluster.Value, Node + "0"), ("cluster2", Node), (s_cluster.Value, Other + "!000") })
            {
                await RefusedAsync(() => table.GetEntityAsync<TableEntity>(partition, row));
                await RefusedAsync(() => table.UpsertEntityAsync(new TableEntity(partition, row)));
                await RefusedAsync(() => table.DeleteEntityAsync(partition, row));
            }
        }

        string sas = new Uri(_credentials.LeasesUrl).Query.TrimStart('?');
        foreach (string table in new[] { "state", "directory", "events", "assignments" })
        {
            var client = new TableClient(new Uri($"{_gate.Urls.First()}/{AzuriteProcess.AccountName}/{_prefix}{table}"), new AzureSasCredential(sas));
            await RefusedAsync(() => client.GetEntityAsync<TableEntity>(s_cluster.Value, Node));
        }
    }

    private static NodeStatusDocument Status(long seq) => new() { NodeUid = Node, BootId = "b", Seq = seq, Pods = [] };

    /// <summary>Holds a request back as long as it likes, while whoever sent it gives up.</summary>
    private sealed class SlowLink() : DelegatingHandler(new SocketsHttpHandler())
    {
        private HttpRequestMessage? _held;

        public bool HoldsNext { get; set; }

        public async Task<HttpStatusCode> LetArriveAsync()
        {
            using HttpRequestMessage request = _held!;
            using HttpResponseMessage answer = await base.SendAsync(request, default);
            return answer.StatusCode;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!HoldsNext)
                return await base.SendAsync(request, cancellationToken);
            HoldsNext = false;
            _held = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(await request.Content!.ReadAsByteArrayAsync(cancellationToken)) };
            foreach ((string name, IEnumerable<string> values) in request.Headers)
                _held.Headers.TryAddWithoutValidation(name, values);
            foreach ((string name, IEnumerable<string> values) in request.Content.Headers)
                _held.Content.Headers.TryAddWithoutValidation(name, values);
            throw new HttpRequestException("no answer");
        }
    }

    private static TableClient Table(string url) => new(new Uri(url));

    private static async Task RefusedAsync(Func<Task> call) => Assert.Equal(403, (await Assert.ThrowsAnyAsync<RequestFailedException>(call)).Status);
}
