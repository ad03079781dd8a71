namespace CloudOrch.Agent.Docker;

/// <summary>Hands on what the engine says, at once and in order; <see cref="Progress{T}"/> would do so on other threads.</summary>
internal sealed class Each<T>(Action<T> seen) : IProgress<T>
{
    public void Report(T value) => seen(value);
}
