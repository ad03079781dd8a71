using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: validateContainers, validateInitContainers.</summary>
internal static class ContainerRules
{
    public static IEnumerable<FieldError> ValidateAll(string field, PodSpec spec, HashSet<string> volumes)
    {
        if (spec.Containers.Count == 0)
            yield return Refuse.Required($"{field}.containers");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (list, containers) in new[] { ("initContainers", spec.InitContainers ?? []), ("containers", spec.Containers) })
        {
            for (int i = 0; i < containers.Count; i++)
            {
                string at = $"{field}.{list}[{i}]";
                foreach (var error in Validate(at, containers[i], spec, volumes, init: list == "initContainers"))
                    yield return error;
                if (containers[i].Name.Length > 0 && !names.Add(containers[i].Name))
                    yield return Refuse.Duplicate($"{at}.name", containers[i].Name);
            }
        }
        foreach (var error in HostPorts(field, spec))
            yield return error;
    }

    private static IEnumerable<FieldError> Validate(string field, Container container, PodSpec spec, HashSet<string> volumes, bool init) =>
    [
        .. Identity(field, container),
        .. Ports($"{field}.ports", container.Ports ?? [], spec.HostNetwork == true),
        .. EnvironmentRules.Validate(field, container),
        .. ResourceRules.Validate($"{field}.resources", container.Resources),
        .. VolumeRules.ValidateMounts($"{field}.volumeMounts", container.VolumeMounts ?? [], volumes),
        .. Probes(field, container, init),
        .. SecurityRules.Validate($"{field}.securityContext", container.SecurityContext),
        .. PodOptionRules.Validate(field, container, spec, volumes),
    ];

    private static IEnumerable<FieldError> Identity(string field, Container container)
    {
        if (container.Name.Length == 0)
            yield return Refuse.Required($"{field}.name");
        else
        {
            foreach (string problem in Names.Label(container.Name))
                yield return Refuse.Invalid($"{field}.name", container.Name, problem);
        }
        if (string.IsNullOrEmpty(container.Image))
            yield return Refuse.Required($"{field}.image");
        else if (container.Image.Trim() != container.Image)
            yield return Refuse.Invalid($"{field}.image", container.Image, "must not have leading or trailing whitespace");
        if (container.ImagePullPolicy is not ("Always" or "IfNotPresent" or "Never"))
            yield return Refuse.NotSupported($"{field}.imagePullPolicy", container.ImagePullPolicy, "Always", "IfNotPresent", "Never");
        if (container.TerminationMessagePolicy is not (null or "File" or "FallbackToLogsOnError"))
            yield return Refuse.NotSupported($"{field}.terminationMessagePolicy", container.TerminationMessagePolicy, "FallbackToLogsOnError", "File");
    }

    private static IEnumerable<FieldError> Ports(string field, ValueList<ContainerPort> ports, bool hostNetwork)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            string at = $"{field}[{i}]";
            if (!string.IsNullOrEmpty(port.Name))
            {
                string[] problems = [.. Names.PortName(port.Name)];
                foreach (string problem in problems)
                    yield return Refuse.Invalid($"{at}.name", port.Name, problem);
                if (problems.Length == 0 && !names.Add(port.Name))
                    yield return Refuse.Duplicate($"{at}.name", port.Name);
            }
            if (port.Port == 0)
                yield return Refuse.Required($"{at}.containerPort");
            else
            {
                foreach (string problem in Names.Port(port.Port))
                    yield return Refuse.Invalid($"{at}.containerPort", port.Port, problem);
            }
            if (port.HostPort is not (null or 0))
            {
                foreach (string problem in Names.Port(port.HostPort.Value))
                    yield return Refuse.Invalid($"{at}.hostPort", port.HostPort, problem);
                if (hostNetwork && port.HostPort != port.Port)
                    yield return Refuse.Invalid($"{at}.containerPort", port.Port, "must match `hostPort` when `hostNetwork` is true");
            }
            if (!string.IsNullOrEmpty(port.HostIp))
            {
                foreach (string problem in Names.Ip(port.HostIp))
                    yield return Refuse.Invalid($"{at}.hostIP", port.HostIp, problem);
            }
            if (port.Protocol is not ("TCP" or "UDP" or "SCTP"))
                yield return Refuse.NotSupported($"{at}.protocol", port.Protocol, "SCTP", "TCP", "UDP");
        }
    }

    private static IEnumerable<FieldError> HostPorts(string field, PodSpec spec)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (int c = 0; c < spec.Containers.Count; c++)
        {
            var ports = spec.Containers[c].Ports ?? [];
            for (int i = 0; i < ports.Count; i++)
            {
                if (ports[i].HostPort is null or 0)
                    continue;
                string endpoint = $"{ports[i].Protocol}/{ports[i].HostIp}/{ports[i].HostPort}";
                if (!taken.Add(endpoint))
                    yield return Refuse.Duplicate($"{field}.containers[{c}].ports[{i}].hostPort", endpoint);
            }
        }
    }

    private static IEnumerable<FieldError> Probes(string field, Container container, bool init)
    {
        (string Name, Probe? Probe)[] probes =
            [("livenessProbe", container.LivenessProbe), ("readinessProbe", container.ReadinessProbe), ("startupProbe", container.StartupProbe)];
        if (init && container is { RestartPolicy: not "Always", Lifecycle: not null })
            yield return Refuse.Forbidden($"{field}.lifecycle", "may not be set for init containers without restartPolicy=Always");
        foreach (var (name, probe) in probes)
        {
            if (probe is null)
                continue;
            if (init && container.RestartPolicy != "Always")
                yield return Refuse.Forbidden($"{field}.{name}", "may not be set for init containers without restartPolicy=Always");
            foreach (var error in ProbeRules.Validate($"{field}.{name}", probe))
                yield return error;
            if (name != "readinessProbe" && probe.SuccessThreshold != 1)
                yield return Refuse.Invalid($"{field}.{name}.successThreshold", probe.SuccessThreshold, "must be 1");
            if (name == "readinessProbe" && probe.TerminationGracePeriodSeconds is not null)
                yield return Refuse.Invalid($"{field}.{name}.terminationGracePeriodSeconds", probe.TerminationGracePeriodSeconds, "must not be set for readinessProbes");
        }
    }
}
