using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;

/// <summary>The cell Targets (k8s.io/kubernetes/pkg/printers/internalversion: formatHPAMetrics).</summary>
internal static class AutoscalerPrinting
{
    private const int Most = 2;

    /// <summary><c>cpu: 40%/80%, 12/10 (avg) + 1 more...</c></summary>
    public static string Targets(HorizontalPodAutoscaler scaler)
    {
        var metrics = scaler.Spec.Metrics ?? [];
        if (metrics.Count == 0)
            return Print.None;
        var seen = scaler.Status?.CurrentMetrics ?? [];
        string[] list = [.. metrics.Select((m, i) => Target(m, i < seen.Count ? seen[i] : new()))];
        return string.Join(", ", list.Take(Most)) + (list.Length > Most ? $" + {list.Length - Most} more..." : "");
    }

    private static string Target(MetricSpec metric, MetricStatus seen) => metric switch
    {
        { Type: "External", External.Target: { } target } => Plain(target, seen.External),
        { Type: "Object", Object.Target: { } target } => Plain(target, seen.Object),
        { Type: "Pods", Pods.Target: { } target } => Pair(seen.Pods?.Current?.AverageValue, target.AverageValue),
        { Type: "Resource", Resource: { } resource } => $"{resource.Name}: {Used(resource.Target, seen.Resource)}",
        { Type: "ContainerResource", ContainerResource: { } resource } => $"{resource.Name}: {Used(resource.Target, seen.ContainerResource)}",
        _ => "<unknown type>",
    };

    private static string Plain(MetricTarget target, MetricReading? seen) => target.AverageValue is { } average
        ? $"{Pair(seen?.Current?.AverageValue, average)} (avg)" : Pair(seen?.Current?.Value, target.Value);

    private static string Used(MetricTarget target, MetricReading? seen) => target.AverageValue is { } average
        ? Pair(seen?.Current?.AverageValue, average)
        : $"{(seen?.Current?.AverageUtilization is { } now ? $"{now}%" : Print.Unknown)}/{(target.AverageUtilization is { } wanted ? $"{wanted}%" : "<auto>")}";

    private static string Pair(Quantity? now, Quantity? wanted) => $"{now?.ToString() ?? Print.Unknown}/{wanted?.ToString() ?? "0"}";
}
