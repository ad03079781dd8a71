using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;

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
        ImagePullPolicy = OrElse(container.ImagePullPolicy, PullPolicy(container.Image)),
        TerminationMessagePath = OrElse(container.TerminationMessagePath, "/dev/termination-log"),
        TerminationMessagePolicy = OrElse(container.TerminationMessagePolicy, "File"),
        Ports = Each(container.Ports, p => p with { Protocol = OrElse(p.Protocol, "TCP") }),
        Env = Each(container.Env, Variable),
        Resources = container.Resources ?? new(),
        Lifecycle = container.Lifecycle is not { } lifecycle ? null
            : lifecycle with { PostStart = Handler(lifecycle.PostStart), PreStop = Handler(lifecycle.PreStop) },
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

    private static EnvVar Variable(EnvVar variable) => variable.ValueFrom is not { } source ? variable : variable with
    {
        ValueFrom = source with
        {
            FieldRef = source.FieldRef is not { } field ? null : field with { ApiVersion = OrElse(field.ApiVersion, "v1") },
            FileKeyRef = source.FileKeyRef is not { } file ? null : file with { Optional = file.Optional ?? false },
        },
    };

    private static Probe? Probe(Probe? probe) => probe is null ? null : probe with
    {
        TimeoutSeconds = OrElse(probe.TimeoutSeconds, 1),
        PeriodSeconds = OrElse(probe.PeriodSeconds, 10),
        SuccessThreshold = OrElse(probe.SuccessThreshold, 1),
        FailureThreshold = OrElse(probe.FailureThreshold, 3),
        HttpGet = Request(probe.HttpGet),
        Grpc = probe.Grpc is null ? null : probe.Grpc with { Service = probe.Grpc.Service ?? "" },
    };

    private static LifecycleHandler? Handler(LifecycleHandler? handler) => handler is null ? null : handler with { HttpGet = Request(handler.HttpGet) };

    private static HttpGetAction? Request(HttpGetAction? http) => http is null ? null : http with { Path = OrElse(http.Path, "/"), Scheme = OrElse(http.Scheme, "HTTP") };

    private static Volume Volume(Volume volume) => volume with
    {
        EmptyDir = volume.EmptyDir ?? (VolumeRules.SourcesOf(volume).Count == 0 && volume.Unknown is null or { Count: 0 } ? new() : null),
        HostPath = VolumeDefaults.Of(volume.HostPath),
        ConfigMap = volume.ConfigMap is null ? null : volume.ConfigMap with { DefaultMode = volume.ConfigMap.DefaultMode ?? VolumeDefaults.Mode },
        Secret = volume.Secret is null ? null : volume.Secret with { DefaultMode = volume.Secret.DefaultMode ?? VolumeDefaults.Mode },
        DownwardAPI = volume.DownwardAPI is not { } down ? null : down with { DefaultMode = down.DefaultMode ?? VolumeDefaults.Mode, Items = Each(down.Items, VolumeDefaults.Of) },
        Projected = volume.Projected is not { } projected ? null
            : projected with { DefaultMode = projected.DefaultMode ?? VolumeDefaults.Mode, Sources = Each(projected.Sources, VolumeDefaults.Of) },
        Ephemeral = volume.Ephemeral?.VolumeClaimTemplate is { } claim
            ? volume.Ephemeral with { VolumeClaimTemplate = claim with { Spec = PersistentVolumeClaimRules.Default(claim.Spec) } } : volume.Ephemeral,
        Image = volume.Image is not { } image ? null : image with { PullPolicy = OrElse(image.PullPolicy, PullPolicy(image.Reference)) },
        Iscsi = VolumeDefaults.Iscsi(volume.Iscsi),
        Rbd = VolumeDefaults.Rbd(volume.Rbd),
        AzureDisk = VolumeDefaults.Of(volume.AzureDisk),
        ScaleIO = VolumeDefaults.ScaleIO(volume.ScaleIO),
    };

    private static string PullPolicy(string? image) => IsLatest(image ?? "") ? "Always" : "IfNotPresent";

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
