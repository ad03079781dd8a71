using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Azure.Functions.Worker.Extensions.ServiceBus;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function for each message of a queue; the embedded host serves queues, not topics.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[TriggerListener("serviceBusTrigger", typeof(ServiceBusListener))]
public sealed class ServiceBusTriggerAttribute(string queueName) : Attribute
{
    public string? QueueName { get; } = queueName;

    /// <summary>The app setting (or prefix of settings) that says how to connect; default <c>AzureWebJobsServiceBus</c>.</summary>
    public string? Connection { get; set; }

    /// <summary>Messages of one session come in order, one at a time; sessions run side by side.</summary>
    public bool IsSessionsEnabled { get; set; }

    /// <summary>True is not served by the embedded host: with sessions the real one then serves one session an instance and renews no lock.</summary>
    public bool IsBatched { get; set; }

    /// <summary>A message is completed when its function returned and did not settle it itself.</summary>
    public bool AutoCompleteMessages { get; set; } = true;
}
