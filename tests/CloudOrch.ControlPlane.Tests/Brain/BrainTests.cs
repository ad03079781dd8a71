using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.ConfigMaps;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Brain;

public sealed class BrainTests
{
    [Fact]
    public async Task A_Deployment_becomes_assignments_and_messages_in_one_pass()
    {
        var cluster = await BrainCluster.StartAsync(3);
        foreach (string node in (string[])["n1", "n2", "n3"])
            cluster.Decisions.Receive($"uid-nodes/{node}");
        await cluster.PutAsync(A.Deployment("web", 3));
        var before = await cluster.RevisionAsync();

        await cluster.RunAsync();

        // A set, the Deployment and three pods, each written once.
        Assert.Equal(before.Value + 5, (await cluster.RevisionAsync()).Value);
        var pods = await cluster.ListAsync<Pod>();
        Assert.Equal(3, pods.Count);
        foreach (var pod in pods)
        {
            var assignment = cluster.AssignmentOf(pod.Spec.NodeName!)!;
            var assigned = Assert.Single(assignment.Pods);
            Assert.Equal((pod.Metadata.Uid, pod.Metadata.Name, "default"), (assigned.Uid, assigned.Name, assigned.Namespace));
            Assert.Equal(pod.Spec, assigned.Spec);
            Assert.Null(assigned.Deletion);
            Assert.Equal((await cluster.RevisionAsync()).Value, assignment.Revision);
            Assert.Equal((BrainCluster.Id.Value, 1L, 1000), (assignment.ClusterId, assignment.Epoch, assignment.LeaseIntervalMilliseconds));
            var message = Assert.Single(cluster.Decisions.Receive(assignment.NodeUid));
            Assert.Equal(KubeJson.Write(assignment), KubeJson.Write(message.Assignment!));
        }
        var progress = await cluster.Store.ReadProgressAsync(BrainCluster.Id, default);
        Assert.Equal((await cluster.RevisionAsync(), await cluster.RevisionAsync()), (progress.PlannedTo, progress.DispatchedTo));
        Assert.Equal(3, (await cluster.EventsAsync("Scheduled")).Count);
        Assert.Equal(["default-scheduler"], (await cluster.EventsAsync("Scheduled")).Select(e => e.Source!.Component).Distinct());
    }

    /// <summary>What users made is tracked; what the brain makes is not, nor its status.</summary>
    [Fact]
    public async Task The_brain_takes_only_the_fields_that_it_changes_of_what_users_made()
    {
        var cluster = await BrainCluster.StartAsync(1);
        var kind = KindRegistry.Of<Deployment>();
        var web = (Deployment)kind.Default(A.Deployment("web", 2));
        var owners = FieldOwnership.AfterUpdate(kind, null, web, new("kubectl", "", cluster.Clock.GetUtcNow()));
        await cluster.PutAsync(web with { Metadata = web.Metadata with { ManagedFields = owners } });
        await cluster.SettleAsync();

        var settled = (await cluster.GetAsync<Deployment>("web"))!;
        Assert.NotNull(settled.Status?.Replicas);
        Assert.Equal(["cloudorch", "kubectl"], settled.Metadata.ManagedFields!.Select(e => e.Manager).Order());
        Assert.Equal("""{"f:metadata":{"f:annotations":{".":{},"f:deployment.kubernetes.io/revision":{}}}}""",
            settled.Metadata.ManagedFields!.Single(e => e.Manager == "cloudorch").FieldsV1!.ToString());
        Assert.Equal(owners!.Single(), settled.Metadata.ManagedFields!.Single(e => e.Manager == "kubectl"));
        Assert.All(await cluster.ListAsync<Pod>(), p => Assert.Null(p.Metadata.ManagedFields));
        Assert.All(await cluster.ListAsync<ReplicaSet>(), r => Assert.Null(r.Metadata.ManagedFields));
    }

    [Fact]
    public async Task A_settled_cluster_is_left_alone_by_a_process_that_knows_nothing()
    {
        var cluster = await BrainCluster.RunningAsync(6);
        var revision = await cluster.RevisionAsync();
        var heads = (await cluster.Rows.ListAssignmentHeadsAsync(BrainCluster.Id, default)).Select(h => h.ETag).ToList();
        cluster.Restart();
        foreach (string why in (string[])["commit", "tick", "sweep", "status", "lease"])
        {
            await cluster.Queue.RingAsync(new(BrainCluster.Id, why, revision), default);
            await cluster.RunAsync();
        }
        Assert.Equal(revision, await cluster.RevisionAsync());
        Assert.Equal(heads, (await cluster.Rows.ListAssignmentHeadsAsync(BrainCluster.Id, default)).Select(h => h.ETag));
    }

    [Fact]
    public async Task A_report_makes_pods_ready_and_is_echoed()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await cluster.PutAsync(A.Deployment("web", 2));
        await cluster.RunAsync();
        await cluster.WorkAsync("n1");
        await cluster.RunAsync();

        var deployment = (await cluster.GetAsync<Deployment>("web"))!;
        Assert.Equal((2, 2), (deployment.Status!.ReadyReplicas, deployment.Status.AvailableReplicas));
        Assert.Equal("NewReplicaSetAvailable", deployment.Status.Conditions.Find("Progressing")!.Reason);
        Assert.All(await cluster.ListAsync<Pod>(), p =>
        {
            Assert.Equal(("Running", "10.64.0.9", "BestEffort"), (p.Status!.Phase, p.Status.PodIp, p.Status.QosClass));
            Assert.Equal("True", p.Status.Conditions.Find("PodScheduled")!.Status);
        });
        Assert.Equal(new StatusEcho("boot", 1), cluster.AssignmentOf("n1")!.Applied);

        // The same again, though nothing is new in it: echoed too, or the node would go on.
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await cluster.WorkAsync("n1");
        await cluster.RunAsync();
        Assert.Equal(new StatusEcho("boot", 2), cluster.AssignmentOf("n1")!.Applied);
    }

    [Fact]
    public async Task Rings_about_reports_that_were_applied_cost_nothing()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await cluster.PutAsync(A.Deployment("web", 2));
        await cluster.RunAsync();
        int reads = 0;
        cluster.Restart(new CountingStore(cluster.Store, () => reads++));
        for (int i = 0; i < 5; i++)
            await cluster.WorkAsync("n1", ring: false);
        Doorbell Ring(int seq) => new(BrainCluster.Id, RingReasons.StatusOf("uid-nodes/n1", "boot", seq), Revision.Zero);
        await cluster.Process.Brain.HandleAsync(Ring(2), default);
        Assert.Equal(2, (await cluster.GetAsync<Deployment>("web"))!.Status!.ReadyReplicas);
        int once = reads;
        foreach (int seq in (int[])[1, 3, 4, 5])
            await cluster.Process.Brain.HandleAsync(Ring(seq), default);
        Assert.Equal(once, reads);
        await cluster.Process.Brain.HandleAsync(Ring(6), default);
        Assert.True(reads > once);
    }

    [Fact]
    public async Task A_node_speaks_for_its_own_pods_only()
    {
        var cluster = await BrainCluster.StartAsync(2);
        await cluster.PutAsync(A.Pod("mine").On("n1"));
        await cluster.PutAsync(A.Pod("other").On("n2"));
        await cluster.RunAsync();
        var other = (await cluster.GetAsync<Pod>("other"))!;
        PodReport Report(Pod pod, string? uid = null) => new()
        {
            Uid = uid ?? pod.Metadata.Uid!, Namespace = "default", Name = pod.Metadata.Name!, Status = BrainCluster.RunningStatus(cluster.Clock.Now),
        };
        await cluster.ReportAsync("n1", ring: true, Report(other), Report(other) with { Gone = true }, Report((await cluster.GetAsync<Pod>("mine"))!, "another-uid"));
        await cluster.RunAsync();
        Assert.Equal("Pending", (await cluster.GetAsync<Pod>("other"))!.Status!.Phase);
        Assert.Equal("Pending", (await cluster.GetAsync<Pod>("mine"))!.Status!.Phase);
    }

    [Fact]
    public async Task What_happened_on_a_node_becomes_Events_once_and_a_pod_that_is_gone_is_removed()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await cluster.PutAsync(A.Pod("p").On("n1"));
        await cluster.RunAsync();
        var pod = (await cluster.GetAsync<Pod>("p"))!;
        var report = new PodReport
        {
            Uid = pod.Metadata.Uid!, Namespace = "default", Name = "p", Status = BrainCluster.RunningStatus(cluster.Clock.Now),
            Happenings = [new() { Id = 1, Reason = "Pulled", Message = "image is there", FieldPath = "spec.containers{p}" }, new() { Id = 2, Reason = "Started", Message = "Started container p" }],
        };
        await cluster.ReportAsync("n1", ring: true, report);
        await cluster.RunAsync();
        await cluster.ReportAsync("n1", ring: true, report with { Happenings = report.Happenings!.Add(new() { Id = 3, Reason = "Unhealthy", Message = "Readiness probe failed", Warning = true }) });
        await cluster.RunAsync();
        var events = await cluster.EventsAsync();
        Assert.Equal([("Pulled", 1, "Normal"), ("Started", 1, "Normal"), ("Unhealthy", 1, "Warning")],
            events.Where(e => e.Source!.Component == "cloudorch-agent").Select(e => (e.Reason!, e.Count!.Value, e.Type!)).Order());

        await cluster.DeleteAsync((await cluster.GetAsync<Pod>("p"))!);
        await cluster.RunAsync();
        Assert.Equal(new PodDeletion(cluster.Clock.Now, 30), cluster.AssignmentOf("n1")!.Pods[0].Deletion);
        await cluster.WorkAsync("n1");
        await cluster.RunAsync();
        Assert.Null(await cluster.GetAsync<Pod>("p"));
        Assert.Empty(cluster.AssignmentOf("n1")!.Pods);
    }

    [Fact]
    public async Task A_ConfigMap_travels_with_the_pods_that_refer_to_it()
    {
        var cluster = await BrainCluster.StartAsync(2);
        await cluster.PutAsync(A.ConfigMap("settings", ("color", "red")));
        await cluster.PutAsync(A.Pod("p").On("n1").FirstContainer(c => c with { EnvFrom = [new() { ConfigMapRef = new() { Name = "settings" } }] }));
        await cluster.RunAsync();
        Assert.Equal("red", Assert.Single(cluster.AssignmentOf("n1")!.ConfigMaps).Data!["color"]);
        await cluster.EditAsync<ConfigMap>("settings", m => m with { Data = ValueMap.Of(("color", "blue")) });
        await cluster.RunAsync();
        Assert.Equal("blue", Assert.Single(cluster.AssignmentOf("n1")!.ConfigMaps).Data!["color"]);
        Assert.Empty(cluster.AssignmentOf("n2")?.ConfigMaps ?? []);
    }

    [Fact]
    public async Task A_burst_of_rings_costs_one_pass()
    {
        var cluster = await BrainCluster.RunningAsync(1);
        for (int i = 0; i < 5; i++)
            await cluster.PutAsync(A.ConfigMap($"m{i}"));
        await cluster.RunAsync();
        int reads = 0;
        cluster.Restart(new CountingStore(cluster.Store, () => reads++));
        var head = await cluster.RevisionAsync();
        for (int i = 0; i < 5; i++)
            await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Commit, new(head.Value - i)), default);
        await cluster.RunAsync();
        // The first listing reads the head three times; the other four rings read nothing.
        Assert.InRange(reads, 1, 3);
    }

    [Fact]
    public async Task A_lost_node_is_replaced_and_a_returned_one_is_believed_again()
    {
        var cluster = await BrainCluster.RunningAsync(6);
        cluster.Clock.Advance(TimeSpan.FromSeconds(4));
        cluster.Renew("n2", "n3");
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        await cluster.RunAsync();

        var lost = (await cluster.GetAsync<Node>("n1"))!;
        Assert.Equal("Unknown", lost.Status!.Conditions.Find("Ready")!.Status);
        var pods = await cluster.ListAsync<Pod>();
        Assert.Equal(2, pods.Count(p => p.Spec.NodeName == "n1" && p.Metadata.DeletionTimestamp is not null));
        Assert.Equal(6, pods.Count(p => p.IsActive() && p.Spec.NodeName != "n1"));
        Assert.All(cluster.AssignmentOf("n1")!.Pods, p => Assert.NotNull(p.Deletion));
        // Again about the same node: nothing new, no pass.
        int rung = cluster.Queue.Rung.Count;
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        Assert.Equal(rung, cluster.Queue.Rung.Count);

        cluster.Clock.Advance(TimeSpan.FromSeconds(2));
        cluster.Renew();
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        await cluster.SettleAsync();
        var back = (await cluster.GetAsync<Node>("n1"))!;
        Assert.Equal("True", back.Status!.Conditions.Find("Ready")!.Status);
        Assert.Null(back.Spec.Taints);
        Assert.Equal(6, (await cluster.ListAsync<Pod>()).Count);
    }

    [Fact]
    public async Task A_node_that_joined_after_the_leases_were_read_is_not_given_up_for_it()
    {
        var cluster = await BrainCluster.StartAsync(3);
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Lease, Revision.Zero), default);
        await cluster.RunAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        var joined = A.Node("n4");
        await cluster.PutAsync(joined with { Metadata = joined.Metadata with { CreationTimestamp = cluster.Clock.Now } });
        await cluster.Rows.OpenLeaseAsync(BrainCluster.Id, "uid-nodes/n4", default);
        await cluster.RunAsync();

        cluster.Clock.Advance(TimeSpan.FromSeconds(4));
        cluster.Renew("n1", "n2", "n3", "n4");
        // The doorbell of a commit: the pass goes by the leases of five seconds ago.
        await cluster.EditAsync<Node>("n4", n => n with { Spec = n.Spec with { Unschedulable = true } });
        await cluster.RunAsync();
        var node = (await cluster.GetAsync<Node>("n4"))!;
        Assert.Equal("True", node.Status!.Conditions.Find("Ready")!.Status);
        Assert.DoesNotContain(node.Spec.Taints ?? [], NodeLoss.IsLoss);
    }

    [Fact]
    public async Task What_another_process_has_echoed_is_not_taken_back()
    {
        var cluster = await BrainCluster.RunningAsync(3);
        var other = new BrainProcess(cluster, cluster.Store, cluster.Options);
        var ring = new Doorbell(BrainCluster.Id, RingReasons.StatusOf("uid-nodes/n1"), Revision.Zero);
        await other.Brain.HandleAsync(ring, default);
        // While the one applies a report, the other applies the next.
        cluster.Store.AfterCommit = (_, _) =>
        {
            cluster.Store.AfterCommit = null;
            cluster.WorkAsync("n1", ring: false).GetAwaiter().GetResult();
            other.Brain.HandleAsync(ring, default).GetAwaiter().GetResult();
        };
        await cluster.ReportAsync("n1", ring: false);
        await cluster.Process.Brain.HandleAsync(ring, default);
        long echoed = cluster.AssignmentOf("n1")!.Applied!.Seq;

        await cluster.PutAsync(A.Pod("p").On("n1"));
        await cluster.Process.Brain.HandleAsync(new(BrainCluster.Id, RingReasons.Commit, await cluster.RevisionAsync()), default);
        var assignment = cluster.AssignmentOf("n1")!;
        Assert.Contains(assignment.Pods, p => p.Name == "p");
        Assert.True(assignment.Applied!.Seq >= echoed, $"echoed was {echoed}, now {assignment.Applied.Seq}");
    }

    [Fact]
    public async Task Pods_of_a_node_that_was_silent_for_a_moment_are_ready_again_by_its_last_report()
    {
        var cluster = await BrainCluster.StartAsync(3);
        var pod = A.Pod("p").On("n1").Tolerating("node.kubernetes.io/unreachable");
        await cluster.PutAsync(pod);
        await cluster.SettleAsync();
        Assert.True((await cluster.GetAsync<Pod>("p"))!.IsReady());
        cluster.Clock.Advance(TimeSpan.FromSeconds(4));
        cluster.Renew("n2", "n3");
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Lease, Revision.Zero), default);
        await cluster.RunAsync();
        Assert.False((await cluster.GetAsync<Pod>("p"))!.IsReady());

        cluster.Renew();
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Lease, Revision.Zero), default);
        await cluster.RunAsync();
        Assert.True((await cluster.GetAsync<Pod>("p"))!.IsReady());
        Assert.Equal("True", (await cluster.GetAsync<Node>("n1"))!.Status!.Conditions.Find("Ready")!.Status);
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Lease, Revision.Zero), default);
        await cluster.RunAsync();
        Assert.Null((await cluster.GetAsync<Node>("n1"))!.Metadata.Annotations);
    }

    [Fact]
    public async Task A_pass_that_is_cut_off_while_a_node_recovers_leaves_no_pod_unready()
    {
        var cluster = await BrainCluster.StartAsync(3);
        await cluster.PutAsync(A.Pod("p").On("n1").Tolerating("node.kubernetes.io/unreachable"));
        await cluster.SettleAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(4));
        cluster.Renew("n2", "n3");
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Lease, Revision.Zero), default);
        await cluster.RunAsync();
        Assert.False((await cluster.GetAsync<Pod>("p"))!.IsReady());

        // Every commit holds one change, and after the first the process is no more.
        cluster.Renew();
        cluster.Restart(new InterruptedStore(cluster.Store, 1, () => throw new StoreUnavailableException("nobody answers")));
        await cluster.Process.Brain.HandleAsync(new(BrainCluster.Id, RingReasons.Lease, Revision.Zero), default);
        cluster.Restart();
        await cluster.Process.Brain.HandleAsync(new(BrainCluster.Id, RingReasons.Lease, Revision.Zero), default);
        await cluster.SettleAsync();
        Assert.True((await cluster.GetAsync<Pod>("p"))!.IsReady());
        Assert.Null((await cluster.GetAsync<Node>("n1"))!.Metadata.Annotations);
    }
}
