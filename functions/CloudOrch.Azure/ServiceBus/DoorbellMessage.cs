using System.Text.Json;
using Azure.Messaging.ServiceBus;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.ServiceBus;

/// <summary>A doorbell as a message on queue <c>work</c>: session = cluster, body <c>{v, why, revision}</c>.</summary>
public static class DoorbellMessage
{
    private const int Version = 1;

    /// <summary>Nobody listened for so long: the sweep finds what is owed.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static ServiceBusMessage Write(Doorbell doorbell)
    {
        ArgumentNullException.ThrowIfNull(doorbell);
        return new ServiceBusMessage(BinaryData.FromBytes(KubeJson.Write(new Body(Version, doorbell.Why, doorbell.Revision.Value))))
        {
            SessionId = doorbell.Cluster.Value,
            ContentType = "application/json",
            Subject = doorbell.Why,
            TimeToLive = Lifetime,
        };
    }

    /// <summary>Null for a message that is no doorbell: it is dead-lettered alone and rings nothing.</summary>
    public static Doorbell? Read(ServiceBusReceivedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (string.IsNullOrEmpty(message.SessionId))
            return null;
        try
        {
            var body = KubeJson.Read<Body>(message.Body.ToMemory().Span);
            return body is { V: >= 1, Why.Length: > 0, Revision: >= 0 }
                ? new Doorbell(new ClusterId(message.SessionId), body.Why, new Revision(body.Revision))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Body(int V, string? Why, long Revision);
}
