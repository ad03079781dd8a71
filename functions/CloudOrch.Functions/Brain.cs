using Azure.Messaging.ServiceBus;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.ControlPlane.Brain;
using Microsoft.Azure.Functions.Worker;

namespace CloudOrch.Functions;

/// <summary>A cluster's doorbell: one session a cluster, one message an invocation.</summary>
public sealed class Brain(BrainHost brain)
{
    [Function("Brain")]
    public Task Run(
        [ServiceBusTrigger(ServiceBusWorkQueue.QueueName, IsSessionsEnabled = true, Connection = "ServiceBus")] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions, CancellationToken ct) =>
        DoorbellMessage.Read(message) is { } doorbell
            ? brain.HandleAsync(doorbell, ct)
            : actions.DeadLetterMessageAsync(message, null, "Undecodable", "The message is no doorbell of a known version.", ct);
}
