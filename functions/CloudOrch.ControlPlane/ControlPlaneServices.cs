using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Serving;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Fairness;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Logs;
using CloudOrch.ControlPlane.Serving.Management;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudOrch.ControlPlane;

/// <summary>Settings of the control plane, each with a default.</summary>
public sealed record ControlPlaneOptions
{
    public CacheOptions Cache { get; init; } = new();
    public WriterOptions Writer { get; init; } = new();
    public ServingOptions Serving { get; init; } = new();
}

public static class ControlPlaneServices
{
    /// <summary>The API's services, and the brain's. The seams (<c>CloudOrch.ControlPlane.Seams</c>) are registered by their adapters.</summary>
    public static IServiceCollection AddControlPlane(this IServiceCollection services, ControlPlaneOptions? options = null)
    {
        options ??= new();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.Cache).AddSingleton(options.Writer).AddSingleton(options.Serving);
        services.AddSingleton<ClusterCaches>().AddSingleton<ClusterWriters>().AddSingleton<ObjectWriter>().AddSingleton<ClusterLookup>();
        services.AddSingleton(RouteTable.Standard).AddSingleton<AnswerWriter>().AddSingleton<Documents>().AddSingleton(new FairSeats(options.Serving.Fairness));
        services.AddSingleton<CacheSource>().AddSingleton<EventSource>().AddSingleton<LeaseSource>().AddSingleton<MetricsSource>().AddSingleton<ReadVerbs>().AddSingleton<WatchVerb>();
        services.AddSingleton<CreateVerb>().AddSingleton<UpdateVerb>().AddSingleton<ApplyVerb>().AddSingleton<PatchVerb>().AddSingleton<DeleteVerb>().AddSingleton<ScaleVerb>()
            .AddSingleton<EvictionVerb>().AddSingleton<BindingVerb>().AddSingleton<TokenVerb>().AddSingleton<EventVerbs>().AddSingleton<LogVerb>().AddSingleton<ReviewVerb>().AddSingleton<ResourceVerbs>();
        services.AddSingleton<ServiceAccountCallers>().AddSingleton<ClusterVerbs>().AddSingleton<JoinTokenVerbs>().AddSingleton<ClusterRemoval>();
        services.AddSingleton<NodeApi>().AddSingleton<Enrolment>().AddSingleton<JoinTokenUses>().AddSingleton<NodeRemoval>();
        services.AddBrain();
        return services.AddSingleton<ApiServer>();
    }
}
