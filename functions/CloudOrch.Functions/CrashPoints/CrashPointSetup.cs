using CloudOrch.ControlPlane.Seams;
using CloudOrch.Functions.CrashPoints;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudOrch.Functions;

public static partial class Startup
{
    static partial void AddCrashPoints(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CrashPoint>();
        builder.UseMiddleware<CrashingMiddleware>();
        Wrap<IResourceStore>(builder.Services, (inner, crash) => new CrashingStore(inner, crash));
        Wrap<INodeRows>(builder.Services, (inner, crash) => new CrashingNodeRows(inner, crash));
    }

    private static void Wrap<T>(IServiceCollection services, Func<T, CrashPoint, T> wrap)
        where T : class
    {
        var inner = services.Last(d => d.ServiceType == typeof(T));
        services.Remove(inner);
        services.AddSingleton(provider => wrap((T)Make(provider, inner), provider.GetRequiredService<CrashPoint>()));
    }

    private static object Make(IServiceProvider provider, ServiceDescriptor descriptor) =>
        descriptor.ImplementationInstance ?? descriptor.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!);
}
