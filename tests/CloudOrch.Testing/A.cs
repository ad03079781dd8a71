using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.ConfigMaps;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;

namespace CloudOrch.Testing;

/// <summary>Objects as the API stores them: defaulted, with uid and generation, in namespace <c>default</c>, created at <see cref="Epoch"/>.</summary>
/// <remarks>They are plain records: refine them with the methods of <see cref="Building"/> or with <c>with</c>.</remarks>
public static class A
{
    /// <summary>2030-01-01T00:00:00Z: where a <see cref="ManualClock"/> starts.</summary>
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Pod Pod(string name, string image = "busybox:1") =>
        Stored(new Pod { Metadata = Named(name), Spec = new() { Containers = [Container(name, image)] } });

    /// <summary>Its selector and its template's label are <c>app=name</c>.</summary>
    public static Deployment Deployment(string name, int replicas = 1, string image = "busybox:1") => Stored(new Deployment
    {
        Metadata = Named(name) with { Labels = App(name) },
        Spec = new() { Replicas = replicas, Selector = new() { MatchLabels = App(name) }, Template = Template(name, image) },
    });

    public static ReplicaSet ReplicaSet(string name, int replicas = 1, string image = "busybox:1") => Stored(new ReplicaSet
    {
        Metadata = Named(name) with { Labels = App(name) },
        Spec = new() { Replicas = replicas, Selector = new() { MatchLabels = App(name) }, Template = Template(name, image) },
    });

    /// <summary>Ready, with 110 pods and the given resources.</summary>
    public static Node Node(string name, string cpu = "4", string memory = "8Gi")
    {
        var resources = ValueMap.Of(("cpu", Quantity.Parse(cpu)), ("memory", Quantity.Parse(memory)), ("pods", Quantity.OfUnits(110)));
        var node = Stored(new Node { Metadata = new() { Name = name, Labels = ValueMap.Of(("kubernetes.io/hostname", name)) } });
        return node with
        {
            Status = new()
            {
                Capacity = resources,
                Allocatable = resources,
                Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = Epoch, LastHeartbeatTime = Epoch }],
                Addresses = [new() { Type = "Hostname", Address = name }],
            },
        };
    }

    public static NamespaceObject Namespace(string name) => Stored(new NamespaceObject { Metadata = new() { Name = name } });

    public static ConfigMap ConfigMap(string name, params (string Key, string Value)[] data) =>
        Stored(new ConfigMap { Metadata = Named(name), Data = ValueMap.Of<string>(data) });

    public static Container Container(string name, string image = "busybox:1") => new() { Name = name, Image = image };

    /// <summary>What a create through the API makes of the object: defaults, status, generation, and a uid derived from its key.</summary>
    public static T Stored<T>(T value)
        where T : KubeObject
    {
        var kind = KindRegistry.Of<T>();
        var prepared = kind.PrepareForCreate(kind.Default(value), Epoch);
        return (T)(prepared with { Metadata = prepared.Metadata with { Uid = $"uid-{KindRegistry.KeyOf(prepared)}" } });
    }

    private static ObjectMeta Named(string name) => new() { Name = name, Namespace = "default" };

    private static ValueMap<string> App(string name) => ValueMap.Of(("app", name));

    private static PodTemplateSpec Template(string name, string image) => new()
    {
        Metadata = new() { Labels = App(name) },
        Spec = new() { Containers = [Container(name, image)] },
    };
}
