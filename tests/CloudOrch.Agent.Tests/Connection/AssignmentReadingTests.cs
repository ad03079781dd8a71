using CloudOrch.Agent.Connection;
using CloudOrch.Agent.Journal;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Agent.Tests.Connection;

public sealed class AssignmentReadingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-reading-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>With its queue connected an agent reads each minute without being told to: a node that missed a message would stand for as long.</summary>
    [Fact]
    public async Task A_reading_that_failed_is_tried_again_within_seconds_though_the_queue_is_connected()
    {
        using var plane = new FakeControlPlane();
        plane.Assignment = plane.Assignment with { Revision = 7, ContentHash = "7" };
        using var http = new HttpClient(plane);
        var assigned = new TaskCompletionSource<NodeAssignment>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var keys = NodeKeys.Of(NodeKeys.Create());
        var link = new NodeLink(keys, plane.Enrolment(), http);
        using var keeper = new AssignmentKeeper(link, new AgentJournal(_directory), TimeProvider.System, NullLogger<AssignmentKeeper>.Instance, assigned.SetResult, _ => { });
        using var stop = new CancellationTokenSource();
        plane.TablesAway = true;
        keeper.QueueConnected(true);
        var running = keeper.RunAsync(stop.Token);
        try
        {
            await Eventually.Async(() => plane.Missed > 0, AgentWorld.Deadline, "the reading that the connection asks for fails");
            plane.TablesAway = false;
            Assert.Equal(7, (await assigned.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken)).Revision);
        }
        finally
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
