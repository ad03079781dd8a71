using CloudOrch.Azure.Identity;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Seams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CloudOrch.Azure;

/// <summary>Every seam of the control plane, kept by Azure.</summary>
public static class AzureSetup
{
    /// <summary>Registers the adapters as the settings say (docs/settings.md); wrong ones fail here, not at the first request.</summary>
    public static IServiceCollection AddAzure(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IIdentityGenerator, RandomIdentityGenerator>();
        services.AddEntraCallers(configuration);
        services.AddTables(TablesSettings.From(configuration));
        services.AddServiceBus(ServiceBusSettings.From(configuration));
        services.AddHostedService<TablesAtStart>();
        return services;
    }

    /// <summary>The tables are there before any other service starts: a trigger that fires at once finds them.</summary>
    private sealed class TablesAtStart(ControlPlaneTables tables) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => tables.EnsureCreatedAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
