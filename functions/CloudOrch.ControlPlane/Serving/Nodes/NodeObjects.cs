using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>The Node object that an enrolment makes.</summary>
public static class NodeObjects
{
    private static readonly string[] OwnPrefixes =
    [
        "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/", "node.kubernetes.io/", "topology.kubernetes.io/",
        "kubelet.kubernetes.io/",
    ];

    /// <summary>Labels of the request that a node may not give itself, as Kubernetes' NodeRestriction has it.</summary>
    public static IReadOnlyList<string> ForbiddenLabels(EnrollRequest request) =>
        [.. (request.Labels ?? ValueMap<string>.Empty).Keys.Where(k => Domain(k) is var domain
            && (domain == "kubernetes.io" || domain == "k8s.io" || domain.EndsWith(".kubernetes.io", StringComparison.Ordinal) || domain.EndsWith(".k8s.io", StringComparison.Ordinal))
            && !OwnPrefixes.Any(p => k.StartsWith(p, StringComparison.Ordinal)))];

    public static Node Make(EnrollRequest request, string uid, string podCidr, DateTimeOffset now)
    {
        var kind = KindRegistry.Of<Node>();
        var node = new Node
        {
            Metadata = new() { Name = request.NodeName, Uid = uid, Labels = LabelsOf(request) },
            Spec = new() { PodCidr = podCidr, PodCidrs = [podCidr], Taints = request.Taints },
            Status = StatusOf(request, now),
        };
        return (Node)kind.PrepareForCreate(kind.Default(node), now);
    }

    private static ValueMap<string> LabelsOf(EnrollRequest request)
    {
        string arch = request.Status?.NodeInfo?.Architecture is { Length: > 0 } given ? given : "amd64";
        var own = ValueMap.Of(("kubernetes.io/hostname", request.NodeName), ("kubernetes.io/os", "linux"), ("kubernetes.io/arch", arch));
        return own.Concat(request.Labels ?? ValueMap<string>.Empty).ToValueMap();
    }

    /// <summary>Not ready until its first lease and status have been seen.</summary>
    private static NodeStatus StatusOf(EnrollRequest request, DateTimeOffset now)
    {
        var status = request.Status ?? new();
        Condition ready = new()
        {
            Type = "Ready",
            Status = "False",
            Reason = "Enrolled",
            Message = "the node is enrolled and has not reported yet",
            LastHeartbeatTime = now,
            LastTransitionTime = now,
        };
        return status with { Conditions = (status.Conditions ?? []).Where(c => c.Type != "Ready").Append(ready).ToValueList() };
    }

    private static string Domain(string label) => label.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? label[..slash] : "";
}
