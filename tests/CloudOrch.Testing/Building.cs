using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Testing;

/// <summary>Refinements of the objects that <see cref="A"/> makes; each answers a changed copy.</summary>
public static class Building
{
    /// <summary>Gives the object another namespace and, with it, another uid.</summary>
    public static T InNamespace<T>(this T value, string name)
        where T : KubeObject
    {
        var moved = (T)(value with { Metadata = value.Metadata with { Namespace = name } });
        return moved.WithUid($"uid-{KindRegistry.KeyOf(moved)}");
    }

    public static T WithUid<T>(this T value, string uid)
        where T : KubeObject => (T)(value with { Metadata = value.Metadata with { Uid = uid } });

    public static T CreatedAt<T>(this T value, DateTimeOffset at)
        where T : KubeObject => (T)(value with { Metadata = value.Metadata with { CreationTimestamp = at } });

    public static T AtRevision<T>(this T value, long revision)
        where T : KubeObject => (T)(value with { Metadata = value.Metadata with { ResourceVersion = new Revision(revision).ToString() } });

    public static T Labelled<T>(this T value, string key, string text)
        where T : KubeObject => (T)(value with { Metadata = value.Metadata with { Labels = (value.Metadata.Labels ?? ValueMap<string>.Empty).With(key, text) } });

    public static T Annotated<T>(this T value, string key, string text)
        where T : KubeObject => (T)(value with { Metadata = value.Metadata with { Annotations = (value.Metadata.Annotations ?? ValueMap<string>.Empty).With(key, text) } });

    /// <summary>Owned by a controller.</summary>
    public static T OwnedBy<T>(this T value, KubeObject owner, bool controller = true)
        where T : KubeObject
    {
        var kind = KindRegistry.Of(owner);
        var reference = new OwnerReference
        {
            ApiVersion = kind.ApiVersion,
            Kind = kind.Kind,
            Name = owner.Metadata.Name ?? "",
            Uid = owner.Metadata.Uid ?? "",
            Controller = controller ? true : null,
            BlockOwnerDeletion = true,
        };
        return (T)(value with { Metadata = value.Metadata with { OwnerReferences = (value.Metadata.OwnerReferences ?? []).Add(reference) } });
    }

    public static T Deleting<T>(this T value, DateTimeOffset at, long graceSeconds = 30)
        where T : KubeObject => (T)(value with { Metadata = value.Metadata with { DeletionTimestamp = at, DeletionGracePeriodSeconds = graceSeconds } });

    public static T WithFinalizer<T>(this T value, string finalizer)
        where T : KubeObject => (T)(value with { Metadata = value.Metadata with { Finalizers = (value.Metadata.Finalizers ?? []).Add(finalizer) } });

    /// <summary>Bound to a node.</summary>
    public static Pod On(this Pod pod, string node) => pod with
    {
        Spec = pod.Spec with { NodeName = node },
        Status = (pod.Status ?? new()).With("PodScheduled", true, A.Epoch),
    };

    /// <summary>What the first container requests.</summary>
    public static Pod Requesting(this Pod pod, string? cpu = null, string? memory = null) => pod.FirstContainer(c => c with
    {
        Resources = (c.Resources ?? new()) with { Requests = Resources(cpu, memory) },
    });

    /// <summary>What the first container may use at most.</summary>
    public static Pod LimitedTo(this Pod pod, string? cpu = null, string? memory = null) => pod.FirstContainer(c => c with
    {
        Resources = (c.Resources ?? new()) with { Limits = Resources(cpu, memory) },
    });

    public static Pod WithHostPort(this Pod pod, int port, string protocol = "TCP", string? hostIp = null) => pod.FirstContainer(c => c with
    {
        Ports = (c.Ports ?? []).Add(new() { Port = port, HostPort = port, Protocol = protocol, HostIp = hostIp }),
    });

    public static Pod Tolerating(this Pod pod, string key, string? effect = null, long? seconds = null) => pod with
    {
        Spec = pod.Spec with
        {
            Tolerations = (pod.Spec.Tolerations ?? []).Add(new() { Key = key, Operator = "Exists", Effect = effect, TolerationSeconds = seconds }),
        },
    };

    public static Pod Selecting(this Pod pod, string key, string value) => pod with
    {
        Spec = pod.Spec with { NodeSelector = (pod.Spec.NodeSelector ?? ValueMap<string>.Empty).With(key, value) },
    };

    public static Pod FirstContainer(this Pod pod, Func<Container, Container> change) => pod with
    {
        Spec = pod.Spec with { Containers = pod.Spec.Containers.Select((c, i) => i == 0 ? change(c) : c).ToValueList() },
    };

    /// <summary>Running and ready since <paramref name="at"/>.</summary>
    public static Pod Ready(this Pod pod, DateTimeOffset? at = null) => pod.Running(ready: true, at);

    /// <summary>Running; its containers ready or not.</summary>
    public static Pod Running(this Pod pod, bool ready = false, DateTimeOffset? at = null)
    {
        var since = at ?? A.Epoch;
        var status = (pod.Status ?? new()) with
        {
            Phase = "Running",
            StartTime = since,
            ContainerStatuses = pod.Spec.Containers.Select(c => new ContainerStatus
            {
                Name = c.Name,
                Image = c.Image ?? "",
                Ready = ready,
                Started = true,
                State = new() { Running = new() { StartedAt = since } },
            }).ToValueList(),
        };
        return pod with { Status = status.With("Initialized", true, since).With("ContainersReady", ready, since).With("Ready", ready, since) };
    }

    /// <summary>Done with all containers: Succeeded, or Failed when the exit code is not 0.</summary>
    public static Pod Finished(this Pod pod, int exitCode = 0) => pod with
    {
        Status = (pod.Status ?? new()) with
        {
            Phase = exitCode == 0 ? "Succeeded" : "Failed",
            ContainerStatuses = pod.Spec.Containers.Select(c => new ContainerStatus
            {
                Name = c.Name,
                State = new() { Terminated = new() { ExitCode = exitCode, Reason = exitCode == 0 ? "Completed" : "Error", FinishedAt = A.Epoch } },
            }).ToValueList(),
        },
    };

    public static Node Tainted(this Node node, string key, string effect = "NoSchedule", string? value = null) => node with
    {
        Spec = node.Spec with { Taints = (node.Spec.Taints ?? []).Add(new() { Key = key, Value = value, Effect = effect }) },
    };

    public static Node Cordoned(this Node node) => node with { Spec = node.Spec with { Unschedulable = true } };

    public static Node NotReady(this Node node, DateTimeOffset? since = null, string status = "Unknown") => node with
    {
        Status = (node.Status ?? new()) with
        {
            Conditions = [new() { Type = "Ready", Status = status, Reason = "NodeStatusUnknown", LastTransitionTime = since ?? A.Epoch }],
        },
    };

    public static Node With(this Node node, string condition, string status) => node with
    {
        Status = (node.Status ?? new()) with
        {
            Conditions = (node.Status?.Conditions).With(new() { Type = condition, Status = status, Reason = $"{condition}{status}" }, A.Epoch),
        },
    };

    public static Deployment Recreating(this Deployment deployment) =>
        deployment with { Spec = deployment.Spec with { Strategy = new() { Type = "Recreate" } } };

    public static Deployment Rolling(this Deployment deployment, IntOrString maxUnavailable, IntOrString maxSurge) => deployment with
    {
        Spec = deployment.Spec with { Strategy = new() { Type = "RollingUpdate", RollingUpdate = new() { MaxUnavailable = maxUnavailable, MaxSurge = maxSurge } } },
    };

    /// <summary>Another image in the template, as <c>kubectl set image</c> asks: generation rises.</summary>
    public static Deployment SetImage(this Deployment deployment, string image) => deployment with
    {
        Metadata = deployment.Metadata with { Generation = deployment.Metadata.Generation + 1 },
        Spec = deployment.Spec with { Template = deployment.Spec.Template.WithImage(image) },
    };

    public static ReplicaSet SetImage(this ReplicaSet set, string image) =>
        set with { Spec = set.Spec with { Template = set.Spec.Template.WithImage(image) } };

    private static PodTemplateSpec WithImage(this PodTemplateSpec template, string image) => template with
    {
        Spec = template.Spec with { Containers = template.Spec.Containers.Select((c, i) => i == 0 ? c with { Image = image } : c).ToValueList() },
    };

    private static PodStatus With(this PodStatus status, string condition, bool holds, DateTimeOffset since) => status with
    {
        Conditions = (status.Conditions ?? []).Where(c => c.Type != condition)
            .Append(new() { Type = condition, Status = holds ? "True" : "False", LastTransitionTime = since }).ToValueList(),
    };

    private static ValueMap<Quantity> Resources(string? cpu, string? memory)
    {
        var resources = ValueMap<Quantity>.Empty;
        if (cpu is not null)
            resources = resources.With("cpu", Quantity.Parse(cpu));
        return memory is null ? resources : resources.With("memory", Quantity.Parse(memory));
    }
}
