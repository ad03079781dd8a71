namespace CloudOrch.Domain.Api;

/// <summary>autoscaling/v1 Scale: the subresource <c>/scale</c> of what has replicas.</summary>
public sealed record Scale : KubeObject
{
    public ScaleSpec? Spec { get; init; }
    public ScaleStatus? Status { get; init; }
}

public sealed record ScaleSpec : ApiType
{
    public int? Replicas { get; init; }
}

public sealed record ScaleStatus : ApiType
{
    public int Replicas { get; init; }
    /// <summary>The label selector of the pods, as a query string.</summary>
    public string? Selector { get; init; }
}
