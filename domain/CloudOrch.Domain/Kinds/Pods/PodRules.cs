using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidatePodSpec, after defaults.</summary>
public static class PodRules
{
    public static IEnumerable<FieldError> Validate(string field, PodSpec spec)
    {
        var volumes = (spec.Volumes ?? []).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. VolumeRules.Validate($"{field}.volumes", spec.Volumes ?? []),
            .. ContainerRules.ValidateAll(field, spec, volumes),
            .. Policies(field, spec),
            .. Placement(field, spec),
            .. Identity(field, spec),
            .. PodOptionRules.Validate(field, spec),
        ];
    }

    private static IEnumerable<FieldError> Policies(string field, PodSpec spec)
    {
        if (string.IsNullOrEmpty(spec.RestartPolicy))
            yield return Refuse.Required($"{field}.restartPolicy");
        else if (spec.RestartPolicy is not ("Always" or "OnFailure" or "Never"))
            yield return Refuse.NotSupported($"{field}.restartPolicy", spec.RestartPolicy, "Always", "OnFailure", "Never");
        if (spec.DnsPolicy is not (null or "" or "ClusterFirst" or "ClusterFirstWithHostNet" or "Default" or "None"))
            yield return Refuse.NotSupported($"{field}.dnsPolicy", spec.DnsPolicy, "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        foreach (var error in Amounts.NotNegative($"{field}.terminationGracePeriodSeconds", spec.TerminationGracePeriodSeconds)
            .Concat(Amounts.Between($"{field}.activeDeadlineSeconds", spec.ActiveDeadlineSeconds, 1, int.MaxValue)))
            yield return error;
    }

    private static IEnumerable<FieldError> Placement(string field, PodSpec spec)
    {
        foreach (var error in MetadataRules.Labels($"{field}.nodeSelector", spec.NodeSelector))
            yield return error;
        var tolerations = spec.Tolerations ?? [];
        for (int i = 0; i < tolerations.Count; i++)
        {
            foreach (var error in Tolerate($"{field}.tolerations[{i}]", tolerations[i]))
                yield return error;
        }
    }

    internal static IEnumerable<FieldError> Tolerate(string field, Toleration toleration)
    {
        if (!string.IsNullOrEmpty(toleration.Key))
        {
            foreach (string problem in Names.Qualified(toleration.Key))
                yield return Refuse.Invalid($"{field}.key", toleration.Key, problem);
        }
        else if (toleration.Operator != "Exists")
            yield return Refuse.Invalid($"{field}.operator", toleration.Operator ?? "", "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        if (toleration.TolerationSeconds is not null && toleration.Effect != "NoExecute")
            yield return Refuse.Invalid($"{field}.effect", toleration.Effect ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set");
        switch (toleration.Operator)
        {
            case null or "" or "Equal":
                foreach (string problem in Names.LabelValue(toleration.Value ?? ""))
                    yield return Refuse.Invalid($"{field}.operator", toleration.Value, problem);
                break;
            case "Exists":
                if (!string.IsNullOrEmpty(toleration.Value))
                    yield return Refuse.Invalid($"{field}.operator", toleration, "value must be empty when `operator` is 'Exists'");
                break;
            default:
                yield return Refuse.NotSupported($"{field}.operator", toleration.Operator, "Equal", "Exists");
                break;
        }
        if (toleration.Effect is not (null or "" or "NoSchedule" or "PreferNoSchedule" or "NoExecute"))
            yield return Refuse.NotSupported($"{field}.effect", toleration.Effect, "NoSchedule", "PreferNoSchedule", "NoExecute");
    }

    private static IEnumerable<FieldError> Identity(string field, PodSpec spec)
    {
        if (!string.IsNullOrEmpty(spec.NodeName))
        {
            foreach (string problem in Names.Subdomain(spec.NodeName))
                yield return Refuse.Invalid($"{field}.nodeName", spec.NodeName, problem);
        }
        foreach (var (name, value) in new[] { ("hostname", spec.Hostname), ("subdomain", spec.Subdomain) })
        {
            if (string.IsNullOrEmpty(value))
                continue;
            foreach (string problem in Names.Label(value))
                yield return Refuse.Invalid($"{field}.{name}", value, problem);
        }
        if (!string.IsNullOrEmpty(spec.ServiceAccountName))
        {
            foreach (string problem in Names.Subdomain(spec.ServiceAccountName))
                yield return Refuse.Invalid($"{field}.serviceAccountName", spec.ServiceAccountName, problem);
        }
        var aliases = spec.HostAliases ?? [];
        for (int i = 0; i < aliases.Count; i++)
        {
            foreach (string problem in Names.Ip(aliases[i].Ip))
                yield return Refuse.Invalid($"{field}.hostAliases[{i}].ip", aliases[i].Ip, problem);
            foreach (string host in aliases[i].Hostnames ?? [])
            {
                foreach (string problem in Names.Subdomain(host))
                    yield return Refuse.Invalid($"{field}.hostAliases[{i}].hostnames", host, problem);
            }
        }
    }
}
