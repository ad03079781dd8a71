using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Domain.Api;

/// <summary>v1 Binding: the body of <c>POST …/pods/{name}/binding</c>, by which a scheduler says on which node a pod is to run.</summary>
/// <remarks>Its name is the pod's; its uid and resourceVersion are preconditions, its annotations become the pod's.</remarks>
public sealed record Binding : KubeObject
{
    /// <summary>The node; its kind is Node or not said.</summary>
    public ObjectReference? Target { get; init; }
}
