using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/v1/defaults.go.</summary>
public static class PodDefaults
{
    public static PodTemplateSpec Of(PodTemplateSpec template) => template with { Spec = Common(template.Spec) };

    /// <remarks>Requests from limits and host ports of the host network are defaulted in pods only, not in templates, as in Kubernetes.</remarks>
    public static PodSpec OfPod(PodSpec spec)
    {
        spec = Common(spec);
        bool host = spec.HostNetwork == true;
        return spec with
        {
            EnableServiceLinks = spec.EnableServiceLinks ?? true,
            Containers = Each(spec.Containers, c => PodOnly(c, host))!,
            InitContainers = Each(spec.InitContainers, c => PodOnly(c, host)),
        };
    }

    private static PodSpec Common(PodSpec spec) => spec with
    {
        Volumes = Each(spec.Volumes, Volume),
        InitContainers = Each(spec.InitContainers, Container),
        Containers = Each(spec.Containers, Container)!,
        RestartPolicy = OrElse(spec.RestartPolicy, "Always"),
        TerminationGracePeriodSeconds = spec.TerminationGracePeriodSeconds ?? 30,
        DnsPolicy = OrElse(spec.DnsPolicy, "ClusterFirst"),
        SchedulerName = OrElse(spec.SchedulerName, "default-scheduler"),
        SecurityContext = spec.SecurityContext ?? new(),
        ServiceAccountName = string.IsNullOrEmpty(spec.ServiceAccountName) ? spec.ServiceAccount : spec.ServiceAccountName,
        ServiceAccount = string.IsNullOrEmpty(spec.ServiceAccountName) ? spec.ServiceAccount : spec.ServiceAccountName,
    };

    private static Container Container(Container container) => container with
    {
        ImagePullPolicy = OrElse(container.ImagePullPolicy, IsLatest(container.Image ?? "") ? "Always" : "IfNotPresent"),
        TerminationMessagePath = OrElse(container.TerminationMessagePath, "/dev/termination-log"),
        TerminationMessagePolicy = OrElse(container.TerminationMessagePolicy, "File"),
        Ports = Each(container.Ports, p => p with { Protocol = OrElse(p.Protocol, "TCP") }),
        Env = Each(container.Env, Variable),
        Resources = container.Resources ?? new(),
        LivenessProbe = Probe(container.LivenessProbe),
        ReadinessProbe = Probe(container.ReadinessProbe),
        StartupProbe = Probe(container.StartupProbe),
    };

    private static Container PodOnly(Container container, bool hostNetwork)
    {
        var resources = container.Resources;
        if (resources?.Limits is { Count: > 0 } limits)
        {
            // What is requested by name wins over the limit of the same name.
            resources = resources with { Requests = limits.Concat(resources.Requests ?? ValueMap<Quantity>.Empty).ToValueMap() };
        }
        return container with
        {
            Resources = resources,
            Ports = hostNetwork ? Each(container.Ports, p => p with { HostPort = p.HostPort is null or 0 ? p.Port : p.HostPort }) : container.Ports,
        };
    }

    private static EnvVar Variable(EnvVar variable) => variable.ValueFrom?.FieldRef is not { } field ? variable
        : variable with { ValueFrom = variable.ValueFrom with { FieldRef = field with { ApiVersion = OrElse(field.ApiVersion, "v1") } } };

    private static Probe? Probe(Probe? probe) => probe is null ? null : probe with
    {
        TimeoutSeconds = OrElse(probe.TimeoutSeconds, 1),
        PeriodSeconds = OrElse(probe.PeriodSeconds, 10),
        SuccessThreshold = OrElse(probe.SuccessThreshold, 1),
        FailureThreshold = OrElse(probe.FailureThreshold, 3),
        HttpGet = probe.HttpGet is null ? null : probe.HttpGet with { Path = OrElse(probe.HttpGet.Path, "/"), Scheme = OrElse(probe.HttpGet.Scheme, "HTTP") },
    };

    private static Volume Volume(Volume volume) => volume with
    {
        EmptyDir = volume.EmptyDir ?? (VolumeRules.SourcesOf(volume).Count == 0 && volume.Unknown is null or { Count: 0 } ? new() : null),
        HostPath = volume.HostPath is null ? null : volume.HostPath with { Type = volume.HostPath.Type ?? "" },
        ConfigMap = volume.ConfigMap is null ? null : volume.ConfigMap with { DefaultMode = volume.ConfigMap.DefaultMode ?? 420 },
    };

    /// <summary>No tag and no digest mean <c>latest</c>. A port is no tag: <c>registry:5000/web</c>.</summary>
    private static bool IsLatest(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
            return false;
        string last = image[(image.LastIndexOf('/') + 1)..];
        int colon = last.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || last[(colon + 1)..] == "latest";
    }

    private static string OrElse(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;

    private static int OrElse(int? value, int fallback) => value is null or 0 ? fallback : value.Value;

    private static ValueList<T>? Each<T>(ValueList<T>? list, Func<T, T> change) => list?.Select(change).ToValueList();
}
