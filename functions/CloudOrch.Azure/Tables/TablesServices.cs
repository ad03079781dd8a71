using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using Microsoft.Extensions.DependencyInjection;

namespace CloudOrch.Azure.Tables;

public static class TablesServices
{
    /// <summary>Every table-backed seam. Needs an <see cref="IIdentityGenerator"/>, a <see cref="TimeProvider"/> and, for the nodes' tokens, the Service Bus services.</summary>
    public static IServiceCollection AddTables(this IServiceCollection services, TablesSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        services.AddSingleton(settings);
        services.AddSingleton(_ => Open(settings));
        services.AddSingleton<IResourceStore, TablesResourceStore>();
        services.AddSingleton<IEventStore, TablesEventStore>();
        services.AddSingleton<IDirectory, TablesDirectory>();
        services.AddSingleton<IDueTable, TablesDueTable>();
        services.AddSingleton<INodeRows, TablesNodeRows>();
        services.AddSingleton<IStreamRows, TablesStreamRows>();
        services.AddSingleton<INodeCredentialIssuer, NodeCredentialIssuer>();
        return services;
    }

    /// <summary>The tables of the settings' account; nothing is called yet.</summary>
    public static ControlPlaneTables Open(TablesSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return ControlPlaneTables.WithKey(
            settings.Endpoint, new TableSharedKeyCredential(settings.AccountName, settings.AccountKey), new TablesOptions { Prefix = settings.Prefix });
    }
}
