using System.Globalization;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Nodes;

/// <summary>What is said about one container of a pod.</summary>
internal static class ContainerStatusView
{
    /// <param name="initWaiting">The init container whose turn it is; null when all are done.</param>
    public static ContainerStatus Of(PodView view, AssignedPod pod, ContainerLine line, ContainerLine? initWaiting, DateTimeOffset now)
    {
        var state = StateOf(view, pod, line, initWaiting, now);
        bool running = state.Running is not null;
        bool started = running && (line.Probe?.Started ?? line.Spec.StartupProbe is null);
        bool ready = line.Role == ContainerRole.Init
            ? state.Terminated is { ExitCode: 0 }
            : started && (line.Probe?.Ready ?? line.Spec.ReadinessProbe is null);
        return new ContainerStatus
        {
            Name = line.Spec.Name,
            State = state,
            LastState = LastStateOf(line, state),
            Ready = ready,
            Started = started,
            RestartCount = line.Latest?.Attempt ?? line.Reported?.RestartCount ?? 0,
            Image = line.Spec.Image ?? "",
            ImageId = line.Latest?.ImageId ?? line.Reported?.ImageId ?? "",
            ContainerId = line.Latest is { Phase: not ContainerPhase.Created } seen ? "docker://" + seen.Id : line.Reported?.ContainerId,
        };
    }

    private static ContainerState StateOf(PodView view, AssignedPod pod, ContainerLine line, ContainerLine? initWaiting, DateTimeOffset now)
    {
        switch (line.Latest)
        {
            case { Phase: ContainerPhase.Running } running:
                return new() { Running = new() { StartedAt = running.StartedAt } };
            case { Phase: ContainerPhase.Exited } ended:
                return pod.Deletion is null && line.Restarts(pod.Spec) && !IsDoneInit(line) ? Restarting(pod, line, ended, now) : new() { Terminated = TerminatedOf(ended) };
            case null when line.Vanished && line.Reported!.State?.Terminated is { } known && (pod.Deletion is not null || !line.Restarts(pod.Spec)):
                return new() { Terminated = known };
            case null when line.Vanished && !line.Restarts(pod.Spec):
                return new()
                {
                    Terminated = new()
                    {
                        ExitCode = 137,
                        Reason = "ContainerStatusUnknown",
                        Message = "The container could not be located when the pod was terminated",
                        FinishedAt = now,
                        ContainerId = line.Reported!.ContainerId,
                    },
                };
        }

        return Problem(line, now) ?? Waiting(initWaiting is not null && initWaiting.Spec.Name != line.Spec.Name ? "PodInitializing" : Sandboxed(view), Words(view));
    }

    private static ContainerState Restarting(AssignedPod pod, ContainerLine line, ObservedContainer ended, DateTimeOffset now)
    {
        if (line.HeldUntil(now) is null)
            return Problem(line, now) ?? new() { Terminated = TerminatedOf(ended) };
        string delay = RestartBackOff.DelayOf(line.NextBackOffStep) is { TotalSeconds: < 60 } seconds
            ? seconds.TotalSeconds.ToString("0's'", CultureInfo.InvariantCulture)
            : RestartBackOff.DelayOf(line.NextBackOffStep).ToString("m'm's's'", CultureInfo.InvariantCulture);
        return Waiting("CrashLoopBackOff", $"back-off {delay} restarting failed container={line.Spec.Name} pod={pod.Name}_{pod.Namespace}({pod.Uid})");
    }

    private static ContainerState? Problem(ContainerLine line, DateTimeOffset now)
    {
        if (line.Image is { Problem: { } image } found && found.Image == line.Spec.Image)
        {
            return image.Reason == "ErrImagePull" && now - image.At >= PodStatusView.FreshProblem
                ? Waiting("ImagePullBackOff", $"Back-off pulling image \"{line.Spec.Image}\": {image.Message}")
                : Waiting(image.Reason, image.Message);
        }

        return line.Problem is { } problem ? Waiting(problem.Reason, problem.Message) : null;
    }

    private static ContainerState? LastStateOf(ContainerLine line, ContainerState now)
    {
        var ended = line.Latest is { Phase: ContainerPhase.Exited } latest && now.Terminated is null ? latest : line.Before;
        if (ended is { Phase: ContainerPhase.Exited })
            return new() { Terminated = TerminatedOf(ended) };
        return now.Terminated is null ? line.Reported?.State?.Terminated is { } before ? new() { Terminated = before } : line.Reported?.LastState : line.Reported?.LastState;
    }

    private static ContainerStateTerminated TerminatedOf(ObservedContainer ended) => new()
    {
        ExitCode = ended.ExitCode,
        Reason = ended.OutOfMemory ? "OOMKilled" : !string.IsNullOrEmpty(ended.Error) ? "ContainerCannotRun" : ended.ExitCode == 0 ? "Completed" : "Error",
        Message = ended.TerminationMessage ?? (string.IsNullOrEmpty(ended.Error) ? null : ended.Error),
        StartedAt = ended.StartedAt,
        FinishedAt = ended.FinishedAt,
        ContainerId = "docker://" + ended.Id,
    };

    private static bool IsDoneInit(ContainerLine line) => line.Role == ContainerRole.Init && line.Latest is { ExitCode: 0 };

    private static string Sandboxed(PodView view) => view.Problems.TryGetValue(Slots.Sandbox, out var problem) ? problem.Reason : "ContainerCreating";

    private static string? Words(PodView view) => view.Problems.TryGetValue(Slots.Sandbox, out var problem) ? problem.Message : null;

    private static ContainerState Waiting(string reason, string? message) => new() { Waiting = new() { Reason = reason, Message = message } };
}
