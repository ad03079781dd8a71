using System.Text.Json.Nodes;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Brain;

/// <summary>Nodes that say what cannot be: it is passed over, somebody is told, and nobody else notices.</summary>
public sealed class BadReportTests
{
    private const string Uid = "uid-nodes/n1";

    [Fact]
    public async Task A_node_that_reports_pods_of_another_is_complained_of_and_makes_no_Events_about_them()
    {
        var cluster = await BrainCluster.StartAsync(2);
        await cluster.PutAsync(A.Pod("mine").On("n1"));
        await cluster.PutAsync(A.Pod("other").On("n2"));
        await cluster.RunAsync();
        PodReport Report(Pod pod, string? uid = null) => new()
        {
            Uid = uid ?? pod.Metadata.Uid!, Namespace = "default", Name = pod.Metadata.Name!, Status = BrainCluster.RunningStatus(cluster.Clock.Now),
            Happenings = [new() { Id = 1, Reason = "Started", Message = "Started container", At = cluster.Clock.Now }],
        };
        var (mine, other) = ((await cluster.GetAsync<Pod>("mine"))!, (await cluster.GetAsync<Pod>("other"))!);
        await cluster.ReportAsync("n1", ring: true, Report(mine), Report(other), Report(mine, "uid-nobody") with { Name = "ghost" }, Report(mine) with { Name = "alias" });
        await cluster.RunAsync();
        Assert.Equal("Running", (await cluster.GetAsync<Pod>("mine"))!.Status!.Phase);
        Assert.Equal("Pending", (await cluster.GetAsync<Pod>("other"))!.Status!.Phase);
        Assert.Equal(["mine"], (await cluster.EventsAsync("Started")).Select(e => e.InvolvedObject.Name));
        var told = Assert.Single(await cluster.EventsAsync("ForeignPodReported"));
        Assert.Equal(("Node", "n1", "Warning"), (told.InvolvedObject.Kind, told.InvolvedObject.Name, told.Type));
        Assert.Contains("default/other", told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu", "-1")]
    [InlineData("memory", "-8Gi")]
    [InlineData("cpu", "1000000")]
    [InlineData("memory", "9E")]
    [InlineData("pods", "1e30")]
    public async Task Amounts_that_no_machine_has_are_passed_over_and_told(string resource, string amount)
    {
        var cluster = await BrainCluster.StartAsync(2);
        var before = (await cluster.GetAsync<Node>("n1"))!.Status!;
        var said = ValueMap.Of((resource, Quantity.Parse(amount)));
        await WriteAsync(cluster, Document() with { Node = new() { Capacity = said, Allocatable = said, NodeInfo = new() { KubeletVersion = "v9" } } });
        var node = (await cluster.GetAsync<Node>("n1"))!;
        Assert.Equal((before.Capacity, before.Allocatable, "v9"), (node.Status!.Capacity, node.Status.Allocatable, node.Status.NodeInfo!.KubeletVersion));
        Assert.Contains(resource, Assert.Single(await cluster.EventsAsync("InvalidCapacity")).Message, StringComparison.Ordinal);
        Assert.Equal(1, cluster.AssignmentOf("n1")!.Applied!.Seq);
    }

    [Theory]
    [InlineData("""{"cpu":"many"}""")]
    [InlineData("""{"cpu":{}}""")]
    [InlineData("""{"cpu":"1e999999999"}""")]
    [InlineData("[]")]
    public async Task Amounts_that_cannot_be_read_leave_the_node_as_it_was_and_it_can_mend_itself(string capacity)
    {
        var cluster = await BrainCluster.StartAsync(2);
        await cluster.PutAsync(A.Pod("other").On("n2"));
        await cluster.RunAsync();
        var before = await cluster.GetAsync<Node>("n1");
        Put(cluster, $$"""{"nodeUid":"{{Uid}}","bootId":"boot","seq":1,"node":{"capacity":{{capacity}}} }""");
        await cluster.WorkAsync("n2", ring: true);
        for (int i = 0; i < 3; i++)
            await RingAsync(cluster);
        Assert.Equal(before!.Status, (await cluster.GetAsync<Node>("n1"))!.Status);
        Assert.Equal("Running", (await cluster.GetAsync<Pod>("other"))!.Status!.Phase);
        var told = Assert.Single(await cluster.EventsAsync("InvalidNodeStatus"));
        Assert.Equal(("n1", 1), (told.InvolvedObject.Name, told.Count));

        await WriteAsync(cluster, Document(seq: 2) with { Node = new() { NodeInfo = new() { KubeletVersion = "v9" } } });
        Assert.Equal("v9", (await cluster.GetAsync<Node>("n1"))!.Status!.NodeInfo!.KubeletVersion);
    }

    [Theory]
    [InlineData(-50)]
    [InlineData(50)]
    [InlineData(7000)]
    public async Task The_nodes_clock_has_no_part_in_its_life_nor_in_when_a_pod_is_available(int years)
    {
        var cluster = await BrainCluster.StartAsync(1);
        var deployment = A.Deployment("web", 1);
        await cluster.PutAsync(deployment with { Spec = deployment.Spec with { MinReadySeconds = 30 } });
        await cluster.RunAsync();
        var assigned = Assert.Single(cluster.AssignmentOf("n1")!.Pods);
        var wrong = cluster.Clock.Now.AddYears(years);
        await WriteAsync(cluster, Document() with
        {
            ReportedAt = wrong,
            Node = new() { Conditions = [new() { Type = "Ready", Status = "True", Reason = "AgentReady", LastHeartbeatTime = wrong, LastTransitionTime = wrong }] },
            Pods = [new() { Uid = assigned.Uid, Namespace = assigned.Namespace, Name = assigned.Name, Status = BrainCluster.RunningStatus(wrong) }],
        });
        var ready = (await cluster.GetAsync<Node>("n1"))!.Status!.Conditions.Find("Ready")!;
        Assert.Equal(("True", A.Epoch.Year), (ready.Status, ready.LastHeartbeatTime!.Value.Year));
        Assert.Empty(await cluster.EventsAsync("NodeNotReady"));
        var pod = Assert.Single(await cluster.ListAsync<Pod>());
        Assert.InRange(pod.Status!.Conditions.Find("Ready")!.LastTransitionTime!.Value, pod.Metadata.CreationTimestamp!.Value, cluster.Clock.Now);
        Assert.InRange(pod.Status.StartTime!.Value, pod.Metadata.CreationTimestamp.Value, cluster.Clock.Now);
    }

    [Fact]
    public async Task A_lower_number_of_the_same_boot_is_passed_over()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await WriteAsync(cluster, Document(seq: 5, version: "v5"));
        await WriteAsync(cluster, Document(seq: 4, version: "v4"));
        Assert.Equal("v5", await VersionAsync(cluster));
        Assert.Equal(5, cluster.AssignmentOf("n1")!.Applied!.Seq);
    }

    [Fact]
    public async Task A_report_of_an_earlier_boot_that_comes_late_is_passed_over_in_silence()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await WriteAsync(cluster, Document("a", 5, "v5"));
        await WriteAsync(cluster, Document("b", 1, "v6"));
        await WriteAsync(cluster, Document("a", 5, "v5"));
        Assert.Equal("v6", await VersionAsync(cluster));
        Assert.Equal(new StatusEcho("b", 1), cluster.AssignmentOf("n1")!.Applied);
        Assert.Empty(await cluster.EventsAsync("DuplicateNodeIdentity"));
    }

    [Fact]
    public async Task Of_two_agents_with_one_identity_the_later_one_is_believed_and_an_Event_tells_of_both()
    {
        var cluster = await BrainCluster.StartAsync(1);
        for (int seq = 1; seq <= 4; seq++)
        {
            await WriteAsync(cluster, Document("a", seq, "a"));
            await WriteAsync(cluster, Document("b", seq, "b"));
            Assert.Equal("b", await VersionAsync(cluster));
        }
        var told = Assert.Single(await cluster.EventsAsync("DuplicateNodeIdentity"));
        Assert.Equal(("Warning", 3), (told.Type, told.Count));
        Assert.Contains("the one of boot b is believed", told.Message, StringComparison.Ordinal);
        Assert.Equal(new StatusEcho("b", 4), cluster.AssignmentOf("n1")!.Applied);
    }

    /// <summary>A machine that is set back to a snapshot of its memory has its earlier boot again.</summary>
    [Fact]
    public async Task An_earlier_boot_is_believed_again_when_nothing_is_met_of_the_later_one()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await WriteAsync(cluster, Document("a", 5, "a"));
        await WriteAsync(cluster, Document("b", 6, "b"));
        cluster.Clock.Advance(TimeSpan.FromMinutes(6));
        await WriteAsync(cluster, Document("a", 3, "a again"));
        Assert.Equal("a again", await VersionAsync(cluster));
    }

    [Fact]
    public async Task A_status_from_before_the_node_was_enrolled_anew_is_passed_over()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await WriteAsync(cluster, Document(version: "old") with { NodeUid = "uid-of-before" });
        Assert.Null(await VersionAsync(cluster));
        Assert.Contains("uid-of-before", Assert.Single(await cluster.EventsAsync("InvalidNodeStatus")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_a_protocol_to_come_is_refused_in_words_that_name_the_versions()
    {
        var cluster = await BrainCluster.StartAsync(1);
        Put(cluster, $$"""{"v":7,"nodeUid":"{{Uid}}","bootId":"boot","seq":1,"pods":"elsewhere"}""");
        await RingAsync(cluster);
        Assert.Contains("protocol 7, this control plane speaks 1-1", Assert.Single(await cluster.EventsAsync("InvalidNodeStatus")).Message, StringComparison.Ordinal);
    }

    /// <summary>Every value of a whole report in turn becomes something else. Whatever that does to its node: the pass ends, others are heard, and what is stored can be shown.</summary>
    [Fact]
    public async Task A_report_with_anything_anywhere_stops_no_pass()
    {
        var cluster = await BrainCluster.StartAsync(2);
        await cluster.PutAsync(A.Pod("p").On("n1"));
        await cluster.RunAsync();
        var condition = new Condition { Type = "Ready", Status = "True", Reason = "R", LastTransitionTime = cluster.Clock.Now };
        var whole = Document() with
        {
            ReportedAt = cluster.Clock.Now,
            Node = new()
            {
                Capacity = ValueMap.Of(("cpu", Quantity.OfUnits(2))), Allocatable = ValueMap.Of(("cpu", Quantity.OfUnits(2))), Conditions = [condition],
                Addresses = [new() { Type = "InternalIP", Address = "192.0.2.1" }], NodeInfo = new() { OsImage = "x" }, Images = [new() { Names = ["i"], SizeBytes = 1 }],
            },
            Pods =
            [
                new()
                {
                    Uid = "uid-pods/default/p", Namespace = "default", Name = "p", Happenings = [new() { Id = 1, Reason = "Started", Message = "m", At = cluster.Clock.Now }],
                    Status = BrainCluster.RunningStatus(cluster.Clock.Now) with
                    {
                        PodIps = [new() { Ip = "10.0.0.1" }], HostIps = [new() { Ip = "10.0.0.1" }],
                        ContainerStatuses =
                        [
                            new()
                            {
                                Name = "main", Image = "i", ImageId = "i", Ready = true, RestartCount = 1, State = new() { Running = new() { StartedAt = cluster.Clock.Now } },
                                LastState = new() { Terminated = new() { ExitCode = 1, Reason = "Error", FinishedAt = cluster.Clock.Now } },
                            },
                        ],
                    },
                },
            ],
        };
        Assert.Equal((await cluster.GetAsync<Pod>("p"))!.Metadata.Uid, whole.Pods[0].Uid);
        var wrong = new List<string>();
        long seq = 0;
        foreach (string path in Paths(JsonNode.Parse(KubeJson.Write(whole))!, "").ToList())
        {
            foreach (string value in (string[])["null", "-1", "1e300", "\"x\"", "[null]", "{}", "\"9999-12-31T23:59:59Z\""])
            {
                var report = JsonNode.Parse(KubeJson.Write(whole))!;
                Set(report, path, JsonNode.Parse(value));
                seq++;
                if (path is not ("seq" or "bootId" or "nodeUid" or "v"))
                    report["seq"] = seq;
                Put(cluster, report.ToJsonString(), seq);
                await cluster.ReportAsync("n2", ring: false);
                await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Status, Revision.Zero), default);
                await cluster.RunAsync();
                if (cluster.AssignmentOf("n2")!.Applied?.Seq != seq)
                    wrong.Add($"{path} = {value}: the other node was not heard");
                KubeObject?[] stored = [await cluster.GetAsync<Node>("n1"), await cluster.GetAsync<Pod>("p")];
                wrong.AddRange(stored.OfType<KubeObject>().Where(o => Record.Exception(() => Show(o, cluster.Clock.Now)) is not null).Select(o => $"{path} = {value}: {o.Kind} cannot be shown"));
            }
        }
        Assert.Empty(wrong);
    }

    private static void Show(KubeObject value, DateTimeOffset now)
    {
        foreach (var column in KindRegistry.Of(value).Columns)
            column.Value(value, now);
    }

    private static IEnumerable<string> Paths(JsonNode node, string path)
    {
        if (path.Length > 0)
            yield return path;
        var inner = node switch
        {
            JsonObject members => members.Select(m => (m.Key, m.Value!)),
            JsonArray items => items.Select((item, i) => ($"{i}", item!)),
            _ => [],
        };
        foreach (var (name, value) in inner)
        {
            foreach (string deeper in Paths(value, path.Length == 0 ? name : $"{path}/{name}"))
                yield return deeper;
        }
    }

    private static void Set(JsonNode root, string path, JsonNode? value)
    {
        string[] steps = path.Split('/');
        var at = steps[..^1].Aggregate(root, (node, step) => (node is JsonArray items ? items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node[step])!);
        if (at is JsonArray list)
            list[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        else
            at[steps[^1]] = value;
    }

    private static NodeStatusDocument Document(string boot = "boot", long seq = 1, string? version = null) => new()
    {
        NodeUid = Uid, BootId = boot, Seq = seq, Node = version is null ? null : new() { NodeInfo = new() { KubeletVersion = version } },
    };

    private static async Task<string?> VersionAsync(BrainCluster cluster) => (await cluster.GetAsync<Node>("n1"))!.Status!.NodeInfo?.KubeletVersion;

    private static async Task WriteAsync(BrainCluster cluster, NodeStatusDocument document)
    {
        cluster.Rows.Report(BrainCluster.Id, new(Uid, document.BootId, document.Seq, KubeJson.Write(document)));
        cluster.Rows.Renew(BrainCluster.Id, Uid, document.BootId, document.Seq);
        await RingAsync(cluster);
    }

    private static void Put(BrainCluster cluster, string json, long seq = 1)
    {
        cluster.Rows.Report(BrainCluster.Id, new(Uid, "boot", seq, System.Text.Encoding.UTF8.GetBytes(json)));
        cluster.Rows.Renew(BrainCluster.Id, Uid, "boot", seq);
    }

    /// <summary>As an agent does until it reads its echo.</summary>
    private static async Task RingAsync(BrainCluster cluster)
    {
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.StatusOf(Uid), Revision.Zero), default);
        await cluster.RunAsync();
    }
}
