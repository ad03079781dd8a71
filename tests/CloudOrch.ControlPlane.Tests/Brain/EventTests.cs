using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Brain;

public sealed class EventTests
{
    [Fact]
    public async Task A_burst_of_Events_holds_no_decision_up_and_none_of_them_is_lost()
    {
        var cluster = await BrainCluster.StartAsync(3);
        var brain = new BrainProcess(cluster, cluster.Store, new BrainOptions { EventsPerPass = 5 }).Brain;
        int before = (await cluster.EventsAsync()).Count;
        await cluster.PutAsync(A.Deployment("web", 12));
        var first = cluster.Queue.TryTake()!;
        await brain.HandleAsync(first.Doorbell, default);
        first.Complete();
        Assert.Equal(12, (await cluster.ListAsync<Pod>()).Count(p => p.Spec.NodeName is not null));
        Assert.Equal(5, (await cluster.EventsAsync()).Count - before);

        while (cluster.Queue.TryTake() is { } ring)
        {
            await brain.HandleAsync(ring.Doorbell, default);
            ring.Complete();
        }
        Assert.Equal(12, (await cluster.EventsAsync("Scheduled")).Count);
    }

    [Fact]
    public async Task Of_many_Events_alike_about_one_object_the_eleventh_and_all_after_it_are_one()
    {
        var cluster = await BrainCluster.StartAsync(3);
        await cluster.PutAsync(A.Deployment("web", 25));
        await cluster.SettleAsync();
        var made = await cluster.EventsAsync("SuccessfulCreate");
        Assert.Equal(11, made.Count);
        var combined = Assert.Single(made, e => e.Message!.StartsWith("(combined from similar events): Created pod: web-", StringComparison.Ordinal));
        Assert.Equal(15, combined.Count);
        Assert.Equal(25, (await cluster.EventsAsync("Scheduled")).Count);
    }

    [Fact]
    public void What_is_said_again_has_the_same_name_and_all_else_another()
    {
        var one = new EventRecord
        {
            InvolvedObject = new() { Name = "web", Uid = "u1" }, Reason = "Pulled", Message = "pulled", Source = new() { Component = "agent", Host = "n1" }, Type = "Normal", Count = 1,
        };
        string name = EventRules.NameOf(one, "pulled");
        Assert.Matches("^web\\.[0-9a-f]{16}$", name);
        Assert.Equal(name, EventRules.NameOf(one with { Count = 5, Metadata = new() { Uid = "another" } }, "pulled"));
        EventRecord[] others =
        [
            one with { InvolvedObject = one.InvolvedObject with { Uid = "u2" } }, one with { InvolvedObject = one.InvolvedObject with { FieldPath = "spec.containers{c}" } },
            one with { Reason = "Pulling" }, one with { Source = one.Source with { Host = "n2" } }, one with { Type = "Warning" },
        ];
        Assert.Equal(7, others.Select(o => EventRules.NameOf(o, "pulled")).Append(name).Append(EventRules.NameOf(one, "pulling")).Distinct().Count());
    }
}
