using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Runtime;

/// <summary>The container engine of this node, as far as our own containers go.</summary>
/// <remarks>
/// Laws (the contract suite): every call may be repeated; running something under an identity that is there already finds it instead of making
/// a second one; what is reported is what was observed; containers of others are never listed, stopped or removed.
/// Every call ends with <see cref="RuntimeUnavailableException"/> when the engine does not answer.
/// </remarks>
public interface IContainerRuntime
{
    Task<EngineInfo> InspectEngineAsync(CancellationToken ct);

    /// <summary>Makes what pods need: the sandbox image and the node's own network on this range.</summary>
    Task PrepareAsync(string podCidr, CancellationToken ct);

    /// <summary>Removes the node's own network, so that another node of this machine can be given its range. One that containers use stays.</summary>
    /// <returns>Why it stays, in the engine's words; null when it is gone.</returns>
    Task<string?> ReleaseAsync(CancellationToken ct);

    /// <param name="known">What was observed before, by id: what did not change since is not asked for again.</param>
    Task<IReadOnlyList<ObservedContainer>> ListAsync(IReadOnlyDictionary<string, ObservedContainer> known, CancellationToken ct);

    /// <summary>Reports what happens to our containers, from <paramref name="since"/> on, until cancelled. May report a thing twice.</summary>
    Task WatchAsync(DateTimeOffset since, Action<RuntimeEvent> happened, CancellationToken ct);

    /// <summary>The image's id; null when the engine does not have it.</summary>
    Task<string?> FindImageAsync(string image, CancellationToken ct);

    Task<PullOutcome> PullImageAsync(string image, CancellationToken ct);

    /// <summary>Every image that the engine holds, whoever brought it there.</summary>
    Task<IReadOnlyList<StoredImage>> ListImagesAsync(CancellationToken ct);

    /// <summary>Removes an image under all its names. One that is not there is fine; one that a container uses stays.</summary>
    /// <returns>Why it stays, in the engine's words; null when it is gone.</returns>
    Task<string?> RemoveImageAsync(string id, CancellationToken ct);

    Task<RunOutcome> RunSandboxAsync(SandboxSpec spec, CancellationToken ct);

    /// <summary>A container that <see cref="ContainerSpec.MayStart"/> speaks against is refused and removed.</summary>
    Task<RunOutcome> RunContainerAsync(ContainerSpec spec, CancellationToken ct);

    /// <summary>Ends when the container has ended: SIGTERM (or the image's signal), SIGKILL after the grace. One that does not run is fine.</summary>
    Task StopAsync(string id, long graceSeconds, CancellationToken ct);

    /// <summary>Removes a container, even a running one. One that is not there is fine.</summary>
    Task RemoveAsync(string id, CancellationToken ct);

    /// <summary>What running containers have used, by id. What does not run is left out, and all are where the machine does not tell.</summary>
    /// <remarks>The engine is not asked: it would take as long for each of them as the measurement of all.</remarks>
    Task<IReadOnlyDictionary<string, UsageTotals>> MeasureAsync(IReadOnlyCollection<string> ids, CancellationToken ct);

    Task<ExecOutcome> ExecAsync(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken ct);

    /// <summary>Both output streams in the order in which the engine has them; ends with the log, or, when followed, with the container.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(string id, LogOptions options, CancellationToken ct);
}

/// <summary>The engine does not answer; the message is what people are told.</summary>
public sealed class RuntimeUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <param name="Version">As in <c>docker://20.10.24</c>.</param>
/// <param name="Architecture">amd64, arm64, …</param>
/// <param name="DataRoot">The directory, on this machine, that holds its images and containers.</param>
public sealed record EngineInfo(string Version, string Architecture, string KernelVersion, string OperatingSystem, int Processors, long MemoryBytes, string DataRoot);

/// <param name="InUse">A container was made from it, of whomever and running or not, or sandboxes are.</param>
public sealed record StoredImage(string Id, long Bytes, DateTimeOffset CreatedAt, bool InUse);

public enum RuntimeEventKind
{
    Started,
    Ended,
    OutOfMemory,
    Removed,
}

public sealed record RuntimeEvent(string ContainerId, RuntimeEventKind Kind, DateTimeOffset At, int ExitCode);

public abstract record PullOutcome
{
    private PullOutcome()
    {
    }

    public sealed record Pulled(string ImageId) : PullOutcome;

    /// <param name="Reason">ErrImagePull or InvalidImageName.</param>
    /// <param name="Message">The engine's words.</param>
    public sealed record Failed(string Reason, string Message) : PullOutcome;
}

public abstract record RunOutcome
{
    private RunOutcome()
    {
    }

    /// <summary>It is there; it may have ended already.</summary>
    public sealed record There(ObservedContainer Container) : RunOutcome;

    public sealed record ImageMissing : RunOutcome;

    /// <summary>The engine would not; nothing is left of the attempt.</summary>
    public sealed record Refused(string Reason, string Message) : RunOutcome;
}

/// <param name="ExitCode">Null when it took longer than allowed.</param>
public sealed record ExecOutcome(long? ExitCode, string Output);

public sealed record LogOptions
{
    public bool Follow { get; init; }
    public bool Timestamps { get; init; }
    public long? TailLines { get; init; }
    public DateTimeOffset? Since { get; init; }
}
