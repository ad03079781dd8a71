using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudOrch.ControlPlane.Brain;

public static class BrainServices
{
    /// <summary>The brain and Tick; the seams, the caches and a TimeProvider come from elsewhere.</summary>
    public static IServiceCollection AddBrain(this IServiceCollection services)
    {
        services.TryAddSingleton(new BrainOptions());
        services.TryAddSingleton<BrainMemories>();
        services.TryAddSingleton<Dispatcher>();
        services.TryAddSingleton<EventWriter>();
        services.TryAddSingleton<ClusterPurge>();
        services.TryAddSingleton<BrainHost>();
        services.TryAddSingleton<TickHost>();
        return services;
    }
}
