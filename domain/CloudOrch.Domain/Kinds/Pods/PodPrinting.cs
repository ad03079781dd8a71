using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>The cells that <c>kubectl get pods</c> shows (k8s.io/kubernetes/pkg/printers/internalversion: printPod).</summary>
public sealed record PodPrinting(int ReadyContainers, int Containers, string Status, int Restarts, DateTimeOffset? LastRestart)
{
    public string Ready => $"{ReadyContainers}/{Containers}";

    /// <summary><c>5 (30s ago)</c></summary>
    public string RestartsAt(DateTimeOffset now) =>
        Restarts != 0 && LastRestart is not null ? $"{Restarts} ({Print.Since(LastRestart, now)} ago)" : $"{Restarts}";

    public static PodPrinting Of(Pod pod)
    {
        var status = pod.Status ?? new();
        string reason = string.IsNullOrEmpty(status.Reason) ? status.Phase ?? "" : status.Reason;
        if (status.Conditions?.Any(c => c.Type == "PodScheduled" && c.Reason == "SchedulingGated") == true)
            reason = "SchedulingGated";
        var cells = new PodPrinting(0, pod.Spec.Containers.Count, reason, 0, null);
        var initializing = Initializing(pod, status, cells);
        bool initialized = status.Conditions?.Any(c => c.Type == "Initialized" && c.Status == "True") == true;
        cells = initializing is null || initialized ? Running(status, cells) : initializing;
        bool finished = status.Phase is "Succeeded" or "Failed";
        if (pod.Metadata.DeletionTimestamp is null)
            return cells;
        return status.Reason == "NodeLost" ? cells with { Status = "Unknown" } : finished ? cells : cells with { Status = "Terminating" };
    }

    /// <summary>null when no init container holds the pod back.</summary>
    private static PodPrinting? Initializing(Pod pod, PodStatus status, PodPrinting cells)
    {
        var statuses = status.InitContainerStatuses ?? [];
        for (int i = 0; i < statuses.Count; i++)
        {
            var container = statuses[i];
            cells = cells.With(container);
            if (container.State?.Terminated is { ExitCode: 0 })
                continue;
            return cells with
            {
                Status = container.State switch
                {
                    { Terminated: { } t } => string.IsNullOrEmpty(t.Reason) ? $"Init:{Exit(t)}" : $"Init:{t.Reason}",
                    { Waiting.Reason: { Length: > 0 } waiting } when waiting != "PodInitializing" => $"Init:{waiting}",
                    _ => $"Init:{i}/{pod.Spec.InitContainers?.Count ?? 0}",
                },
            };
        }
        return null;
    }

    private static PodPrinting Running(PodStatus status, PodPrinting cells)
    {
        string reason = cells.Status;
        bool running = false;
        int ready = 0;
        foreach (var container in (status.ContainerStatuses ?? []).Reverse())
        {
            cells = cells.With(container);
            if (container.State?.Waiting is { Reason: { Length: > 0 } waiting })
                reason = waiting;
            else if (container.State?.Terminated is { } terminated)
                reason = string.IsNullOrEmpty(terminated.Reason) ? Exit(terminated) : terminated.Reason;
            else if (container.Ready && container.State?.Running is not null)
                (running, ready) = (true, ready + 1);
        }
        // One container is done, another still runs: the pod as a whole runs.
        if (reason == "Completed" && running)
            reason = status.Conditions?.Any(c => c.Type == "Ready" && c.Status == "True") == true ? "Running" : "NotReady";
        return cells with { Status = reason, ReadyContainers = ready };
    }

    private PodPrinting With(ContainerStatus container)
    {
        var finished = container.LastState?.Terminated?.FinishedAt;
        return this with
        {
            Restarts = Restarts + container.RestartCount,
            LastRestart = finished > LastRestart || LastRestart is null ? finished ?? LastRestart : LastRestart,
        };
    }

    private static string Exit(ContainerStateTerminated terminated) =>
        terminated.Signal is { } signal and not 0 ? $"Signal:{signal}" : $"ExitCode:{terminated.ExitCode}";
}
