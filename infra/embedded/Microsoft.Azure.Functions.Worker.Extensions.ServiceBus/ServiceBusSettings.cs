using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Extensions.ServiceBus;

/// <summary><c>extensions.serviceBus</c> of host.json, with the real host's names and defaults.</summary>
internal sealed record ServiceBusSettings(
    int MaxConcurrentSessions, int MaxConcurrentCalls, int PrefetchCount, TimeSpan? SessionIdleTimeout, TimeSpan MaxAutoLockRenewalDuration,
    bool AutoCompleteMessages, TimeSpan TryTimeout)
{
    public static ServiceBusSettings Of(HostSettings host)
    {
        var section = host.Json.GetSection("extensions:serviceBus");
        return new(
            section.GetValue("maxConcurrentSessions", 8),
            section.GetValue("maxConcurrentCalls", 16),
            section.GetValue("prefetchCount", 0),
            section.GetValue<TimeSpan?>("sessionIdleTimeout"),
            section.GetValue("maxAutoLockRenewalDuration", TimeSpan.FromMinutes(5)),
            section.GetValue("autoCompleteMessages", true),
            section.GetValue("clientRetryOptions:tryTimeout", TimeSpan.FromMinutes(1)));
    }

    /// <exception cref="InvalidOperationException">There is no connection string of that name.</exception>
    public ServiceBusClient Connect(HostSettings host, string? connection, ClientChange? change)
    {
        string name = connection ?? "AzureWebJobsServiceBus";
        string text = host.Find(name) ?? host.Find("AzureWebJobs" + name) ?? host.Find("ConnectionStrings:" + name)
            ?? throw new InvalidOperationException(
                $"There is no app setting '{name}' with a Service Bus connection string (an identity connection, {name}__fullyQualifiedNamespace, needs Azure).");
        var options = new ServiceBusClientOptions { TransportType = ServiceBusTransportType.AmqpWebSockets, RetryOptions = { TryTimeout = TryTimeout } };
        change?.Change(options);
        return new ServiceBusClient(text, options);
    }
}

/// <summary>In the services: changes the trigger's client, as a test needs.</summary>
internal sealed record ClientChange(Action<ServiceBusClientOptions> Change);
