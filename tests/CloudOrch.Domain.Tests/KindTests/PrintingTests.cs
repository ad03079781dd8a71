using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

public class PrintingTests
{
    private static readonly DateTimeOffset Now = A.Epoch.AddHours(1);

    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(-1, "0s")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(599, "9m59s")]
    [InlineData(600, "10m")]
    [InlineData(10799, "179m")]
    [InlineData(10800, "3h")]
    [InlineData(28799, "7h59m")]
    [InlineData(28800, "8h")]
    [InlineData(172799, "47h")]
    [InlineData(172800, "2d")]
    [InlineData(691199, "7d23h")]
    [InlineData(691200, "8d")]
    [InlineData(63071999, "729d")]
    [InlineData(63072000, "2y")]
    [InlineData(252287999, "7y364d")]
    [InlineData(252288000, "8y")]
    public void A_duration_is_shown_as_kubectl_shows_it(long seconds, string expected) => Assert.Equal(expected, Print.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("pending", "0/1", "Pending")]
    [InlineData("running", "0/1", "Running")]
    [InlineData("ready", "1/1", "Running")]
    [InlineData("crashing", "0/1", "CrashLoopBackOff")]
    [InlineData("failed", "0/1", "Error")]
    [InlineData("completed", "0/1", "Completed")]
    [InlineData("exit without reason", "0/1", "ExitCode:3")]
    [InlineData("signal without reason", "0/1", "Signal:9")]
    [InlineData("terminating", "1/1", "Terminating")]
    [InlineData("terminating and finished", "0/1", "Completed")]
    [InlineData("lost", "0/1", "Unknown")]
    [InlineData("evicted", "0/1", "Evicted")]
    [InlineData("init running", "0/1", "Init:0/1")]
    [InlineData("init crashed", "0/1", "Init:CrashLoopBackOff")]
    [InlineData("init failed", "0/1", "Init:Error")]
    [InlineData("init done", "0/1", "PodInitializing")]
    [InlineData("init exit without reason", "0/1", "Init:ExitCode:1")]
    public void The_status_of_a_pod_is_what_kubectl_shows(string state, string ready, string status)
    {
        var cells = PodPrinting.Of(InState(state));
        Assert.Equal(ready, cells.Ready);
        Assert.Equal(status, cells.Status);
    }

    [Fact]
    public void One_container_done_and_another_running_is_running_or_not_ready()
    {
        var pod = A.Pod("p") with { Spec = new() { Containers = [A.Container("a"), A.Container("b")] } };
        var status = new PodStatus { Phase = "Running", ContainerStatuses = [Terminated(0, "Completed"), new() { Name = "b", Ready = true, State = new() { Running = new() } }] };
        Assert.Equal("NotReady", PodPrinting.Of(pod with { Status = status }).Status);
        Assert.Equal("Running", PodPrinting.Of(pod with { Status = status with { Conditions = [new() { Type = "Ready", Status = "True" }] } }).Status);
    }

    [Fact]
    public void Restarts_say_when_the_last_one_was()
    {
        var pod = A.Pod("p") with
        {
            Status = new()
            {
                Phase = "Running",
                ContainerStatuses = [new() { RestartCount = 5, State = new() { Running = new() }, LastState = new() { Terminated = new() { FinishedAt = Now.AddSeconds(-30) } } }],
            },
        };
        Assert.Equal("5 (30s ago)", PodPrinting.Of(pod).RestartsAt(Now));
        Assert.Equal("0", PodPrinting.Of(A.Pod("q")).RestartsAt(Now));
    }

    [Fact]
    public void A_deployment_shows_what_kubectl_shows()
    {
        var deployment = A.Deployment("web", 3, "web:1") with { Status = new() { ReadyReplicas = 2, UpdatedReplicas = 3, AvailableReplicas = 1 } };
        Assert.Equal(["web", "2/3", "3", "1", "60m", "web", "web:1", "app=web"], Cells(KindRegistry.Of<Deployment>(), deployment));
    }

    [Fact]
    public void A_replica_set_shows_what_kubectl_shows() =>
        Assert.Equal(["web-1", "3", "2", "1", "60m", "web-1", "busybox:1", "app=web-1"],
            Cells(KindRegistry.Find(ResourceTypes.ReplicaSets)!, A.ReplicaSet("web-1", 3) with { Status = new() { Replicas = 2, ReadyReplicas = 1 } }));

    [Fact]
    public void A_node_shows_what_kubectl_shows()
    {
        var node = A.Node("n1").Labelled("node-role.kubernetes.io/edge", "").Cordoned();
        node = node with
        {
            Status = node.Status! with
            {
                Addresses = [new() { Type = "InternalIP", Address = "10.0.0.5" }],
                NodeInfo = new() { KubeletVersion = "v1.0.0", OsImage = "Debian", KernelVersion = "6.1", ContainerRuntimeVersion = "docker://20.10.24" },
            },
        };
        var kind = KindRegistry.Find(ResourceTypes.Nodes)!;
        Assert.Equal(["n1", "Ready,SchedulingDisabled", "edge", "60m", "v1.0.0", "10.0.0.5", "<none>", "Debian", "6.1", "docker://20.10.24"], Cells(kind, node));
        Assert.Equal(["NotReady", "<none>"], Cells(kind, A.Node("n2").NotReady()).Skip(1).Take(2));
    }

    [Fact]
    public void An_event_shows_what_kubectl_shows() => Assert.Equal(
        ["30s", "Warning", "BackOff", "pod/web", "spec.containers{web}", "agent, n1", "Back-off restarting", "10m", "7", "web.1"],
        Cells(KindRegistry.Of<EventRecord>(), new EventRecord
        {
            Metadata = new() { Name = "web.1" },
            InvolvedObject = new() { Kind = "Pod", Name = "web", FieldPath = "spec.containers{web}" },
            Type = "Warning",
            Reason = "BackOff",
            Message = "Back-off restarting\n",
            Source = new() { Component = "agent", Host = "n1" },
            FirstTimestamp = Now.AddMinutes(-10),
            LastTimestamp = Now.AddSeconds(-30),
            Count = 7,
        }));

    [Fact]
    public void A_selector_is_shown_sorted_by_key() => Assert.Equal("a in (x,y),app=web,!gone,ready", Print.Selector(new()
    {
        MatchLabels = ValueMap.Of(("app", "web")),
        MatchExpressions = [new() { Key = "ready", Operator = "Exists" }, new() { Key = "a", Operator = "In", Values = ["y", "x"] }, new() { Key = "gone", Operator = "DoesNotExist" }],
    }));

    private static string[] Cells(KindDefinition kind, KubeObject value) => [.. kind.Columns.Select(c => $"{c.Value(value, Now)}")];

    private static Pod InState(string state)
    {
        var pod = A.Pod("p");
        return state switch
        {
            "pending" => pod,
            "running" => pod.Running(),
            "ready" => pod.Ready(),
            "crashing" => With(Waiting("CrashLoopBackOff")),
            "failed" => pod.Finished(1),
            "completed" => pod.Finished(),
            "exit without reason" => With(Terminated(3, null)),
            "signal without reason" => With(Terminated(137, null, 9)),
            "terminating" => pod.Ready().Deleting(A.Epoch),
            "terminating and finished" => pod.Finished().Deleting(A.Epoch),
            "lost" => pod.Deleting(A.Epoch) with { Status = new() { Phase = "Running", Reason = "NodeLost" } },
            "evicted" => pod with { Status = new() { Phase = "Failed", Reason = "Evicted" } },
            "init running" => Init(new() { State = new() { Running = new() } }),
            "init crashed" => Init(Waiting("CrashLoopBackOff")),
            "init failed" => Init(Terminated(1, "Error")),
            "init exit without reason" => Init(Terminated(1, null)),
            "init done" => Init(Terminated(0, "Completed"), Waiting("PodInitializing")),
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };

        Pod With(ContainerStatus container) => pod with { Status = new() { Phase = "Running", ContainerStatuses = [container] } };
        Pod Init(ContainerStatus init, ContainerStatus? container = null) => pod with
        {
            Spec = pod.Spec with { InitContainers = [A.Container("i")] },
            Status = new() { Phase = "Pending", InitContainerStatuses = [init], ContainerStatuses = container is null ? null : [container] },
        };
    }

    private static ContainerStatus Waiting(string reason) => new() { State = new() { Waiting = new() { Reason = reason } } };

    private static ContainerStatus Terminated(int exitCode, string? reason, int? signal = null) =>
        new() { State = new() { Terminated = new() { ExitCode = exitCode, Reason = reason, Signal = signal } } };
}
