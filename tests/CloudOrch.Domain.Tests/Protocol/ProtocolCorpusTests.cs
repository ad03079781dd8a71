using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Tests.Protocol;

/// <summary>The documents of the protocol as files: <c>corpus/v1</c> is what this version writes, <c>corpus/v2</c> what a later one might.</summary>
/// <remarks>
/// A file of the current version that is deleted is written anew, and its test fails once, so that the difference is looked at. A difference in an
/// existing field is another version of the protocol, not another corpus. The later version's files are never written by a test.
/// </remarks>
public sealed class ProtocolCorpusTests
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly DateTimeOffset s_time = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<string> Documents => ["enroll-request", "enroll-response", "assignment", "message-assignment", "message-log-stream", "status", "usage"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_this_version_writes_is_on_file(string name)
    {
        string path = FileOf(ProtocolVersion.Current, name);
        string text = JsonNode.Parse(KubeJson.Write(Current(name)))!.ToJsonString(s_indented) + "\n";
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            Assert.Fail($"{path} did not exist and was written: review it");
        }

        Assert.Equal(File.ReadAllText(path), text);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_either_version_wrote_is_read_and_written_with_every_field(string name)
    {
        foreach (int version in new[] { 1, 2 })
        {
            var document = Read(version, name);
            Assert.True(JsonNode.DeepEquals(document, JsonNode.Parse(KubeJson.Write(ReadAs(name, document.ToJsonString())))), $"v{version}/{name} came back as another document");
        }
    }

    /// <summary>Whoever knows the older fields only finds each of them, with the same meaning, in what the newer side writes.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void A_later_version_only_adds_to_what_an_older_reader_knows(string name) => AssertWithin(Read(1, name), Read(2, name), name);

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, 1, 1, 3, 1)]
    [InlineData(1, 3, 2, 5, 3)]
    [InlineData(2, 5, 1, 3, 3)]
    [InlineData(2, 3, 1, 1, null)]
    [InlineData(1, 1, 2, 3, null)]
    public void Both_use_the_newest_version_that_both_speak(int min, int max, int otherMin, int otherMax, int? common) =>
        Assert.Equal(common, new ProtocolRange(min, max).Common(new ProtocolRange(otherMin, otherMax)));

    [Fact]
    public void A_message_of_a_kind_that_is_not_known_is_read_as_a_message_and_nothing_else()
    {
        var message = NodeMessageCodec.Decode(NodeMessage.PlainType, """{"v":2,"kind":"Later","epoch":1,"revision":7,"later":{"a":1}}"""u8);

        Assert.Equal(("Later", null, null, 7), (message.Kind, message.Assignment, message.LogStream, message.Revision));
    }

    private static object Current(string name) => name switch
    {
        "enroll-request" => new EnrollRequest
        {
            JoinToken = "cot-1",
            NodeName = "server-1",
            SigningKey = "c2lnbg==",
            SealingKey = "c2VhbA==",
            Labels = ValueMap.Of(("kubernetes.io/os", "linux")),
            Status = Node,
        },
        "enroll-response" => new EnrollResponse
        {
            ClusterId = "c1",
            NodeUid = "n1",
            NodeName = "server-1",
            PodCidr = "10.64.0.0/24",
            Protocol = 1,
            Credentials = new NodeCredentials
            {
                ExpiresAt = s_time,
                LeasesUrl = "https://tables.test/leases?sig=1",
                NodeStatusUrl = "https://tables.test/nodestatus?sig=1",
                AssignmentsUrl = "https://tables.test/assignments?sig=1",
                StreamsUrl = "https://tables.test/streams?sig=1",
                PartitionKey = "c1",
                ServiceBusHost = "bus.test",
                QueueName = "node-n1",
                QueueToken = "SharedAccessSignature sr=1",
            },
        },
        "assignment" => Assignment,
        "message-assignment" => new NodeMessage { Kind = NodeMessageKinds.Assignment, Epoch = 1, Revision = 42, Assignment = Assignment },
        "message-log-stream" => new NodeMessage
        {
            Kind = NodeMessageKinds.LogStream,
            LogStream = new LogStreamCommand { StreamId = "s1", PodUid = "p1", Container = "main", Follow = true, TailLines = 10, SinceTime = s_time },
        },
        "status" => new NodeStatusDocument
        {
            NodeUid = "n1",
            BootId = "b1",
            Seq = 7,
            ReportedAt = s_time,
            AssignmentEpoch = 1,
            AssignmentRevision = 42,
            FenceId = "f1",
            Node = Node,
            Pods =
            [
                new PodReport
                {
                    Uid = "p1",
                    Namespace = "default",
                    Name = "web-1",
                    Status = new PodStatus
                    {
                        Phase = "Running",
                        PodIp = "10.64.0.2",
                        StartTime = s_time,
                        ContainerStatuses = [new ContainerStatus { Name = "main", Image = "busybox:1", Ready = true, State = new ContainerState { Running = new ContainerStateRunning { StartedAt = s_time } } }],
                    },
                    Happenings = [new PodHappening { Id = 3, Reason = "Started", Message = "Started container main", FieldPath = "spec.containers{main}", At = s_time }],
                },
            ],
        },
        "usage" => new NodeUsageDocument
        {
            NodeUid = "n1",
            IntervalMilliseconds = 15_000,
            WindowMilliseconds = 15_002,
            Node = new Usage(1_500_000_000, 3L << 30),
            Pods = [new PodUsage { Uid = "p1", WindowMilliseconds = 15_002, Containers = [new ContainerUsage { Name = "main", Usage = new Usage(250_000_000, 12 << 20) }] }],
        },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such document"),
    };

    private static NodeAssignment Assignment => new()
    {
        ClusterId = "c1",
        NodeUid = "n1",
        NodeName = "server-1",
        Epoch = 1,
        Revision = 42,
        ContentHash = "abc",
        PodCidr = "10.64.0.0/24",
        Applied = new StatusEcho("b1", 6),
        FenceId = "f1",
        Pods =
        [
            new AssignedPod
            {
                Uid = "p1",
                Namespace = "default",
                Name = "web-1",
                Labels = ValueMap.Of(("app", "web")),
                Spec = new PodSpec { Containers = [new Container { Name = "main", Image = "busybox:1", Command = ["sleep", "600"] }], TerminationGracePeriodSeconds = 5 },
                CreatedAt = s_time,
                Deletion = new PodDeletion(s_time, 5),
            },
        ],
        ConfigMaps = [new AssignedConfigMap { Namespace = "default", Name = "settings", Data = ValueMap.Of(("LEVEL", "high")) }],
    };

    private static NodeStatus Node => new()
    {
        Addresses = [new NodeAddress { Type = "InternalIP", Address = "192.0.2.1" }],
        Conditions = [new Condition { Type = "Ready", Status = "True", Reason = "AgentReady", Message = "the agent and its container engine work", LastTransitionTime = s_time }],
        NodeInfo = new NodeSystemInfo { BootId = "b1", Architecture = "amd64", OperatingSystem = "linux" },
    };

    private static object ReadAs(string name, string json)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(json);
        return name switch
        {
            "enroll-request" => KubeJson.Read<EnrollRequest>(bytes),
            "enroll-response" => KubeJson.Read<EnrollResponse>(bytes),
            "assignment" => KubeJson.Read<NodeAssignment>(bytes),
            "status" => KubeJson.Read<NodeStatusDocument>(bytes),
            "usage" => KubeJson.Read<NodeUsageDocument>(bytes),
            _ => NodeMessageCodec.Decode(NodeMessage.PlainType, bytes),
        };
    }

    private static void AssertWithin(JsonNode? older, JsonNode? newer, string at)
    {
        switch (older)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.Where(f => f.Key is not ("v" or "protocol")))
                    AssertWithin(value, Assert.IsType<JsonObject>(newer, exactMatch: false)[name], $"{at}.{name}");
                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                    AssertWithin(items[i], newer!.AsArray().ElementAtOrDefault(i), $"{at}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(older, newer), $"{at} is {newer?.ToJsonString() ?? "not there"} instead of {older?.ToJsonString()}");
                break;
        }
    }

    private static JsonNode Read(int version, string name) => JsonNode.Parse(File.ReadAllText(FileOf(version, name)))!;

    private static string FileOf(int version, string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "corpus", $"v{version}", $"{name}.json");
}
