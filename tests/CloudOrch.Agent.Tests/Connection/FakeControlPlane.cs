using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Tests.Connection;

/// <summary>API and tables as one node meets them, in memory; its queue is never there. Each may be away.</summary>
internal sealed class FakeControlPlane : HttpMessageHandler
{
    public const string Cluster = "c1";

    private int _unanswered;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DocumentRow> _statusRows = [];
    private int _versions;
    private int _nodes = 1;

    public string NodeUid { get; private set; } = "node-1";

    /// <summary>The API knows the node.</summary>
    public bool Enrolled { get; set; } = true;

    public bool HasLeaseRow { get; set; } = true;

    public bool ApiAway { get; set; }

    public bool TablesAway { get; set; }

    /// <summary>Requests that met nobody.</summary>
    public int Missed { get; private set; }

    /// <summary>An enrolment with the join token makes a new node.</summary>
    public bool TokenIsGood { get; set; }

    public int Enrolments { get; private set; }

    public int Renewals { get; private set; }

    public int LeaseCalls { get; private set; }

    public NodeAssignment Assignment { get; set; } = new() { ClusterId = Cluster, NodeUid = "node-1", NodeName = "n1", PodCidr = "10.9.0.0/24", LeaseIntervalMilliseconds = 100 };

    /// <summary>Renewals of the lease get no answer, as on a link that was cut.</summary>
    public bool SwallowsRenewals { get; set; }

    /// <summary>Renewals that wait for their answer just now.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    public NodeStatusDocument? Status { get; private set; }

    /// <summary>What the node measured last.</summary>
    public NodeUsageDocument? Usage { get; private set; }

    public int UsageWrites { get; private set; }

    /// <summary>Rings for a report; they are heard, and no report is ever echoed.</summary>
    public int Rings { get; private set; }

    /// <summary>A status that was given up long ago arrives: it stands where a later one stood.</summary>
    public void Overwrite(NodeStatusDocument late)
    {
        lock (_gate)
        {
            Status = late;
            _versions++;
        }
    }

    public EnrollResponse Enrolment() => new()
    {
        ClusterId = Cluster,
        NodeUid = NodeUid,
        NodeName = "n1",
        PodCidr = $"10.9.{_nodes - 1}.0/24",
        Protocol = ProtocolVersion.Current,
        Credentials = Credentials(),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        if (SwallowsRenewals && request.RequestUri!.AbsolutePath.StartsWith("/leases(", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _unanswered);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _unanswered);
            }
        }

        lock (_gate)
        {
            bool api = request.RequestUri!.Host == "api.test";
            if (api ? ApiAway : TablesAway)
            {
                Missed++;
                throw new HttpRequestException("nobody answers");
            }

            return api ? Api(request.RequestUri.AbsolutePath) : Tables(request, Uri.UnescapeDataString(request.RequestUri.AbsolutePath), body);
        }
    }

    private HttpResponseMessage Api(string path)
    {
        switch (path)
        {
            case "/node/v1/enroll" when Enrolled:
                return Answer(HttpStatusCode.OK, KubeJson.Write(Enrolment()));
            case "/node/v1/enroll" when TokenIsGood:
                NodeUid = $"node-{++_nodes}";
                Assignment = Assignment with { NodeUid = NodeUid, Revision = Assignment.Revision + 1, ContentHash = NodeUid, Pods = [], PodCidr = Enrolment().PodCidr };
                (Enrolled, HasLeaseRow) = (true, true);
                Enrolments++;
                return Answer(HttpStatusCode.OK, KubeJson.Write(Enrolment()));
            case "/node/v1/enroll":
                Enrolments++;
                return Refusal("the join token is used up (1 of 1): create another one");
            case "/node/v1/credentials":
                Renewals++;
                return Enrolled ? Answer(HttpStatusCode.OK, KubeJson.Write(Credentials())) : Refusal("the node was deleted: enrol it again with a join token");
            default:
                Rings++;
                return Answer(HttpStatusCode.OK, []);
        }
    }

    private HttpResponseMessage Tables(HttpRequestMessage request, string path, byte[] body)
    {
        if (path.StartsWith("/leases(", StringComparison.Ordinal))
        {
            LeaseCalls++;
            return HasLeaseRow ? Answer(HttpStatusCode.NoContent, []) : Problem("ResourceNotFound");
        }

        if (path.StartsWith("/nodestatus", StringComparison.Ordinal))
            return StatusRow(request, path, body);

        var rows = DocumentRows.Split(NodeUid, "stamp", KubeJson.Write(Assignment), []).Select(r => new JsonObject(
        [
            new("PartitionKey", Cluster), new("RowKey", r.RowKey),
            .. r.Columns.Where(c => c.Value is byte[]).Select(c => new KeyValuePair<string, JsonNode?>(c.Key + "@odata.type", "Edm.Binary")),
            .. r.Columns.Select(c => new KeyValuePair<string, JsonNode?>(c.Key, c.Value is byte[] bytes ? Convert.ToBase64String(bytes) : JsonValue.Create(c.Value))),
        ]));
        return Answer(HttpStatusCode.OK, Encoding.UTF8.GetBytes(new JsonObject { ["value"] = new JsonArray([.. rows]) }.ToJsonString()));
    }

    /// <summary>One version for all rows of the status: whatever is written meanwhile, a write that knows an older one is refused.</summary>
    private HttpResponseMessage StatusRow(HttpRequestMessage request, string path, byte[] body)
    {
        if (request.Method == HttpMethod.Get)
        {
            string key = path.Split('\'')[3];
            return _statusRows.ContainsKey(key)
                ? Answer(HttpStatusCode.OK, Encoding.UTF8.GetBytes(new JsonObject { ["odata.etag"] = Version, ["PartitionKey"] = Cluster, ["RowKey"] = key }.ToJsonString()))
                : Problem("ResourceNotFound");
        }

        var row = JsonNode.Parse(body)!.AsObject();
        string rowKey = (string)row["RowKey"]!;
        if (request.Method == HttpMethod.Post && _statusRows.ContainsKey(rowKey))
            return Problem("EntityAlreadyExists", HttpStatusCode.Conflict);
        if (request.Headers.TryGetValues("If-Match", out var known) && known.Single() != Version)
            return Problem("UpdateConditionNotSatisfied", HttpStatusCode.PreconditionFailed);
        var columns = row.Where(c => !c.Key.Contains('@', StringComparison.Ordinal)).ToDictionary(c => c.Key, c => c.Key.Length == 3 && c.Key[0] == 'D'
            ? Convert.FromBase64String((string)c.Value!)
            : c.Key == "Parts" ? (int)c.Value! : (object)c.Value!.ToString());
        _statusRows[rowKey] = new DocumentRow(rowKey, columns);
        if (rowKey.StartsWith(NodeRows.UsageKey(NodeUid), StringComparison.Ordinal))
        {
            Usage = KubeJson.Read<NodeUsageDocument>(DocumentRows.Join(NodeRows.UsageKey(NodeUid), _statusRows.Values)!);
            UsageWrites++;
        }
        else
        {
            _versions++;
            if (DocumentRows.Join(NodeUid, _statusRows.Values) is { } json)
                Status = KubeJson.Read<NodeStatusDocument>(json);
        }

        var answer = Answer(HttpStatusCode.NoContent, []);
        answer.Headers.TryAddWithoutValidation("ETag", Version);
        return answer;
    }

    private string Version => $"W/\"{_versions}\"";

    private static NodeCredentials Credentials() => new()
    {
        ExpiresAt = TimeProvider.System.GetUtcNow().AddDays(1),
        LeasesUrl = "https://tables.test/leases?sig=1",
        NodeStatusUrl = "https://tables.test/nodestatus?sig=1",
        AssignmentsUrl = "https://tables.test/assignments?sig=1",
        StreamsUrl = "https://tables.test/streams?sig=1",
        PartitionKey = Cluster,
        ServiceBusHost = "127.0.0.1:1",
        QueueName = "node",
        QueueToken = "SharedAccessSignature none",
        LeaseIntervalMilliseconds = 100,
    };

    private static HttpResponseMessage Refusal(string words) =>
        Answer(HttpStatusCode.Unauthorized, KubeJson.Write(new Status { Message = words, Code = 401 }));

    private static HttpResponseMessage Problem(string code, HttpStatusCode status = HttpStatusCode.NotFound) => Answer(
        status, Encoding.UTF8.GetBytes(new JsonObject
        {
            ["odata.error"] = new JsonObject { ["code"] = code, ["message"] = new JsonObject { ["lang"] = "en-US", ["value"] = "The specified resource does not exist." } },
        }.ToJsonString()));

    private static HttpResponseMessage Answer(HttpStatusCode code, byte[] body)
    {
        var answer = new HttpResponseMessage(code) { Content = new ByteArrayContent(body) };
        answer.Content.Headers.ContentType = new("application/json");
        answer.Headers.Date = TimeProvider.System.GetUtcNow();
        return answer;
    }
}
