using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Nodes;

/// <summary>What is said about a pod: Kubernetes' phases, reasons and conditions.</summary>
internal static class PodStatusView
{
    /// <summary>How long a failed pull shows as ErrImagePull before it shows as ImagePullBackOff.</summary>
    public static readonly TimeSpan FreshProblem = TimeSpan.FromSeconds(2);

    public static PodStatus Of(PodView view, AssignedPod pod, PodLines lines, DateTimeOffset now)
    {
        // A pod that ended stays as it ended: what is removed later does not bring it back to life.
        if (view.Previous is { Phase: "Succeeded" or "Failed" } ended)
            return ended;
        var sandbox = lines.Sandboxes.FirstOrDefault(s => s.Phase == ContainerPhase.Running);
        var waiting = lines.NextInit(sandbox);
        var inits = lines.Inits.Select(l => ContainerStatusView.Of(view, pod, l, waiting, now)).ToValueList();
        var apps = lines.Apps.Select(l => ContainerStatusView.Of(view, pod, l, waiting, now)).ToValueList();
        var (phase, reason, message) = PhaseOf(view, pod, inits, apps, waiting, now);
        string? address = pod.Spec.HostNetwork == true && sandbox is not null ? view.HostAddress : sandbox?.Address ?? view.Previous?.PodIp;
        var status = new PodStatus
        {
            Phase = phase,
            Reason = reason,
            Message = message,
            HostIp = view.HostAddress,
            HostIps = [new HostAddress { Ip = view.HostAddress }],
            PodIp = address,
            PodIps = string.IsNullOrEmpty(address) ? null : [new HostAddress { Ip = address }],
            StartTime = view.FirstSeenAt,
            InitContainerStatuses = inits.Count == 0 ? null : inits,
            ContainerStatuses = apps,
        };
        return status with { Conditions = Conditions(view, status, lines, waiting is null, now) };
    }

    private static (string Phase, string? Reason, string? Message) PhaseOf(
        PodView view, AssignedPod pod, ValueList<ContainerStatus> inits, ValueList<ContainerStatus> apps, ContainerLine? waiting, DateTimeOffset now)
    {
        if (pod.Spec.ActiveDeadlineSeconds is { } deadline && now >= view.FirstSeenAt.AddSeconds(deadline))
            return ("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
        if (inits.Any(i => i.State?.Terminated is { ExitCode: not 0 }) && pod.Spec.RestartPolicy == "Never")
            return ("Failed", null, null);
        bool neverRan = apps.Any(a => a.State?.Running is null && a.State?.Terminated is null && a.LastState?.Terminated is null);
        if (waiting is not null && neverRan || neverRan)
            return ("Pending", null, null);
        if (apps.Any(a => a.State?.Running is not null))
            return ("Running", null, null);
        if (pod.Spec.RestartPolicy is "Never" or "OnFailure" && apps.All(a => a.State?.Terminated is { ExitCode: 0 }))
            return ("Succeeded", null, null);
        return pod.Spec.RestartPolicy == "Never" ? ("Failed", null, null) : ("Running", null, null);
    }

    private static ValueList<Condition> Conditions(PodView view, PodStatus status, PodLines lines, bool initialized, DateTimeOffset now)
    {
        string[] unready = [.. status.ContainerStatuses!.Where(c => !c.Ready).Select(c => c.Name)];
        var uninitialized = lines.Inits.Select(l => l.Spec.Name);
        string? completed = status.Phase == "Succeeded" ? "PodCompleted" : null;
        var ready = unready.Length == 0 && initialized && status.Phase == "Running"
            ? New("Ready", true, null, null)
            : New("Ready", false, completed ?? "ContainersNotReady", completed is null ? Named("unready status", unready) : null);
        return
        [
            Kept(New("PodScheduled", true, null, null)),
            Kept(initialized ? New("Initialized", true, completed, null)
                : New("Initialized", false, "ContainersNotInitialized", Named("incomplete status", uninitialized))),
            Kept(ready),
            Kept(ready with { Type = "ContainersReady" }),
        ];

        Condition Kept(Condition condition)
        {
            var before = view.Previous?.Conditions?.FirstOrDefault(c => c.Type == condition.Type);
            return condition with { LastTransitionTime = before?.Status == condition.Status ? before.LastTransitionTime : now };
        }
    }

    private static Condition New(string type, bool status, string? reason, string? message) =>
        new() { Type = type, Status = status ? "True" : "False", Reason = reason, Message = message };

    private static string Named(string what, IEnumerable<string> names) => $"containers with {what}: [{string.Join(' ', names)}]";
}
