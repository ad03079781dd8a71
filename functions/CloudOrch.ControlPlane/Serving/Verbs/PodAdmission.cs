using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>Kubernetes' DefaultTolerationSeconds with the cluster's own number: how long a pod waits for a lost node. Also for pods that planners make.</summary>
public static class PodAdmission
{
    private static readonly string[] LostNode = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

    public static Pod Admit(Pod pod, int tolerationSeconds)
    {
        var tolerations = pod.Spec.Tolerations ?? [];
        Toleration[] missing =
        [
            .. LostNode.Where(key => !tolerations.Any(t => Covers(t, key)))
                .Select(key => new Toleration { Key = key, Operator = "Exists", Effect = "NoExecute", TolerationSeconds = tolerationSeconds }),
        ];
        return missing.Length == 0 ? pod : pod with { Spec = pod.Spec with { Tolerations = tolerations.Concat(missing).ToValueList() } };
    }

    private static bool Covers(Toleration toleration, string key) =>
        (toleration.Key == key || (string.IsNullOrEmpty(toleration.Key) && toleration.Operator == "Exists"))
        && (toleration.Effect == "NoExecute" || string.IsNullOrEmpty(toleration.Effect));
}
