using System.Collections.Immutable;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Nodes;

/// <summary>One pod on a node where every step succeeds at once, unless a test says otherwise.</summary>
internal sealed class PodWorld
{
    private int _ids;

    public PodWorld(PodSpec spec) => View = new PodView
    {
        Uid = "u1",
        Pod = new AssignedPod { Uid = "u1", Namespace = "default", Name = "web", Spec = spec },
        FirstSeenAt = A.Epoch,
        HostAddress = "192.0.2.1",
    };

    public DateTimeOffset Now { get; set; } = A.Epoch;

    public PodView View { get; set; }

    public PodPlan Last { get; private set; } = new([], new PodStatus(), null, false);

    /// <summary>What is told of a pull; null finds the image.</summary>
    public Func<string, SlotProblem?> Pull { get; set; } = _ => null;

    public PodStatus Status => View.Previous!;

    public IEnumerable<ObservedContainer> Apps => View.Containers.Where(c => c.Role == ContainerRole.App);

    public ObservedContainer Running(string name = "main") => View.Containers.Single(c => c.Name == name && c.Phase == ContainerPhase.Running);

    public ContainerStatus StatusOf(string name = "main") => (Status.InitContainerStatuses ?? []).Concat(Status.ContainerStatuses!).Single(c => c.Name == name);

    public ImmutableArray<RuntimeStep> PlanOnly()
    {
        Last = PodPlanner.Plan(View, Now);
        View = View with { Previous = Last.Status };
        return Last.Steps;
    }

    /// <summary>Plans and carries out until nothing is left to do at this moment.</summary>
    /// <returns>The steps' names in order.</returns>
    public List<string> Settle(int limit = 50)
    {
        var done = new List<string>();
        while (PlanOnly() is { IsEmpty: false } steps)
        {
            Assert.True(done.Count < limit, "it does not settle: " + string.Join(", ", done));
            foreach (var step in steps)
            {
                done.Add(Name(step));
                Carry(step);
            }
        }

        return done;
    }

    /// <summary>Moves time to when the plan wants to be asked again, and settles.</summary>
    public TimeSpan Wake()
    {
        var at = Last.WakeAt ?? throw new InvalidOperationException("nothing is due");
        var waited = at - Now;
        Now = at;
        Settle();
        return waited;
    }

    public void End(string id, int exitCode, bool outOfMemory = false) => Change(
        id, c => c with { Phase = ContainerPhase.Exited, ExitCode = exitCode, FinishedAt = Now, OutOfMemory = outOfMemory });

    public void Vanish(string id) => View = View with { Containers = View.Containers.RemoveAll(c => c.Id == id) };

    public void Find(string id, ProbeFinding finding) => View = View with { Probes = View.Probes.SetItem(id, finding) };

    public void Delete(long grace) => View = View with { Pod = View.Pod! with { Deletion = new PodDeletion(Now, grace) }, HasDirectories = true };

    public void Change(string id, Func<ObservedContainer, ObservedContainer> change) =>
        View = View with { Containers = [.. View.Containers.Select(c => c.Id == id ? change(c) : c)] };

    public static string Name(RuntimeStep step) => step switch
    {
        RuntimeStep.RunSandbox s => $"sandbox {s.Attempt}",
        RuntimeStep.EnsureImage i => $"image {i.Container.Name}",
        RuntimeStep.RunContainer r => $"run {r.Container.Name} {r.Attempt}",
        RuntimeStep.Stop s => $"stop {s.Target.Name} {s.GraceSeconds}",
        RuntimeStep.Remove r => $"remove {(r.Target.Role == ContainerRole.Sandbox ? "sandbox" : r.Target.Name)} {r.Target.Attempt}",
        _ => "forget",
    };

    public void Carry(RuntimeStep step)
    {
        switch (step)
        {
            case RuntimeStep.RunSandbox sandbox:
                Add(new ObservedContainer { Role = ContainerRole.Sandbox, Attempt = sandbox.Attempt, SandboxAttempt = sandbox.Attempt, Address = "10.1.0.7" });
                break;
            case RuntimeStep.EnsureImage image:
                var problem = Pull(image.Container.Image!);
                View = View with { Images = View.Images.SetItem(image.Container.Name, new ImageFinding(image.Attempt, image.Container.Image!, problem is null ? "sha256:1" : null, problem)) };
                break;
            case RuntimeStep.RunContainer run:
                Assert.DoesNotContain(View.Containers, c => c.Name == run.Container.Name && c.Phase == ContainerPhase.Running);
                Add(new ObservedContainer
                {
                    Role = run.Role,
                    Name = run.Container.Name,
                    Attempt = run.Attempt,
                    SandboxAttempt = run.Sandbox.Attempt,
                    BackOffStep = run.BackOffStep,
                    SpecHash = ContainerHash.Of(run.Container),
                    GraceSeconds = 30,
                    FenceEra = run.FenceEra,
                });
                break;
            case RuntimeStep.Stop stop:
                End(stop.Target.Id, stop.GraceSeconds == 0 ? 137 : 143);
                break;
            case RuntimeStep.Remove remove:
                Vanish(remove.Target.Id);
                break;
            case RuntimeStep.Forget:
                View = View with { HasDirectories = false };
                break;
        }
    }

    private void Add(ObservedContainer container) => View = View with
    {
        Containers = View.Containers.Add(container with { Id = $"c{++_ids}", PodUid = "u1", Phase = ContainerPhase.Running, CreatedAt = Now, StartedAt = Now }),
    };
}
