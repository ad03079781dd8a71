using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using CloudOrch.Simulation.World;
using CloudOrch.Testing;

namespace CloudOrch.Simulation.Nodes;

/// <summary>What a node reaches of the outside; each can be cut by itself.</summary>
[Flags]
internal enum Links
{
    None = 0,
    Tables = 1,
    Queue = 2,
    Api = 4,
    All = Tables | Queue | Api,
}

/// <summary>A machine with an engine and an agent: the real planner of the node over a tiny engine, with a journal, crashes, reboots and partitions.</summary>
internal sealed class SimNode(string name, SimWorld world, WallClock wall)
{
    private readonly SimFence fence = new(name, world);
    private readonly List<(DateTimeOffset At, Action Land)> late = [];
    private int repeats;
    private readonly string fenceStream = $"fence {name}";
    private (string Id, bool MayStart, bool MustStop) fenceTold;
    private TimeSpan killSlowness;
    private readonly string stream = $"node {name}";
    private readonly Dictionary<string, PodMemory> pods = new(StringComparer.Ordinal);
    private readonly List<StepUnderWay> running = [];
    private int boots = 1;
    private long seq;
    private long writtenSeq;
    private long echoed = -1;
    private bool changed;
    private int planned = -1;
    private DateTimeOffset renewAt;
    private DateTimeOffset readAt;
    private DateTimeOffset repeatAt;
    private NodeStatusRow? knownStatus;

    public string Name => name;

    public string Uid { get; set; } = "";

    /// <summary>The cluster that it belongs to, or belonged to when it last knew.</summary>
    public ClusterId Cluster { get; private set; }

    /// <summary>Its public keys, for signing and sealing.</summary>
    public string Key { get; set; } = SimWorld.CommonKey;

    /// <summary>The uid after whose loss its keys were chosen.</summary>
    public string KeyChosenAfter { get; set; } = "";

    public TinyEngine Engine { get; } = new(name, wall);

    public NodeJournal Journal { get; private set; } = new();

    public bool MachineUp { get; private set; } = true;

    public bool AgentUp { get; private set; } = true;

    public Links Cut { get; private set; }

    /// <summary>Whoever cut it heals it, and nobody else.</summary>
    public bool StaysCut { get; set; }

    public bool IsHealthy => MachineUp && AgentUp && Cut == Links.None;

    /// <summary>How wrong its clock is.</summary>
    public TimeSpan ClockError => wall.Error;

    private string BootId => $"boot-{boots}";

    // Its own rhythm is monotonic; what it says about its containers is in its wall clock's times.
    private DateTimeOffset Now => world.Clock.Now;

    private DateTimeOffset WallNow => wall.GetUtcNow();

    private TimeSpan Interval => TimeSpan.FromMilliseconds(Journal.Assignment?.LeaseIntervalMilliseconds ?? 1000);

    /// <summary>Time has passed: what is under way arrives, and what the fence forbids is dead.</summary>
    public void TimePassed()
    {
        foreach (var write in late.Where(l => l.At <= Now).ToList())
        {
            late.Remove(write);
            write.Land();
        }

        if (!MachineUp || !fence.HasKilled(killSlowness))
            return;
        foreach (var container in Engine.Running.Where(c => c.FenceEra is not null && c.Role != ContainerRole.Sandbox).ToList())
        {
            world.Trace.Add($"{name}: its fence kills {container.Id} of {container.PodName}");
            Engine.End(container.Id, 137);
            killSlowness = world.Chance.UpTo(fenceStream, FenceTimes.KillShare);
        }
    }

    /// <summary>No renewal and no status is under way any more.</summary>
    public void LoseLateWrites() => late.Clear();

    public void Work()
    {
        if (!MachineUp)
            return;
        if (!AgentUp)
            return;
        Listen();
        LookAtFence();
        FinishSteps();
        bool due = planned != Engine.Version || pods.Values.Any(p => p.WakeAt <= WallNow);
        if (Journal.Assignment is not null && due)
        {
            planned = Engine.Version;
            foreach (string uid in pods.Keys.Concat(Engine.All.Select(c => c.PodUid)).Concat(Journal.Directories).Distinct().Order(StringComparer.Ordinal).ToList())
                Plan(uid);
        }

        Report();
    }

    public void CutOff(bool cut) => CutOff(cut ? Links.All : Links.None);

    /// <summary>Cuts these links and heals the others.</summary>
    public void CutOff(Links cut)
    {
        if (Cut == cut)
            return;
        Cut = cut;
        readAt = Now;
        world.Trace.Add($"{name}: {(cut == Links.None ? "connected" : cut == Links.All ? "cut off" : $"cut off from {cut}")}");
    }

    /// <summary>Sets the machine's clock to another wrong time, or to the right one.</summary>
    public void SetClock(TimeSpan error)
    {
        (wall.Error, planned) = (error, -1);
        world.Trace.Add($"{name}: its clock is wrong by {error}");
    }

    private bool Reaches(Links link) => (Cut & link) == 0;

    /// <summary>Kills the agent. What it was doing may have been done already, without it knowing.</summary>
    public void KillAgent()
    {
        if (!AgentUp)
            return;
        AgentUp = false;
        world.Trace.Add($"{name}: agent killed");
        foreach (var step in running.ToList())
        {
            if (world.Chance.Hits(stream, 0.5))
                Carry(step.Step);
        }

        running.Clear();
        pods.Clear();
    }

    /// <summary>The machine loses power: agent and containers stop, disk and engine's list of containers stay (or the containers are lost, too).</summary>
    public void PowerOff()
    {
        if (!MachineUp)
            return;
        running.Clear();
        pods.Clear();
        (AgentUp, MachineUp) = (false, false);
        Engine.PowerOff();
        world.Trace.Add($"{name}: power off");
        if (world.Chance.Hits(stream, 0.2))
        {
            foreach (var container in Engine.All.ToList())
                Engine.Remove(container.Id);
        }
    }

    public void PowerOn()
    {
        if (MachineUp)
            return;
        MachineUp = true;
        boots++;
        fence.Boot(BootId);
        world.Trace.Add($"{name}: power on");
        StartAgent();
    }

    /// <summary>The agent takes up what its journal and its engine hold, with or without network.</summary>
    public void StartAgent()
    {
        if (!MachineUp || AgentUp)
            return;
        (AgentUp, planned) = (true, -1);
        fence.AgentStarts();
        (seq, writtenSeq, echoed, changed) = (Journal.SeqReserved, 0, -1, true);
        readAt = renewAt = repeatAt = Now;
        foreach (var report in Journal.Reports)
        {
            pods[report.Uid] = new(report.Uid)
            {
                Namespace = report.Namespace, Name = report.Name, Status = report.Status, FirstSeenAt = report.Status.StartTime ?? WallNow,
            };
        }

        world.Trace.Add($"{name}: agent starts, {pods.Count} pods in its journal");
        if (Journal.Assignment is { } assignment)
            Assign(assignment);
    }

    /// <summary>Another Node under the same name: nothing of the old one's assignment is ours, its containers are.</summary>
    public void Enrolled(ClusterId cluster, string uid)
    {
        if (Uid == uid)
            return;
        (Cluster, Uid) = (cluster, uid);
        running.Clear();
        pods.Clear();
        Journal = new NodeJournal { SeqReserved = Journal.SeqReserved };
        foreach (string pod in Engine.All.Select(c => c.PodUid))
            Journal.Directories.Add(pod);
        (changed, echoed, writtenSeq, planned) = (true, -1, 0, -1);
        readAt = renewAt = repeatAt = Now;
    }

    public void KillContainer(bool remove)
    {
        var apps = Engine.Running.ToList();
        if (!MachineUp || apps.Count == 0)
            return;
        var victim = world.Chance.Pick(stream, apps);
        world.Trace.Add($"{name}: somebody {(remove ? "removes" : "kills")} {victim.Id} ({victim.PodName}/{victim.Name})");
        Engine.End(victim.Id, 137);
        if (remove)
            Engine.Remove(victim.Id);
    }

    private void Listen()
    {
        if (Now >= renewAt)
            RenewLease();

        var heard = Reaches(Links.Queue) ? world.Sender.Receive(Uid).ToList() : [];
        if (heard.Count > 1 && world.Rates.Delay > 0 && world.Chance.Hits(stream, 0.5))
            heard.Reverse();
        if (heard.Count > 0 && world.Rates.Repeat > 0 && world.Chance.Hits(stream, 0.3))
            heard.Add(heard[0]);
        foreach (var message in heard)
        {
            if (message.Assignment is { } assignment)
                Take(assignment);
            else
                readAt = Now;
        }

        if (Now < readAt || !Reaches(Links.Tables))
            return;
        readAt = Now.AddSeconds(world.Chance.Pick(stream, [5, 60]));
        if (world.Rows.Assignment(Cluster, Uid) is { } row)
            Take(KubeJson.Read<NodeAssignment>(row.Document.Span));
    }

    private void RenewLease()
    {
        if (!Reaches(Links.Tables) && !world.Scenario.Fencing)
            return;
        renewAt = Now + Interval;
        var promise = world.Scenario.Fencing ? fence.BeginRenewal(Interval) : null;
        var (cluster, uid, boot, said) = (Cluster, Uid, BootId, writtenSeq);
        if (Reaches(Links.Tables))
        {
            // Of a renewal without an answer the node does not know that it succeeded.
            if (Renew() && promise is not null && !world.Chance.Hits(fenceStream, world.Rates.FailAfterCommit))
                fence.Renewed(promise);
        }
        else if (world.Chance.Hits(fenceStream, 0.2))
        {
            late.Add((Now + world.Chance.UpTo(fenceStream, TimeSpan.FromSeconds(60)), () => Renew()));
        }

        bool Renew()
        {
            if (!world.Rows.Renew(cluster, uid, boot, said, promise?.Seconds))
                return false;
            world.Lives.Heard(uid);
            return true;
        }
    }

    /// <summary>What the fence lets pods do, and what is said of it, may be another thing than before.</summary>
    private void LookAtFence()
    {
        if (!world.Scenario.Fencing)
            return;
        var view = fence.View(Journal.Assignment?.FenceId);
        var now = (fence.Id, view.MayStart, view.MustStop);
        if (now == fenceTold)
            return;
        changed |= now.Id != fenceTold.Id;
        (fenceTold, planned) = (now, -1);
    }

    private FenceView? FenceOf(PodMemory pod) =>
        (pod.Assigned is { } assigned && FencedIdentity.Of(assigned.Namespace, assigned.Annotations) is not null) || Engine.All.Any(c => c.PodUid == pod.Uid && c.FenceEra is not null)
            ? fence.View(Journal.Assignment?.FenceId) : null;

    private void Take(NodeAssignment assignment)
    {
        if (assignment.NodeUid != Uid)
            return;
        int order = Journal.Assignment is not { } newest ? 1 : (assignment.Epoch, assignment.Revision).CompareTo((newest.Epoch, newest.Revision));
        if (order < 0)
            return;
        if (order > 0)
        {
            // Only other content is worth a report: a new revision is often nothing but the echo of the last one.
            changed |= Journal.Assignment?.ContentHash != assignment.ContentHash;
            Journal.Assignment = assignment;
            Assign(assignment);
        }

        if (assignment.Applied is { } echo && echo.BootId == BootId)
            echoed = Math.Max(echoed, echo.Seq);
    }

    private void Assign(NodeAssignment assignment)
    {
        planned = -1;
        var wanted = assignment.Pods.Select(p => p.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var memory in pods.Values.Where(p => !wanted.Contains(p.Uid)))
            memory.Assigned = null;
        foreach (var pod in assignment.Pods)
        {
            if (!pods.TryGetValue(pod.Uid, out var memory))
                pods[pod.Uid] = memory = new(pod.Uid) { FirstSeenAt = WallNow };
            (memory.Assigned, memory.Namespace, memory.Name) = (pod, pod.Namespace, pod.Name);
        }
    }

    private void Plan(string uid)
    {
        if (!pods.TryGetValue(uid, out var pod))
            pods[uid] = pod = new(uid) { FirstSeenAt = WallNow };
        bool leaving = pod.Assigned is null or { Deletion: not null };
        var plan = PodPlanner.Plan(
            new PodView
            {
                Uid = uid,
                Pod = pod.Assigned,
                Containers = [.. Engine.All.Where(c => c.PodUid == uid)],
                Problems = [.. pod.Problems],
                Images = [.. pod.Images],
                Busy = [.. pod.Busy],
                FirstSeenAt = pod.FirstSeenAt,
                HasDirectories = leaving && Journal.Directories.Contains(uid),
                Previous = pod.Status,
                Fence = FenceOf(pod),
                HostAddress = "192.0.2.1",
            },
            WallNow);
        pod.WakeAt = plan.WakeAt;
        if (plan.Gone && pod.Assigned is null)
        {
            pods.Remove(uid);
            (changed, planned) = (true, -1);
            return;
        }

        if (pod.Status != plan.Status || pod.Gone != plan.Gone)
            (pod.Status, pod.Gone, changed) = (plan.Status, plan.Gone, true);
        foreach (var step in plan.Steps)
        {
            pod.Busy.Add(step.Slot);
            running.Add(new(pod, step, Now + DurationOf(step)));
        }
    }

    private TimeSpan DurationOf(RuntimeStep step) => step switch
    {
        RuntimeStep.Stop stop => world.Chance.UpTo(stream, TimeSpan.FromSeconds(Math.Min(stop.GraceSeconds, 5))),
        _ => world.Chance.UpTo(stream, TimeSpan.FromMilliseconds(world.Chance.Pick(stream, [10, 300, 3000]))),
    };

    private void FinishSteps()
    {
        foreach (var done in running.Where(s => s.EndsAt <= Now).OrderBy(s => s.EndsAt).ToList())
        {
            planned = -1;
            running.Remove(done);
            done.Pod.Busy.Remove(done.Step.Slot);
            if (done.Step is RuntimeStep.EnsureImage image)
            {
                bool bad = image.Container.Image == SimWorld.MissingImage;
                var before = done.Pod.Images.GetValueOrDefault(image.Container.Name)?.Problem;
                done.Pod.Images[image.Container.Name] = new(image.Attempt, image.Container.Image ?? "", bad ? null : "sha256:1",
                    bad ? new("ErrImagePull", "no such image", (before?.Failures ?? 0) + 1, WallNow) : null);
                continue;
            }

            Carry(done.Step);
            done.Pod.Problems.Remove(done.Step.Slot);
        }
    }

    /// <summary>What the step does to the engine and the disk.</summary>
    private void Carry(RuntimeStep step)
    {
        switch (step)
        {
            case RuntimeStep.RunSandbox sandbox:
                Engine.Run(Identity(sandbox.Pod) with { Role = ContainerRole.Sandbox, Attempt = sandbox.Attempt, SandboxAttempt = sandbox.Attempt });
                break;
            case RuntimeStep.RunContainer run:
                Journal.Directories.Add(run.Pod.Uid);
                // A network that is gone takes no container in, and a fence that has lapsed lets none start.
                if (Engine.Running.Any(c => c.Id == run.Sandbox.Id) && (run.FenceEra is not { } era || fence.TryStart(era)))
                {
                    Engine.Run(Identity(run.Pod) with
                    {
                        Role = run.Role, Name = run.Container.Name, Attempt = run.Attempt, SandboxAttempt = run.Sandbox.Attempt,
                        BackOffStep = run.BackOffStep, SpecHash = ContainerHash.Of(run.Container), FenceEra = run.FenceEra,
                    });
                }

                break;
            case RuntimeStep.Stop stop:
                Stops(stop.Target);
                Engine.End(stop.Target.Id, stop.GraceSeconds == 0 ? 137 : 143);
                break;
            case RuntimeStep.Remove remove:
                Stops(remove.Target);
                Engine.End(remove.Target.Id, 137);
                Engine.Remove(remove.Target.Id);
                break;
            case RuntimeStep.Forget forget:
                Journal.Directories.Remove(forget.Uid);
                break;
            default:
                break;
        }
    }

    private void Stops(ObservedContainer target)
    {
        if (Engine.Running.Any(c => c.Id == target.Id))
            world.Laws.Stops(this, target);
    }

    private static ObservedContainer Identity(AssignedPod pod) => new()
    {
        PodUid = pod.Uid, PodNamespace = pod.Namespace, PodName = pod.Name, GraceSeconds = pod.Deletion?.GraceSeconds ?? pod.Spec.TerminationGracePeriodSeconds ?? 30,
    };

    private void Report()
    {
        if (changed && Reaches(Links.Tables) && !world.Chance.Hits(stream, world.Rates.FailBeforeCommit))
        {
            changed = false;
            Journal.SeqReserved = ++seq;
            Journal.Reports = [.. pods.Values.Where(p => p.Assigned is not null).OrderBy(p => p.Uid, StringComparer.Ordinal).Select(p => p.Report())];
            var document = new NodeStatusDocument
            {
                NodeUid = Uid,
                BootId = BootId,
                Seq = seq,
                FenceId = world.Scenario.Fencing ? fence.Id : null,
                ReportedAt = WallNow,
                AssignmentEpoch = Journal.Assignment?.Epoch ?? 0,
                AssignmentRevision = Journal.Assignment?.Revision ?? 0,
                Node = Facts(),
                Pods = Journal.Reports.ToValueList(),
            };
            world.LawsOf(Cluster)?.Reported(this, document);
            var (cluster, row) = (Cluster, new NodeStatusRow(Uid, BootId, seq, KubeJson.Write(document)));
            var known = knownStatus;
            if (world.Chance.Hits($"late reports {name}", 0.5 * world.Rates.FailAfterCommit))
            {
                // No answer came, and so it is written anew: this one may arrive before that, or after it.
                late.Add((Now + world.Chance.UpTo($"late reports {name}", TimeSpan.FromSeconds(30)), () => world.Rows.TryReport(cluster, row, known)));
                changed = true;
                return;
            }

            if (!world.Rows.TryReport(cluster, row, known))
                world.Rows.TryReport(cluster, row, world.Rows.Status(cluster, Uid));
            knownStatus = row;
            writtenSeq = seq;
            (repeatAt, repeats) = (Now, 0);
        }

        if (writtenSeq > echoed && Now >= repeatAt && Reaches(Links.Api))
        {
            world.RingFromNode(this);
            repeatAt = Now.AddSeconds(5);
            // The third time it is written anew.
            changed |= ++repeats > 2;
        }
    }

    private NodeStatus Facts() => A.Node(name, cpu: "64", memory: "256Gi").Status! with
    {
        Conditions = [new() { Type = "Ready", Status = "True", Reason = "AgentReady", Message = "the agent and its container engine work" }],
    };
}
