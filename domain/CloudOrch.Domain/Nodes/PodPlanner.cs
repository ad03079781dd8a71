using System.Collections.Immutable;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Nodes;

/// <summary>Decides the next steps of one pod and what is said about it, from one view: the same view always gives the same plan.</summary>
/// <remarks>
/// Laws: never a second container of one name while one runs; images before anything is stopped for a change; a pod that ended stays ended;
/// nothing of a pod that was to go is forgotten before its containers are.
/// </remarks>
public static class PodPlanner
{
    public static PodPlan Plan(PodView view, DateTimeOffset now)
    {
        var turn = new Turn(view, now);
        KillFenced(turn);
        if (view.Pod is not { } pod)
            return TearDown(turn, null, GraceOf(view.Containers));
        if (pod.Deletion is { } deletion)
            return TearDown(turn, pod, deletion.GraceSeconds);
        var lines = PodLines.Of(view, pod.Spec);
        var status = PodStatusView.Of(view, pod, lines, now);
        if (status.Phase is "Succeeded" or "Failed")
            return Ended(turn, status, pod.Spec);
        if (pod.Spec.ActiveDeadlineSeconds is { } seconds)
            turn.WakeAt(view.FirstSeenAt.AddSeconds(seconds));
        Advance(turn, pod, lines);
        return new PodPlan(turn.Steps, status, turn.Wake, Gone: false);
    }

    /// <summary>What the node's fence does not let run is killed at once, whatever else is to become of the pod.</summary>
    private static void KillFenced(Turn turn)
    {
        if (turn.View.Fence is not { } fence)
            return;
        foreach (var running in turn.View.Containers.Where(c => c.Role != ContainerRole.Sandbox && c.Phase == ContainerPhase.Running))
        {
            if (fence.MustStop || running.FenceEra != fence.Era)
                turn.Kill(running, fence.Why ?? "it was started before this node's fence lapsed");
        }
    }

    private static void Advance(Turn turn, AssignedPod pod, PodLines lines)
    {
        var sandbox = EnsureSandbox(turn, pod, lines);
        foreach (var line in lines.All)
        {
            foreach (var old in line.Old)
                turn.Add(new RuntimeStep.Remove(old, "only one ended container is kept for its log"));
        }

        var next = lines.NextInit(sandbox);
        if (next is { Latest.Phase: ContainerPhase.Running })
            EnsureRunning(turn, pod, next, sandbox);
        else if (next is not null)
            Start(turn, pod, next, sandbox);
        foreach (var line in lines.Apps)
        {
            if (next is not null && line.Latest is not { Phase: ContainerPhase.Running })
                EnsureImage(turn, pod, line, "its turn comes after the init containers");
            else if (line.Latest is { Phase: ContainerPhase.Running })
                EnsureRunning(turn, pod, line, sandbox);
            else
                Start(turn, pod, line, sandbox);
        }
    }

    /// <returns>The sandbox, when it runs and is the one to use.</returns>
    private static ObservedContainer? EnsureSandbox(Turn turn, AssignedPod pod, PodLines lines)
    {
        var latest = lines.LatestSandbox;
        foreach (var older in lines.Sandboxes.Skip(1))
            turn.Add(new RuntimeStep.Remove(older, "a newer sandbox took its place"));
        if (latest is { Phase: ContainerPhase.Running })
            return latest;
        if (lines.All.Any(l => l.Latest is { Phase: ContainerPhase.Running }))
            return null; // they are stopped first: their network is gone with their sandbox
        if (turn.IsHeld(Slots.Sandbox))
            return null;
        switch (latest)
        {
            case { Phase: ContainerPhase.Created }:
                turn.Add(new RuntimeStep.RunSandbox(pod, latest.Attempt, "the sandbox was made but not started"));
                break;
            case { Phase: ContainerPhase.Exited }:
                turn.Add(new RuntimeStep.Remove(latest, "it ended"));
                turn.Add(new RuntimeStep.RunSandbox(pod, latest.Attempt + 1, "the sandbox ended, it will be made again"));
                break;
            default:
                turn.Add(new RuntimeStep.RunSandbox(pod, lines.NextSandboxAttempt, "the pod has no sandbox"));
                break;
        }

        return null;
    }

    private static void EnsureRunning(Turn turn, AssignedPod pod, ContainerLine line, ObservedContainer? sandbox)
    {
        var running = line.Latest!;
        long grace = pod.Spec.TerminationGracePeriodSeconds ?? 30;
        if (sandbox is null || running.SandboxAttempt != sandbox.Attempt)
            turn.Stop(running, grace, "the sandbox that it lives in is gone");
        else if (line.Probe?.Unhealthy is { } unhealthy)
            turn.Stop(running, GraceAfterProbe(line.Spec) ?? grace, unhealthy);
        else if (line.Changed && EnsureImage(turn, pod, line, "the container's definition changed"))
            turn.Stop(running, grace, $"Container {line.Spec.Name} definition changed, will be restarted");
    }

    private static void Start(Turn turn, AssignedPod pod, ContainerLine line, ObservedContainer? sandbox)
    {
        // An init container that is done runs again in a new sandbox.
        bool anew = line.Role == ContainerRole.Init && line.Latest is { } ended && ended.SandboxAttempt != sandbox?.Attempt;
        if (!anew && !line.Restarts(pod.Spec))
            return;
        if (line.HeldUntil(turn.Now) is { } until)
        {
            turn.WakeAt(until);
            return;
        }

        bool image = EnsureImage(turn, pod, line, "the container needs it");
        if (!image || sandbox is null || turn.IsHeld(Slots.Of(line.Spec.Name)))
            return;
        turn.Add(new RuntimeStep.RunContainer(pod, line.Spec, line.Role, line.NextAttempt, line.NextBackOffStep, sandbox, WhyStart(line)) { FenceEra = turn.View.Fence?.Era });
    }

    private static bool EnsureImage(Turn turn, AssignedPod pod, ContainerLine line, string why)
    {
        if (line.HasImage)
            return true;
        if (line.Image is { Problem: { } problem } found && found.Image == line.Spec.Image && problem.HeldUntil(turn.Now) is { } until)
        {
            turn.WakeAt(until);
            turn.WakeAt(problem.At + PodStatusView.FreshProblem);
        }
        else
        {
            turn.Add(new RuntimeStep.EnsureImage(pod, line.Spec, line.NextAttempt, why));
        }

        return false;
    }

    /// <summary>The pod is over: what runs is stopped, the sandbox goes, ended containers stay for their logs.</summary>
    private static PodPlan Ended(Turn turn, PodStatus status, PodSpec spec)
    {
        string why = status.Reason ?? $"the pod has {status.Phase?.ToLowerInvariant()}";
        var containers = turn.View.Containers;
        foreach (var running in containers.Where(c => c.Role != ContainerRole.Sandbox && c.Phase == ContainerPhase.Running))
            turn.Stop(running, spec.TerminationGracePeriodSeconds ?? 30, why);
        if (!containers.Any(c => c.Role != ContainerRole.Sandbox && c.Phase == ContainerPhase.Running))
        {
            foreach (var sandbox in containers.Where(c => c.Role == ContainerRole.Sandbox))
                turn.Add(new RuntimeStep.Remove(sandbox, why));
        }

        return new PodPlan(turn.Steps, status, turn.Wake, Gone: false);
    }

    private static PodPlan TearDown(Turn turn, AssignedPod? pod, long grace)
    {
        string why = pod is null ? "the pod is not assigned to this node" : "the pod is being deleted";
        var containers = turn.View.Containers;
        var running = containers.Where(c => c.Role != ContainerRole.Sandbox && c.Phase == ContainerPhase.Running).ToArray();
        foreach (var container in running)
            turn.Stop(container, grace, why);
        bool starting = turn.View.Busy.Any(slot => slot.StartsWith("container/", StringComparison.Ordinal) || slot == Slots.Sandbox);
        if (running.Length == 0 && !starting)
        {
            foreach (var container in containers)
                turn.Add(new RuntimeStep.Remove(container, why));
        }

        bool empty = containers.Length == 0 && !turn.View.Busy.Any(slot => !slot.StartsWith("image/", StringComparison.Ordinal));
        if (empty && turn.View.HasDirectories)
            turn.Add(new RuntimeStep.Forget(turn.View.Uid, why));
        var status = pod is null ? turn.View.Previous ?? new PodStatus() : PodStatusView.Of(turn.View, pod, PodLines.Of(turn.View, pod.Spec), turn.Now);
        return new PodPlan(turn.Steps, status, turn.Wake, Gone: empty && !turn.View.HasDirectories);
    }

    private static string WhyStart(ContainerLine line) => line.Latest switch
    {
        { Phase: ContainerPhase.Exited } ended => $"it ended with {ended.ExitCode}",
        { } => "it was made but not started",
        null => line.Vanished ? "it is not there any more" : "the pod wants it",
    };

    private static long? GraceAfterProbe(Container spec) =>
        spec.LivenessProbe?.TerminationGracePeriodSeconds ?? spec.StartupProbe?.TerminationGracePeriodSeconds;

    private static long GraceOf(ImmutableArray<ObservedContainer> containers) => containers.Select(c => c.GraceSeconds).DefaultIfEmpty(0).Max();

    /// <summary>The steps of one plan as they gather; a slot that is busy takes none.</summary>
    private sealed class Turn(PodView view, DateTimeOffset now)
    {
        private readonly ImmutableArray<RuntimeStep>.Builder _steps = ImmutableArray.CreateBuilder<RuntimeStep>();
        private readonly HashSet<string> _killed = [];

        public PodView View => view;

        public DateTimeOffset Now => now;

        public DateTimeOffset? Wake { get; private set; }

        public ImmutableArray<RuntimeStep> Steps => _steps.ToImmutable();

        public void Add(RuntimeStep step)
        {
            bool starts = step is RuntimeStep.RunSandbox or RuntimeStep.RunContainer;
            if (starts && view.Fence is { MayStart: false })
                return;
            if (!view.Busy.Contains(step.Slot))
                _steps.Add(step);
        }

        /// <summary>SIGKILL now; a stop of the same turn is left out.</summary>
        public void Kill(ObservedContainer container, string why)
        {
            _killed.Add(container.Id);
            Add(new RuntimeStep.Stop(container, 0, why));
        }

        /// <summary>A stop with a grace is not repeated while it lasts; a kill overtakes it.</summary>
        public void Stop(ObservedContainer container, long grace, string why)
        {
            if (_killed.Contains(container.Id))
                return;
            if (grace == 0 || !view.Busy.Contains(Slots.Kill(container.Id)))
                Add(new RuntimeStep.Stop(container, grace, why));
        }

        /// <summary>Whether the slot's last failure still holds it back.</summary>
        public bool IsHeld(string slot)
        {
            if (!view.Problems.TryGetValue(slot, out var problem) || problem.HeldUntil(now) is not { } until)
                return false;
            WakeAt(until);
            return true;
        }

        public void WakeAt(DateTimeOffset at)
        {
            if (at > now && (Wake is null || at < Wake))
                Wake = at;
        }
    }
}
