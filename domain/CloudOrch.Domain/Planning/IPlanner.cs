using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Planning;

/// <summary>A consistent picture of one cluster: the API's snapshot or the brain's overlay on it.</summary>
/// <remarks>Objects are immutable; their <c>metadata.resourceVersion</c> is filled. Enumeration order is by namespace and name (ordinal).</remarks>
public interface IClusterView
{
    KubeObject? Find(ResourceKey key);

    /// <param name="namespaceName">null means every namespace.</param>
    IEnumerable<KubeObject> List(ResourceType type, string? namespaceName = null);

    /// <summary>Objects whose ownerReferences name this uid, of every kind.</summary>
    IEnumerable<KubeObject> OwnedBy(string uid);

    IEnumerable<Pod> PodsOnNode(string nodeName);

    /// <summary>Pods that no node is chosen for and that are not finished or being deleted.</summary>
    IEnumerable<Pod> UnscheduledPods { get; }

    /// <summary>Whether any object has this uid.</summary>
    bool Exists(string uid);
}

/// <summary>One change that a planner wants. <c>Why</c> becomes the Event's message, <c>Reason</c> its reason; null reason: no Event.</summary>
public abstract record Step
{
    private Step() { }

    public string? Reason { get; init; }
    public string? Why { get; init; }
    /// <summary>The object that the Event is about; null means the step's own object.</summary>
    public ResourceKey? About { get; init; }
    public bool Warning { get; init; }

    /// <summary><c>metadata.generateName</c> without a name gets a suffix; uid and creationTimestamp are set when the step is applied.</summary>
    public sealed record Create(KubeObject Object) : Step;

    /// <summary>Replaces spec, status and metadata of the object that <c>Object</c> was made from.</summary>
    public sealed record Update(KubeObject Object) : Step;

    /// <summary>Removes the object at once; a graceful deletion is an Update that sets deletionTimestamp.</summary>
    public sealed record Delete(ResourceKey Key, string Uid) : Step;

    /// <summary>Only says something: an Event about <see cref="About"/>.</summary>
    public sealed record Note : Step;
}

/// <summary>What a planner decided for one key.</summary>
/// <param name="WakeAt">When to look at this key again although nothing changed; null means never.</param>
public sealed record Plan(IReadOnlyList<Step> Steps, DateTimeOffset? WakeAt = null)
{
    public static readonly Plan Nothing = new([]);
}

/// <summary>A pure control loop: the same view and time always give the same plan; a settled world gives none.</summary>
public interface IPlanner
{
    string Name { get; }

    /// <summary>Kinds whose changes make a key of this planner dirty.</summary>
    IReadOnlyList<ResourceType> Watches { get; }

    /// <summary>The keys to plan because this object changed (old or new state, whichever exists; both are offered).</summary>
    IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view);

    Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now);
}
