using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Nodes;

/// <summary>One thing that the node does for one pod. <see cref="Slot"/> says what it occupies: a slot does one thing at a time.</summary>
public abstract record RuntimeStep
{
    private RuntimeStep(string podUid, string slot, string why) => (PodUid, Slot, Why) = (podUid, slot, why);

    public string PodUid { get; }

    public string Slot { get; }

    /// <summary>For people: what the log and the Event say.</summary>
    public string Why { get; }

    /// <summary>Makes and starts the container that holds the pod's network; the attempt is part of its identity.</summary>
    public sealed record RunSandbox(AssignedPod Pod, int Attempt, string Why) : RuntimeStep(Pod.Uid, Slots.Sandbox, Why);

    /// <summary>Finds the image or pulls it, as the policy says.</summary>
    public sealed record EnsureImage(AssignedPod Pod, Container Container, int Attempt, string Why) : RuntimeStep(Pod.Uid, Slots.Image(Container.Name), Why);

    /// <summary>Makes and starts a container in the namespaces of a running sandbox.</summary>
    public sealed record RunContainer(
        AssignedPod Pod, Container Container, ContainerRole Role, int Attempt, int BackOffStep, ObservedContainer Sandbox, string Why)
        : RuntimeStep(Pod.Uid, Slots.Of(Container.Name), Why)
    {
        /// <summary>Of a pod with a fenced identity; null: it has none.</summary>
        public string? FenceEra { get; init; }
    }

    /// <summary>SIGTERM, and SIGKILL after the grace; 0 is SIGKILL at once.</summary>
    public sealed record Stop(ObservedContainer Target, long GraceSeconds, string Why)
        : RuntimeStep(Target.PodUid, GraceSeconds == 0 ? Slots.Kill(Target.Id) : Slots.Stop(Target.Id), Why);

    /// <summary>Removes a container that does not run.</summary>
    public sealed record Remove(ObservedContainer Target, string Why) : RuntimeStep(Target.PodUid, Slots.Remove(Target.Id), Why);

    /// <summary>Removes what is left of a pod that has no containers any more: its directories.</summary>
    public sealed record Forget(string Uid, string Why) : RuntimeStep(Uid, Slots.Pod, Why);
}

/// <summary>Names of what a step occupies within its pod.</summary>
public static class Slots
{
    public const string Sandbox = "sandbox";
    public const string Pod = "pod";

    public static string Of(string container) => "container/" + container;

    public static string Image(string container) => "image/" + container;

    public static string Stop(string id) => "stop/" + id;

    public static string Kill(string id) => "kill/" + id;

    public static string Remove(string id) => "remove/" + id;
}
