using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Pods;

/// <summary>What becomes an Event: https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/events/event.go.</summary>
public sealed partial class PodKeeper
{
    private void Tell(string podUid, PodHappening happening)
    {
        if (!_pods.TryGetValue(podUid, out var record) || record.Assigned is null)
            return;
        record.Tell(happening with { Id = ++_happenings, At = _clock.GetUtcNow() });
        _changed = true;
    }

    private void Tell(PodRecord record, string reason, string message, bool warning, string? container) => Tell(
        record.Uid,
        new PodHappening { Reason = reason, Message = message, Warning = warning, FieldPath = container is null ? null : $"spec.containers{{{container}}}" });

    private void TellBegin(PodRecord record, RuntimeStep step)
    {
        switch (step)
        {
            case RuntimeStep.Stop { Target.Role: not ContainerRole.Sandbox } stop:
                Tell(record, "Killing", record.Assigned?.Deletion is null ? stop.Why : $"Stopping container {stop.Target.Name}", false, stop.Target.Name);
                break;
            case RuntimeStep.RunContainer { BackOffStep: > 1 } restart:
                Tell(record, "BackOff", $"Back-off restarting failed container {restart.Container.Name} in pod {record.Name}_{record.Namespace}({record.Uid})", true,
                    restart.Container.Name);
                break;
            case RuntimeStep.EnsureImage image when ImagePolicy.Of(image.Container) == ImagePolicy.Always:
                Tell(record, "Pulling", $"Pulling image \"{image.Container.Image}\"", false, image.Container.Name);
                break;
        }
    }

    private void TellEnd(PodRecord record, RuntimeStep step, StepResult result)
    {
        switch (step, result)
        {
            case (RuntimeStep.RunContainer run, StepResult.Ran):
                Tell(record, "Created", $"Created container: {run.Container.Name}", false, run.Container.Name);
                Tell(record, "Started", $"Started container {run.Container.Name}", false, run.Container.Name);
                break;
            case (RuntimeStep.RunContainer run, StepResult.Failed failed):
                Tell(record, "Failed", $"Error: {failed.Message}", true, run.Container.Name);
                break;
            case (RuntimeStep.RunSandbox, StepResult.Failed failed):
                Tell(record, "FailedCreatePodSandBox", $"Failed to create pod sandbox: {failed.Message}", true, null);
                break;
            case (RuntimeStep.EnsureImage image, StepResult.Image { Finding.Problem: { } problem }):
                Tell(record, "Failed", problem.Reason == "ErrImagePull" ? $"Failed to pull image \"{image.Container.Image}\": {problem.Message}" : problem.Message, true,
                    image.Container.Name);
                if (problem.Failures > 1)
                    Tell(record, "BackOff", $"Back-off pulling image \"{image.Container.Image}\"", false, image.Container.Name);
                break;
            case (RuntimeStep.EnsureImage image, StepResult.Image { Pulled: true }):
                Tell(record, "Pulled", $"Successfully pulled image \"{image.Container.Image}\"", false, image.Container.Name);
                break;
            case (RuntimeStep.EnsureImage image, StepResult.Image):
                Tell(record, "Pulled", $"Container image \"{image.Container.Image}\" already present on machine", false, image.Container.Name);
                break;
        }
    }
}
