using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Azure.ServiceBus;

/// <summary>One queue a node, on one shared connection.</summary>
/// <remarks>A message to a node whose queue is gone is dropped: the node was deleted, or will read its row.</remarks>
public sealed partial class ServiceBusDecisionSender(ServiceBusClient client, ServiceBusAdministrationClient administration, ILogger<ServiceBusDecisionSender> log)
    : IDecisionSender
{
    /// <summary>Caps what a message asks for itself, so that the queue of a node that is away stays short.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new(StringComparer.Ordinal);

    public static string QueueName(string nodeUid) => "node-" + nodeUid;

    public async Task CreateQueueAsync(string nodeUid, CancellationToken cancellation)
    {
        var options = new CreateQueueOptions(QueueName(nodeUid))
        {
            DefaultMessageTimeToLive = LongestLifetime,
            LockDuration = TimeSpan.FromSeconds(30),
            RequiresSession = false,
            DeadLetteringOnMessageExpiration = false,
        };
        try
        {
            await administration.CreateQueueAsync(options, cancellation).ConfigureAwait(false);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessagingEntityAlreadyExists)
        {
            Log.QueueExists(log, options.Name);
        }
    }

    public async Task DeleteQueueAsync(string nodeUid, CancellationToken cancellation)
    {
        if (_senders.TryRemove(nodeUid, out var sender))
            await sender.DisposeAsync().ConfigureAwait(false);
        try
        {
            await administration.DeleteQueueAsync(QueueName(nodeUid), cancellation).ConfigureAwait(false);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessagingEntityNotFound)
        {
            Log.QueueGone(log, QueueName(nodeUid));
        }
    }

    public Task SendAssignmentAsync(NodeAssignment assignment, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        var (contentType, body) = AssignmentMessage.Encode(assignment, document);
        return SendAsync(assignment.NodeUid, contentType, body, AssignmentMessage.Lifetime, cancellation);
    }

    public Task SendCommandAsync(string nodeUid, NodeMessage command, TimeSpan timeToLive, CancellationToken cancellation)
    {
        var (contentType, body) = NodeMessageCodec.Encode(command);
        return SendAsync(nodeUid, contentType, body, timeToLive, cancellation);
    }

    private async Task SendAsync(string nodeUid, string contentType, byte[] body, TimeSpan timeToLive, CancellationToken cancellation)
    {
        var sender = _senders.GetOrAdd(nodeUid, static (uid, c) => c.CreateSender(QueueName(uid)), client);
        try
        {
            await sender.SendMessageAsync(new ServiceBusMessage(body) { ContentType = contentType, TimeToLive = timeToLive }, cancellation).ConfigureAwait(false);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessagingEntityNotFound)
        {
            if (_senders.TryRemove(nodeUid, out var useless))
                await useless.DisposeAsync().ConfigureAwait(false);
            Log.QueueGone(log, QueueName(nodeUid));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "queue {Queue} is there already")]
        public static partial void QueueExists(ILogger log, string queue);

        [LoggerMessage(Level = LogLevel.Information, Message = "queue {Queue} does not exist: nothing to do on it")]
        public static partial void QueueGone(ILogger log, string queue);
    }
}
