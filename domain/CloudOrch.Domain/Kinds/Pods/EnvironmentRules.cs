using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateEnv, ValidateEnvFrom.</summary>
internal static class EnvironmentRules
{
    /// <summary>What <c>fieldRef.fieldPath</c> may name; <c>metadata.labels['…']</c> and <c>metadata.annotations['…']</c> beside these.</summary>
    public static readonly IReadOnlyList<string> FieldPaths =
        ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"];

    public static IEnumerable<FieldError> Validate(string field, Container container)
    {
        var variables = container.Env ?? [];
        for (int i = 0; i < variables.Count; i++)
        {
            string at = $"{field}.env[{i}]";
            if (variables[i].Name.Length == 0)
                yield return Refuse.Required($"{at}.name");
            else
            {
                foreach (string problem in Names.EnvironmentVariable(variables[i].Name))
                    yield return Refuse.Invalid($"{at}.name", variables[i].Name, problem);
            }
            if (variables[i].ValueFrom is { } source)
            {
                if (!string.IsNullOrEmpty(variables[i].Value))
                    yield return Refuse.Invalid($"{at}.valueFrom", "", "may not be specified when `value` is not empty");
                foreach (var error in Source($"{at}.valueFrom", source))
                    yield return error;
            }
        }
        var sources = container.EnvFrom ?? [];
        for (int i = 0; i < sources.Count; i++)
        {
            foreach (var error in From($"{field}.envFrom[{i}]", sources[i]))
                yield return error;
        }
    }

    private static IEnumerable<FieldError> Source(string field, EnvVarSource source)
    {
        int count = (source.FieldRef is null ? 0 : 1) + (source.ResourceFieldRef is null ? 0 : 1)
            + (source.ConfigMapKeyRef is null ? 0 : 1) + (source.SecretKeyRef is null ? 0 : 1) + (source.FileKeyRef is null ? 0 : 1);
        if (count == 0)
            yield return Refuse.Invalid(field, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        else if (count > 1)
            yield return Refuse.Invalid(field, "", "may not have more than one field specified at a time");
        if (source.FieldRef is { } reference)
        {
            if (reference.FieldPath.Length == 0)
                yield return Refuse.Required($"{field}.fieldRef.fieldPath");
            else if (!FieldPaths.Contains(reference.FieldPath) && !IsSubscript(reference.FieldPath))
                yield return Refuse.NotSupported($"{field}.fieldRef.fieldPath", reference.FieldPath, [.. FieldPaths, "metadata.annotations['<KEY>']", "metadata.labels['<KEY>']"]);
        }
        if (source.ResourceFieldRef is { } resource && resource.Resource.Length == 0)
            yield return Refuse.Required($"{field}.resourceFieldRef.resource");
        if (source.FileKeyRef is { } file)
        {
            foreach (var error in RequiredFields.Missing($"{field}.fileKeyRef", file).Concat(VolumeSourceRules.LocalPath($"{field}.fileKeyRef.path", file.Path)))
                yield return error;
        }
        foreach (var (name, key) in new[] { ("configMapKeyRef", source.ConfigMapKeyRef), ("secretKeyRef", source.SecretKeyRef) })
        {
            if (key is null)
                continue;
            if (string.IsNullOrEmpty(key.Name))
                yield return Refuse.Required($"{field}.{name}.name");
            if (key.Key.Length == 0)
                yield return Refuse.Required($"{field}.{name}.key");
            else
            {
                foreach (string problem in Names.ConfigMapKey(key.Key))
                    yield return Refuse.Invalid($"{field}.{name}.key", key.Key, problem);
            }
        }
    }

    private static IEnumerable<FieldError> From(string field, EnvFromSource source)
    {
        if (!string.IsNullOrEmpty(source.Prefix))
        {
            foreach (string problem in Names.EnvironmentVariable(source.Prefix))
                yield return Refuse.Invalid($"{field}.prefix", source.Prefix, problem);
        }
        if (source.ConfigMapRef is null && source.SecretRef is null)
            yield return Refuse.Invalid(field, "", "must specify one of: `configMapRef` or `secretRef`");
        else if (source.ConfigMapRef is not null && source.SecretRef is not null)
            yield return Refuse.Invalid(field, "", "may not have more than one field specified at a time");
        if (source.ConfigMapRef is { } map && string.IsNullOrEmpty(map.Name))
            yield return Refuse.Required($"{field}.configMapRef.name");
        if (source.SecretRef is { } secret && string.IsNullOrEmpty(secret.Name))
            yield return Refuse.Required($"{field}.secretRef.name");
    }

    /// <summary><c>metadata.labels['…']</c></summary>
    internal static bool IsSubscript(string path) =>
        path.EndsWith("']", StringComparison.Ordinal) && (path.StartsWith("metadata.labels['", StringComparison.Ordinal) || path.StartsWith("metadata.annotations['", StringComparison.Ordinal));
}
