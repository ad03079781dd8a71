namespace CloudOrch.Domain.Kinds.Rules;

/// <summary>Names of resources without a domain (k8s.io/kubernetes/pkg/apis/core/helper): only some mean something.</summary>
internal static class ResourceNames
{
    private const string HugePages = "hugepages-";

    private static readonly string[] Counted =
        ["configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets", "services", "services.loadbalancers", "services.nodeports"];

    private static readonly string[] OfQuota =
    [
        .. Counted, "cpu", "ephemeral-storage", "limits.cpu", "limits.ephemeral-storage", "limits.memory", "memory",
        "requests.cpu", "requests.ephemeral-storage", "requests.memory", "requests.storage",
    ];

    /// <summary>What a container may ask for.</summary>
    public static bool IsOfContainer(string name) => name is "cpu" or "memory" or "ephemeral-storage" || name.StartsWith(HugePages, StringComparison.Ordinal);

    public static bool IsOfQuota(string name) =>
        OfQuota.Contains(name) || name.StartsWith(HugePages, StringComparison.Ordinal) || name.StartsWith("requests." + HugePages, StringComparison.Ordinal);

    public static bool IsStandard(string name) => IsOfQuota(name) || name == "storage";

    /// <summary>Objects, which come in whole numbers.</summary>
    public static bool IsCounted(string name) => Counted.Contains(name);

    /// <summary>Nodes may promise more of it than they have.</summary>
    public static bool IsOvercommittable(string name) =>
        !name.StartsWith(HugePages, StringComparison.Ordinal)
        && (!name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal));
}
