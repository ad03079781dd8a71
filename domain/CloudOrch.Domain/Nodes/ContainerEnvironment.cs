using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Nodes;

/// <summary>What a container's variables may refer to: the pod, where it runs, and the ConfigMaps that came with the assignment.</summary>
public sealed record EnvironmentSource(AssignedPod Pod, ValueList<AssignedConfigMap> ConfigMaps, string NodeName, string? PodAddress, string HostAddress)
{
    public AssignedConfigMap? ConfigMap(string? name) => ConfigMaps.FirstOrDefault(c => c.Namespace == Pod.Namespace && c.Name == name);
}

/// <summary>A container's variables, its command and arguments with <c>$(VAR)</c> put in; or why they cannot be had.</summary>
public sealed record ContainerEnvironment(
    IReadOnlyList<KeyValuePair<string, string>> Variables, IReadOnlyList<string>? Command, IReadOnlyList<string>? Arguments, string? Problem)
{
    public static ContainerEnvironment Of(Container container, EnvironmentSource source)
    {
        var variables = new List<KeyValuePair<string, string>>();
        string? problem = null;
        foreach (var from in container.EnvFrom ?? [])
            problem ??= AddAll(variables, from, source);
        foreach (var variable in container.Env ?? [])
        {
            var (value, wrong) = ValueOf(variable, container, source, variables);
            problem ??= wrong;
            if (value is not null)
                Set(variables, variable.Name, value);
        }

        return new ContainerEnvironment(
            variables,
            container.Command?.Select(c => VariableReferences.Expand(c, variables)).ToArray(),
            container.Args?.Select(a => VariableReferences.Expand(a, variables)).ToArray(),
            problem);
    }

    private static string? AddAll(List<KeyValuePair<string, string>> variables, EnvFromSource from, EnvironmentSource source)
    {
        if (from.ConfigMapRef is not { } reference)
            return from.SecretRef is { Optional: not true } secret ? $"secret \"{secret.Name}\" not found" : null;
        if (source.ConfigMap(reference.Name) is not { } map)
            return reference.Optional == true ? null : $"configmap \"{reference.Name}\" not found";
        foreach (var (key, value) in map.Data ?? ValueMap<string>.Empty)
            Set(variables, from.Prefix + key, value);
        return null;
    }

    private static (string? Value, string? Problem) ValueOf(
        EnvVar variable, Container container, EnvironmentSource source, List<KeyValuePair<string, string>> before)
    {
        if (variable.ValueFrom is not { } from)
            return (VariableReferences.Expand(variable.Value ?? "", before), null);
        if (from.FieldRef is { } field)
            return PodFields.Of(field.FieldPath, source) is { } value ? (value, null) : (null, $"field \"{field.FieldPath}\" is not supported in env");
        if (from.ResourceFieldRef is { } resource)
            return ResourceFields.Of(resource, container, source.Pod.Spec);
        if (from.ConfigMapKeyRef is { } key)
        {
            if (source.ConfigMap(key.Name) is not { } map)
                return (null, key.Optional == true ? null : $"configmap \"{key.Name}\" not found");
            return map.Data?.TryGetValue(key.Key, out string? found) == true
                ? (found, null)
                : (null, key.Optional == true ? null : $"couldn't find key {key.Key} in ConfigMap {source.Pod.Namespace}/{key.Name}");
        }

        return (null, from.SecretKeyRef is { Optional: not true } secret ? $"secret \"{secret.Name}\" not found" : null);
    }

    private static void Set(List<KeyValuePair<string, string>> variables, string name, string value)
    {
        variables.RemoveAll(v => v.Key == name);
        variables.Add(new(name, value));
    }
}

/// <summary>The fields of a pod that an environment variable may be made from.</summary>
internal static class PodFields
{
    public static string? Of(string path, EnvironmentSource source) => path switch
    {
        "metadata.name" => source.Pod.Name,
        "metadata.namespace" => source.Pod.Namespace,
        "metadata.uid" => source.Pod.Uid,
        "spec.nodeName" => source.NodeName,
        "spec.serviceAccountName" => source.Pod.Spec.ServiceAccountName ?? "default",
        "status.hostIP" or "status.hostIPs" => source.HostAddress,
        "status.podIP" or "status.podIPs" => source.PodAddress ?? "",
        _ => Entry(path, "metadata.labels", source.Pod.Labels) ?? Entry(path, "metadata.annotations", source.Pod.Annotations),
    };

    /// <summary><c>metadata.labels['app']</c>; an entry that is not there is empty, as in Kubernetes.</summary>
    private static string? Entry(string path, string map, ValueMap<string>? values) =>
        path.StartsWith(map + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal)
            ? values is not null && values.TryGetValue(path[(map.Length + 2)..^2], out string? value) ? value : ""
            : null;
}

internal static class ResourceFields
{
    public static (string? Value, string? Problem) Of(ResourceFieldSelector selector, Container container, PodSpec spec)
    {
        var target = string.IsNullOrEmpty(selector.ContainerName) ? container : spec.Containers.FirstOrDefault(c => c.Name == selector.ContainerName);
        if (target is null)
            return (null, $"container {selector.ContainerName} not found");
        int dot = selector.Resource.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return (null, $"unsupported container resource: {selector.Resource}");
        var list = selector.Resource[..dot] == "limits" ? target.Resources?.Limits : target.Resources?.Requests;
        string resource = selector.Resource[(dot + 1)..];
        var amount = list is not null && list.TryGetValue(resource, out var found) ? found : default;
        // Rounded up to the divisor: 250m of cpu in units of 1 is 1.
        long divisor = Math.Max(1, resource == "cpu" ? (selector.Divisor ?? Quantity.OfUnits(1)).Milli : (selector.Divisor ?? Quantity.OfUnits(1)).Units);
        long value = resource == "cpu" ? amount.Milli : amount.Units;
        return (((value + divisor - 1) / divisor).ToString(CultureInfo.InvariantCulture), null);
    }
}

/// <summary><c>$(NAME)</c> in commands, arguments and values; <c>$$</c> is one dollar; a name that is not known stays as it is written.</summary>
public static partial class VariableReferences
{
    public static string Expand(string text, IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        int from = 0;
        foreach (Match match in Reference().Matches(text))
        {
            result.Append(text, from, match.Index - from);
            result.Append(match.Value == "$$" ? "$" : Find(match.Groups[1].Value) ?? match.Value);
            from = match.Index + match.Length;
        }

        return result.Append(text, from, text.Length - from).ToString();

        string? Find(string name) => variables.Where(v => v.Key == name).Select(v => v.Value).LastOrDefault();
    }

    [GeneratedRegex(@"\$\$|\$\(([^()$]+)\)")]
    private static partial Regex Reference();
}
