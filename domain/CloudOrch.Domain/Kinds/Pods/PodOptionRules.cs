using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: what of a pod is checked although nothing acts on it yet.</summary>
internal static class PodOptionRules
{
    /// <remarks>validation.MaxDNSNameservers, MaxDNSSearchPaths</remarks>
    private const int MostNameservers = 3;
    private const int MostSearches = 32;

    public static IEnumerable<FieldError> Validate(string field, PodSpec spec) =>
    [
        .. spec.Affinity is { } affinity ? AffinityRules.Validate($"{field}.affinity", affinity) : [],
        .. AffinityRules.Spread($"{field}.topologySpreadConstraints", spec.TopologySpreadConstraints),
        .. SecurityRules.Validate($"{field}.securityContext", spec.SecurityContext),
        .. Dns($"{field}.dnsConfig", spec),
        .. Fields.Each($"{field}.readinessGates", spec.ReadinessGates, (at, gate) => Qualified($"{at}.conditionType", gate.ConditionType)),
        .. Fields.Each($"{field}.schedulingGates", spec.SchedulingGates, (at, gate) => Qualified($"{at}.name", gate.Name)),
        .. Fields.Unique($"{field}.schedulingGates", spec.SchedulingGates, g => g.Name, ".name"),
        .. Fields.Each($"{field}.resourceClaims", spec.ResourceClaims, Claim),
        .. Fields.Unique($"{field}.resourceClaims", spec.ResourceClaims, c => c.Name, ".name"),
        .. ResourceRules.Validate($"{field}.resources", spec.Resources),
        .. spec.Resources?.Claims is { Count: > 0 } ? [Refuse.Forbidden($"{field}.resources.claims", "claims cannot be set for Resources at pod-level")] : Array.Empty<FieldError>(),
        .. ResourceRules.Validate($"{field}.overhead", spec.Overhead ?? ValueMap<Quantity>.Empty),
        .. spec.Os is { } os ? Fields.RequiredOneOf($"{field}.os.name", os.Name, "linux", "windows") : [],
        .. spec.EphemeralContainers is { Count: > 0 } ? [Refuse.Forbidden($"{field}.ephemeralContainers", "ephemeral containers are not served: a pod's containers are those that it was made with")] : Array.Empty<FieldError>(),
    ];

    /// <summary>What of a container is checked although nothing acts on it yet.</summary>
    public static IEnumerable<FieldError> Validate(string field, Container container, PodSpec pod, HashSet<string> volumes) =>
    [
        .. Fields.Each($"{field}.volumeDevices", container.VolumeDevices, (at, device) =>
            [.. RequiredFields.Missing(at, device), .. device.Name.Length > 0 && !volumes.Contains(device.Name) ? [Refuse.NotFound($"{at}.name", device.Name)] : Array.Empty<FieldError>()]),
        .. Fields.Unique($"{field}.volumeDevices", container.VolumeDevices, d => d.DevicePath, ".devicePath"),
        .. Fields.Each($"{field}.resizePolicy", container.ResizePolicy, (at, policy) =>
            [.. Fields.RequiredOneOf($"{at}.resourceName", policy.ResourceName, "cpu", "memory"), .. Fields.RequiredOneOf($"{at}.restartPolicy", policy.RestartPolicy, "NotRequired", "RestartContainer")]),
        .. Fields.Unique($"{field}.resizePolicy", container.ResizePolicy, p => p.ResourceName),
        .. Fields.Each($"{field}.restartPolicyRules", container.RestartPolicyRules, (at, rule) =>
            [.. Fields.RequiredOneOf($"{at}.action", rule.Action, "Restart"), .. rule.ExitCodes is { } codes ? Fields.RequiredOneOf($"{at}.exitCodes.operator", codes.Operator, "In", "NotIn") : [Refuse.Required($"{at}.exitCodes")]]),
        .. Fields.Each($"{field}.resources.claims", container.Resources?.Claims, (at, claim) => claim.Name.Length == 0 ? [Refuse.Required($"{at}.name")]
            : pod.ResourceClaims?.Any(c => c.Name == claim.Name) == true ? [] : [Refuse.NotFound($"{at}.name", claim.Name)]),
        .. Handler($"{field}.lifecycle.postStart", container.Lifecycle?.PostStart, pod.TerminationGracePeriodSeconds),
        .. Handler($"{field}.lifecycle.preStop", container.Lifecycle?.PreStop, pod.TerminationGracePeriodSeconds),
    ];

    private static IEnumerable<FieldError> Handler(string field, LifecycleHandler? handler, long? gracePeriod) => handler is null ? [] :
    [
        .. ProbeRules.OneHandler(field, ("exec", handler.Exec), ("httpGet", handler.HttpGet), ("tcpSocket", handler.TcpSocket), ("sleep", handler.Sleep)),
        .. ProbeRules.Handlers(field, handler.Exec, handler.HttpGet, handler.TcpSocket),
        .. handler.Sleep is { } sleep && (sleep.Seconds < 0 || sleep.Seconds > gracePeriod)
            ? [Refuse.Invalid($"{field}.sleep", sleep.Seconds, $"must be non-negative and less than terminationGracePeriodSeconds ({gracePeriod})")]
            : Array.Empty<FieldError>(),
    ];

    private static IEnumerable<FieldError> Dns(string field, PodSpec spec)
    {
        var dns = spec.DnsConfig;
        if (spec.DnsPolicy == "None" && dns is null)
            yield return Refuse.Required(field, "must provide `dnsConfig` when `dnsPolicy` is None");
        else if (spec.DnsPolicy == "None" && dns!.Nameservers is null or { Count: 0 })
            yield return Refuse.Required($"{field}.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
        if (dns?.Nameservers?.Count > MostNameservers)
            yield return Refuse.Invalid($"{field}.nameservers", dns.Nameservers, $"must not have more than {MostNameservers} nameservers");
        if (dns?.Searches?.Count > MostSearches)
            yield return Refuse.Invalid($"{field}.searches", dns.Searches, $"must not have more than {MostSearches} search paths");
        foreach (var error in Fields.Each($"{field}.nameservers", dns?.Nameservers, (at, server) => Names.Ip(server).Select(problem => Refuse.Invalid(at, server, problem)))
            .Concat(Fields.Each($"{field}.options", dns?.Options, (at, option) => Fields.Required($"{at}.name", option.Name))))
            yield return error;
    }

    private static IEnumerable<FieldError> Claim(string field, PodResourceClaim claim)
    {
        foreach (var error in Fields.Named($"{field}.name", claim.Name, Names.Label))
            yield return error;
        if (claim.ResourceClaimName is null == claim.ResourceClaimTemplateName is null)
            yield return Refuse.Invalid(field, claim, "must specify exactly one of: `resourceClaimName`, `resourceClaimTemplateName`");
    }

    private static IEnumerable<FieldError> Qualified(string field, string name) => Names.Qualified(name).Select(problem => Refuse.Invalid(field, name, problem));
}
