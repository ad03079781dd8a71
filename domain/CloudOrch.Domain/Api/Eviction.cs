namespace CloudOrch.Domain.Api;

/// <summary>policy/v1 Eviction: the body of <c>POST …/pods/{name}/eviction</c>, which <c>kubectl drain</c> sends.</summary>
public sealed record Eviction : KubeObject
{
    public DeleteOptions? DeleteOptions { get; init; }
}
