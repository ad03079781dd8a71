using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Kinds;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>Requests that were right, spoilt at random: never a 500, never a hang, never a change after an error.</summary>
/// <remarks>FUZZ_FIRST and FUZZ_SEEDS choose other seeds; a failure names its seed, which makes the same request again.</remarks>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int Usual = 4_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] OddTexts =
    [
        "", " ", "null", "true", "-1", "0", "1e999", "99999999999999999999", "0x10", "1Gi", "..", "../../..", "%00", "%2F", "%", "a%ZZ", "*", "a=b", "a==b,c!=d", "a in (b", "!,,", "metadata.name=",
        "nothing=1", "\u0000", "\uffff", "ä", "🙂", "\"", "'", "{", "}", "[]", "{{.kind}}", "\r\n", "application/json", "application/yaml", "text/plain;charset=x", "a/b;;;", ";", "2030-01-01T00:00:00Z",
        "Foreground", "All", "Strict", "Exact", "NotOlderThan", "kubectl", "WyJ2MSIsIjEiLCIiLCIiXQ", "////",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/vnd.kubernetes.protobuf", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/json-patch+json",
        "application/apply-patch+yaml", "application/yaml",
    ];

    private static readonly string[] Parameters =
    [
        "labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch", "watch", "timeoutSeconds", "sendInitialEvents", "allowWatchBookmarks", "dryRun",
        "fieldManager", "fieldValidation", "force", "propagationPolicy", "gracePeriodSeconds", "pretty", "follow", "tailLines", "sinceSeconds", "container", "previous",
    ];

    private ApiFixture api = null!;

    public async ValueTask InitializeAsync()
    {
        api = await ApiFixture.StartAsync(new() { Serving = new() { MaxBodyBytes = 1 << 20, TokenKeys = TokenKey.ReadAll(Convert.ToBase64String(new byte[32])) } });
        await api.SendAsync("POST", Maps, Map("kept"));
        await api.SendAsync("POST", Pods, Pod("kept"));
        await api.SendAsync("POST", Deployments, Deployment("kept"));
        await api.SendAsync("POST", "/clusters/c1/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"kept"}}""");
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task Spoilt_requests_are_refused_without_a_trace()
    {
        int first = Number("FUZZ_FIRST") ?? 1, seeds = Number("FUZZ_SEEDS") ?? Usual;
        var answers = new SortedDictionary<int, int>();
        var cluster = api.ClusterId;
        for (int seed = first; seed < first + seeds; seed++)
        {
            var random = new Random(seed);
            var before = (await api.Store.ReadHeadAsync(cluster, default))!.Revision;
            using var request = Spoilt(random, out string shown);
            int code;
            string body;
            try
            {
                using var deadline = new CancellationTokenSource(Patience);
                using var response = await api.Client.SendAsync(request, deadline.Token);
                (code, body) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync(deadline.Token));
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"seed {seed}: no answer within {Patience.TotalSeconds} s: {shown}");
            }

            answers[code] = answers.GetValueOrDefault(code) + 1;
            // 504 is Kubernetes' answer to a resourceVersion from the future.
            Assert.True(code is < 500 or 504, $"seed {seed}: {code}: {shown}\n{body}");
            if (code >= 400 && body.Length > 0)
                Assert.Equal("Status", JsonDocument.Parse(body).RootElement.GetProperty("kind").GetString());
            var after = (await api.Store.ReadHeadAsync(cluster, default))!.Revision;
            Assert.True(code < 400 || after == before, $"seed {seed}: {code}, and yet something changed: {shown}\n{body}");
            Assert.True(request.Method != HttpMethod.Get || after == before, $"seed {seed}: reading changed something: {shown}");
        }

        // Spoilt so little that some still pass, and so much that most do not.
        Assert.InRange(answers.Where(a => a.Key < 400).Sum(a => a.Value), seeds / 100, seeds);
        Assert.InRange(answers.Where(a => a.Key >= 400).Sum(a => a.Value), seeds / 4, seeds);
    }

    /// <summary>What the client lets through in a header.</summary>
    private static string Sendable(string text) => string.Concat(text.Where(c => c is >= ' ' and <= '~'));

    private HttpRequestMessage Spoilt(Random random, out string shown)
    {
        var (method, path, type, body) = Right(random);
        string query = "";
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            switch (random.Next(6))
            {
                case 0:
                    path = SpoilPath(random, path);
                    break;
                case 1:
                    query += $"{(query.Length == 0 ? "?" : "&")}{Pick(random, Parameters)}={Uri.EscapeDataString(Pick(random, OddTexts))}";
                    break;
                case 2:
                    type = random.Next(3) == 0 ? Pick(random, OddTexts) : Pick(random, ContentTypes);
                    break;
                case 3:
                    method = Pick(random, ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]);
                    break;
                default:
                    body = type == ContentTypes[1] || random.Next(3) == 0 ? SpoilBytes(random, body) : SpoilJson(random, body);
                    break;
            }
        }

        // A watch ends by itself, since nobody leaves it here.
        if (path.Contains("/watch/", StringComparison.Ordinal) || query.Contains("watch", StringComparison.Ordinal) || query.Contains("follow", StringComparison.Ordinal))
            query += "&timeoutSeconds=1";
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{api.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}{path}{query}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Add("X-Caller", ApiFixture.Admin);
        if (random.Next(5) == 0)
            request.Headers.TryAddWithoutValidation("Accept", Sendable(Pick(random, OddTexts)));
        if (method is not ("GET" or "HEAD"))
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", Sendable(type));
        }

        shown = $"{method} {path}{query} ({type}) {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 600)))}";
        return request;
    }

    /// <summary>What would succeed, or be refused with a reason of its own.</summary>
    private static (string Method, string Path, string Type, byte[] Body) Right(Random random)
    {
        string name = $"f{random.Next(1_000_000)}";
        return random.Next(13) switch
        {
            0 => ("POST", Maps, ContentTypes[0], Encoding.UTF8.GetBytes(Map(name))),
            1 => ("POST", Pods, ContentTypes[0], Encoding.UTF8.GetBytes(Pod(name))),
            2 => ("POST", Deployments, ContentTypes[0], Encoding.UTF8.GetBytes(Deployment(name))),
            3 => ("POST", "/clusters/c1/api/v1/namespaces", ContentTypes[1], Envelope("v1", "Namespace", n => n.Message(1, m => m.Text(1, name)))),
            4 => ("PUT", $"{Maps}/kept", ContentTypes[0], Encoding.UTF8.GetBytes(Map("kept", name))),
            5 => ("PATCH", $"{Deployments}/kept", Pick(random, ContentTypes[2..4]), """{"metadata":{"labels":{"a":"b"}},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"c","env":[{"name":"A","value":"1"}]}]}}}}"""u8.ToArray()),
            6 => ("PATCH", $"{Maps}/kept", ContentTypes[4], """[{"op":"test","path":"/kind","value":"ConfigMap"},{"op":"add","path":"/data/x","value":"y"},{"op":"remove","path":"/data/x"}]"""u8.ToArray()),
            7 => ("DELETE", $"{Pods}/{name}", ContentTypes[0], """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":1,"propagationPolicy":"Background","preconditions":{"uid":"x"}}"""u8.ToArray()),
            8 => ("PATCH", $"{Deployments}/kept/scale", ContentTypes[2], """{"spec":{"replicas":3}}"""u8.ToArray()),
            9 => ("POST", $"{Pods}/kept/eviction", ContentTypes[0], """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"kept"},"deleteOptions":{"dryRun":["All"]}}"""u8.ToArray()),
            10 => ("POST", "/clusters/c1/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", ContentTypes[0], """{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}"""u8.ToArray()),
            11 => ("POST", "/clusters/c1/api/v1/namespaces/default/serviceaccounts/kept/token", ContentTypes[0], """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","metadata":{"name":"kept"},"spec":{"audiences":["a"],"expirationSeconds":600,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"kept"}}}"""u8.ToArray()),
            _ => ("GET", Pick(random, [Pods, Maps, Deployments, $"{Maps}/kept", $"{Pods}/kept/log", "/clusters/c1/api/v1/pods", "/clusters/c1/apis", "/clusters/c1/openapi/v3", "/apis/management.cloudorch.io/v1/clusters"]), ContentTypes[0], []),
        };
    }

    private static string SpoilPath(Random random, string path)
    {
        string[] segments = path.Split('/');
        int at = random.Next(1, segments.Length);
        string odd = Uri.EscapeDataString(Pick(random, OddTexts));
        segments[at] = random.Next(4) switch
        {
            0 => odd,
            1 => segments[at] + odd,
            2 => KindRegistry.All[random.Next(KindRegistry.All.Count)].Type.Resource,
            _ => $"{segments[at]}/{odd}",
        };
        return string.Join('/', segments);
    }

    private static byte[] SpoilBytes(Random random, byte[] body)
    {
        var bytes = new List<byte>(body);
        for (int i = random.Next(1, 4); i > 0 && bytes.Count > 0; i--)
        {
            int at = random.Next(bytes.Count), count = random.Next(1, Math.Min(20, bytes.Count - at) + 1);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, count);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(random.Next(20) == 0 ? new string('[', 20_000) : Pick(random, OddTexts)));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Still JSON: a value is another one, is gone, or has another name.</summary>
    private static byte[] SpoilJson(Random random, byte[] body)
    {
        try
        {
            return SpoilNode(random, JsonNode.Parse(body), body);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return SpoilBytes(random, body); // it is no JSON any more, or JsonNode cannot hold it
        }
    }

    private static byte[] SpoilNode(Random random, JsonNode? root, byte[] body)
    {
        var at = root;
        while (true)
        {
            switch (at)
            {
                case JsonObject { Count: > 0 } map:
                    string key = Pick(random, [.. map.Select(m => m.Key)]);
                    if (map[key] is (JsonObject or JsonArray) and { } inside && random.Next(3) > 0)
                    {
                        at = inside;
                        continue;
                    }

                    switch (random.Next(4))
                    {
                        case 0:
                            map.Remove(key);
                            break;
                        case 1:
                            map[Pick(random, OddTexts)] = map[key]?.DeepClone();
                            break;
                        default:
                            map[key] = OddValue(random);
                            break;
                    }
                    break;
                case JsonArray { Count: > 0 } list:
                    int index = random.Next(list.Count);
                    if (list[index] is (JsonObject or JsonArray) and { } item && random.Next(3) > 0)
                    {
                        at = item;
                        continue;
                    }

                    if (random.Next(3) == 0)
                        list.Add(list[index]?.DeepClone());
                    else
                        list[index] = OddValue(random);
                    break;
                default:
                    return JsonSerializer.SerializeToUtf8Bytes(OddValue(random));
            }

            return JsonSerializer.SerializeToUtf8Bytes(root);
        }
    }

    private static JsonNode? OddValue(Random random) => random.Next(8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(long.MinValue, long.MaxValue),
        3 => random.Next(-2, 3),
        4 => 0.5,
        5 => new JsonArray(Pick(random, OddTexts), null, new JsonObject()),
        6 => new JsonObject { ["a"] = new JsonObject { ["b"] = Pick(random, OddTexts) } },
        _ => random.Next(10) == 0 ? new string('x', 300_000) : Pick(random, OddTexts),
    };

    private static byte[] Envelope(string apiVersion, string kind, Action<ProtoWriter> raw)
    {
        var inner = new ProtoWriter();
        raw(inner);
        return [.. "k8s\0"u8, .. new ProtoWriter().Message(1, m => m.Text(1, apiVersion).Text(2, kind)).Bytes(2, inner.ToArray()).ToArray()];
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariables()[name] is string text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
