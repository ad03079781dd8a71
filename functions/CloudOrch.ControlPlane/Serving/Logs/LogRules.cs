using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.ControlPlane.Serving.Logs;

/// <summary>Whether a container's log can be had, in Kubernetes' words.</summary>
public static class LogRules
{
    public static (string? Container, string? Problem) ChooseContainer(Pod pod, string? asked)
    {
        string[] names = [.. pod.Spec.Containers.Select(c => c.Name)];
        string[] inits = [.. (pod.Spec.InitContainers ?? []).Select(c => c.Name)];
        if (!string.IsNullOrEmpty(asked))
            return names.Contains(asked) || inits.Contains(asked) ? (asked, null) : (null, $"container {asked} is not valid for pod {pod.Metadata.Name}");
        if (names.Length == 1)
            return (names[0], null);
        string choices = $"a container name must be specified for pod {pod.Metadata.Name}, choose one of: [{string.Join(' ', names)}]";
        return (null, inits.Length == 0 ? choices : $"{choices} or one of the init containers: [{string.Join(' ', inits)}]");
    }

    /// <returns>null when the container has a log.</returns>
    public static string? WhyNot(Pod pod, string container, bool previous)
    {
        if (string.IsNullOrEmpty(pod.Spec.NodeName))
            return $"pod {pod.Metadata.Name} does not have a host assigned";
        var status = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(c => c.Name == container);
        if (previous)
            return status?.LastState?.Terminated is null
                ? $"previous terminated container \"{container}\" in pod \"{pod.Metadata.Name}\" not found" : null;
        if (status?.State is { Running: not null } or { Terminated: not null } || status?.LastState?.Terminated is not null)
            return null;
        string reason = status?.State?.Waiting is { Reason: { Length: > 0 } said } waiting
            ? waiting.Message is { Length: > 0 } message && said is "ErrImagePull" or "ImagePullBackOff" ? Explain(said, message) : said
            : "ContainerCreating";
        return $"container \"{container}\" in pod \"{pod.Metadata.Name}\" is waiting to start: {reason}";
    }

    /// <returns>null when the node can be asked.</returns>
    public static string? WhyNot(Node node)
    {
        var ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        return ready?.Status == "True" ? null
            : $"node \"{node.Metadata.Name}\" is not ready ({ready?.Reason ?? "no report yet"}{(ready?.Message is { Length: > 0 } message ? $": {message}" : "")}), so its logs cannot be read now";
    }

    private static string Explain(string reason, string? message) => reason switch
    {
        "ErrImagePull" or "ImagePullBackOff" => $"trying and failing to pull image ({message})",
        _ => reason,
    };
}
