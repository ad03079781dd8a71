using CloudOrch.Azure.Identity;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Seams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Azure;

/// <summary>Every seam of the control plane, kept by Azure.</summary>
public static partial class AzureSetup
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
    /// <remarks>A storage that is away for the moment delays the start instead of failing it.</remarks>
    private sealed partial class TablesAtStart(ControlPlaneTables tables, TimeProvider clock, ILogger<TablesAtStart> log) : IHostedLifecycleService
    {
        private const int Attempts = 30;

        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    await tables.EnsureCreatedAsync(cancellationToken);
                    return;
                }
                catch (StoreUnavailableException e) when (attempt < Attempts)
                {
                    LogWaiting(log, e.Message, e.RetryAfter);
                    await Task.Delay(e.RetryAfter, clock, cancellationToken);
                }
            }
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        [LoggerMessage(Level = LogLevel.Warning, Message = "The start waits for the tables, again in {Pause}: {Why}")]
        private static partial void LogWaiting(ILogger log, string why, TimeSpan pause);
    }
}
