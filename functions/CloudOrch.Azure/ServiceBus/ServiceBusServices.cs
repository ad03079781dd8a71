using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using CloudOrch.ControlPlane.Seams;
using Microsoft.Extensions.DependencyInjection;

namespace CloudOrch.Azure.ServiceBus;

public static class ServiceBusServices
{
    /// <summary>The work queue, the nodes' queues and their tokens, over one connection.</summary>
    public static IServiceCollection AddServiceBus(this IServiceCollection services, ServiceBusSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string host = settings.NodeHost.Split(':')[0];
        services.AddSingleton(settings);
        services.AddSingleton(_ => settings.ConnectionString is { } connection
            ? new ServiceBusClient(connection, Options())
            : new ServiceBusClient(settings.FullyQualifiedNamespace, new DefaultAzureCredential(), Options()));
        services.AddSingleton(_ => settings.ConnectionString is { } connection
            ? new ServiceBusAdministrationClient(connection)
            : new ServiceBusAdministrationClient(settings.FullyQualifiedNamespace, new DefaultAzureCredential()));
        services.AddSingleton<IWorkQueue, ServiceBusWorkQueue>();
        services.AddSingleton<IDecisionSender, ServiceBusDecisionSender>();
        services.AddSingleton(new QueueTokenSigner(host, settings.NodeRuleName, settings.NodeRuleKey));
        return services;
    }

    /// <remarks>A ring or a decision that cannot be sent in half a minute is not worth more: the sweep and the rows make up for it.</remarks>
    private static ServiceBusClientOptions Options() => new()
    {
        TransportType = ServiceBusTransportType.AmqpWebSockets,
        RetryOptions = new ServiceBusRetryOptions
        {
            MaxRetries = 2,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(2),
            TryTimeout = TimeSpan.FromSeconds(8),
        },
    };
}
