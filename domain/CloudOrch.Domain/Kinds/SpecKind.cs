using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds;

/// <summary>An object of which users write the spec, and who acts on it the status.</summary>
public abstract record SpecObject<TSpec, TStatus> : KubeObject
    where TSpec : ApiType, new()
    where TStatus : ApiType, new()
{
    /// <summary>What is wanted.</summary>
    public TSpec Spec { get; init; } = new();
    /// <summary>What was last seen of it.</summary>
    public TStatus? Status { get; init; }
}

/// <summary>A kind with a spec and a status that have writers of their own: the status is written by its subresource only.</summary>
public abstract class SpecKind<T, TSpec, TStatus> : KindDefinition<T>
    where T : SpecObject<TSpec, TStatus>
    where TSpec : ApiType, new()
    where TStatus : ApiType, new()
{
    public override IReadOnlyList<string> Subresources => ["status"];

    /// <summary>What nobody has looked at yet.</summary>
    protected virtual TStatus NewStatus => new();

    protected override T PrepareForCreate(T value, DateTimeOffset now) => With(value, NewStatus);

    protected override T PrepareForUpdate(T old, T value) => With(value, old.Status);

    protected override T PrepareForStatusUpdate(T old, T value) => With(old, value.Status);

    protected override bool DesiresOther(T old, T value) => !old.Spec.Equals(value.Spec);

    protected static T With(T value, TSpec spec) => (T)((SpecObject<TSpec, TStatus>)value with { Spec = spec });

    private static T With(T value, TStatus? status) => (T)((SpecObject<TSpec, TStatus>)value with { Status = status });
}
