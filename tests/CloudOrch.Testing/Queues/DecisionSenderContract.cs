using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;
using Xunit;

namespace CloudOrch.Testing.Queues;

/// <summary>A decision sender with the nodes' side and a clock that the test moves.</summary>
public interface IDecisionSenderHarness : IAsyncDisposable
{
    IDecisionSender Sender { get; }

    ManualClock Clock { get; }

    /// <summary>What waits for the node, taken; empty when nothing does or the node has no queue.</summary>
    Task<IReadOnlyList<NodeMessage>> ReceiveAsync(string nodeUid);
}

/// <summary>What every <see cref="IDecisionSender"/> keeps: whole state or word of it, for one node, for two minutes; never an error for a node that is gone.</summary>
public abstract class DecisionSenderContract
{
    private const string Node = "11111111-1111-1111-1111-111111111111";
    private const string Other = "22222222-2222-2222-2222-222222222222";

    protected abstract Task<IDecisionSenderHarness> OpenAsync();

    [Fact]
    public async Task An_assignment_arrives_whole_at_its_node_and_nowhere_else()
    {
        await using var h = await OpenAsync();
        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        await h.Sender.CreateQueueAsync(Other, CancellationToken.None);
        var assignment = Assignment("small");

        await h.Sender.SendAssignmentAsync(assignment, KubeJson.Write(assignment), CancellationToken.None);

        var message = Assert.Single(await h.ReceiveAsync(Node));
        Assert.Equal((NodeMessageKinds.Assignment, 3L, 77L), (message.Kind, message.Epoch, message.Revision));
        Assert.Equal(KubeJson.Write(assignment), KubeJson.Write(message.Assignment));
        Assert.Empty(await h.ReceiveAsync(Node));
        Assert.Empty(await h.ReceiveAsync(Other));
    }

    [Fact]
    public async Task A_large_assignment_that_compresses_well_still_arrives_whole()
    {
        await using var h = await OpenAsync();
        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        var assignment = Assignment(new string('a', 2_000_000));

        await h.Sender.SendAssignmentAsync(assignment, KubeJson.Write(assignment), CancellationToken.None);

        Assert.Equal(assignment.ConfigMaps[0].Data!["k"], Assert.Single(await h.ReceiveAsync(Node)).Assignment!.ConfigMaps[0].Data!["k"]);
    }

    [Fact]
    public async Task An_assignment_that_does_not_fit_is_announced_by_its_revision()
    {
        await using var h = await OpenAsync();
        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        var noise = new byte[200 * 1024];
        new Random(7).NextBytes(noise);
        var assignment = Assignment(Convert.ToBase64String(noise));

        await h.Sender.SendAssignmentAsync(assignment, KubeJson.Write(assignment), CancellationToken.None);

        var message = Assert.Single(await h.ReceiveAsync(Node));
        Assert.Equal((NodeMessageKinds.AssignmentChanged, 3L, 77L), (message.Kind, message.Epoch, message.Revision));
        Assert.Null(message.Assignment);
    }

    [Fact]
    public async Task A_decision_is_gone_after_two_minutes_and_a_command_after_its_own_time()
    {
        await using var h = await OpenAsync();
        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        var assignment = Assignment("x");
        await h.Sender.SendAssignmentAsync(assignment, KubeJson.Write(assignment), CancellationToken.None);
        await h.Sender.SendCommandAsync(Node, Command("short"), TimeSpan.FromSeconds(10), CancellationToken.None);
        await h.Sender.SendCommandAsync(Node, Command("long"), TimeSpan.FromMinutes(3), CancellationToken.None);

        h.Clock.Advance(TimeSpan.FromMinutes(2));

        var left = Assert.Single(await h.ReceiveAsync(Node));
        Assert.Equal((NodeMessageKinds.LogStream, "long"), (left.Kind, left.LogStream!.StreamId));
    }

    [Fact]
    public async Task Making_and_deleting_a_queue_can_be_repeated_and_a_message_to_a_node_without_one_is_no_error()
    {
        await using var h = await OpenAsync();
        var assignment = Assignment("x");
        await h.Sender.SendAssignmentAsync(assignment, KubeJson.Write(assignment), CancellationToken.None);
        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        await h.Sender.SendCommandAsync(Node, Command("kept"), TimeSpan.FromMinutes(1), CancellationToken.None);
        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        Assert.Equal("kept", Assert.Single(await h.ReceiveAsync(Node)).LogStream!.StreamId);

        await h.Sender.SendCommandAsync(Node, Command("dropped"), TimeSpan.FromMinutes(1), CancellationToken.None);
        await h.Sender.DeleteQueueAsync(Node, CancellationToken.None);
        await h.Sender.DeleteQueueAsync(Node, CancellationToken.None);
        await h.Sender.SendCommandAsync(Node, Command("nowhere"), TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Empty(await h.ReceiveAsync(Node));

        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        Assert.Empty(await h.ReceiveAsync(Node));
        await h.Sender.SendCommandAsync(Node, Command("again"), TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal("again", Assert.Single(await h.ReceiveAsync(Node)).LogStream!.StreamId);
    }

    [Fact]
    public async Task Messages_arrive_in_the_order_in_which_they_were_sent()
    {
        await using var h = await OpenAsync();
        await h.Sender.CreateQueueAsync(Node, CancellationToken.None);
        for (var i = 0; i < 5; i++)
            await h.Sender.SendCommandAsync(Node, Command($"{i}"), TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal(["0", "1", "2", "3", "4"], (await h.ReceiveAsync(Node)).Select(m => m.LogStream!.StreamId));
    }

    private static NodeAssignment Assignment(string data) => new()
    {
        ClusterId = "c0000001",
        NodeUid = Node,
        NodeName = "n1",
        Epoch = 3,
        Revision = 77,
        ContentHash = "abc",
        ConfigMaps = [new AssignedConfigMap { Namespace = "default", Name = "c", Data = ValueMap<string>.Empty.With("k", data) }],
    };

    private static NodeMessage Command(string stream) => new()
    {
        Kind = NodeMessageKinds.LogStream,
        LogStream = new LogStreamCommand { StreamId = stream, PodUid = "p", Container = "c" },
    };
}
