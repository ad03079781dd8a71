using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Pods;

/// <summary>What became of a step; the keeper puts it into its memory of the pod.</summary>
internal abstract record StepResult
{
    private StepResult()
    {
    }

    public sealed record Ran(ObservedContainer Container) : StepResult;

    public sealed record Image(ImageFinding Finding, bool Pulled) : StepResult;

    /// <summary>The image that was there a moment ago is not.</summary>
    public sealed record ImageLost : StepResult;

    public sealed record Failed(string Reason, string Message) : StepResult;

    public sealed record Stopped : StepResult;

    public sealed record Removed(string ContainerId) : StepResult;

    public sealed record Forgotten : StepResult;

    /// <summary>The engine does not answer: nothing is known about what was tried.</summary>
    public sealed record NoEngine(string Message) : StepResult;
}

/// <summary>Carries out single steps. Starts and pulls are limited, since an engine that is flooded gets slower, not faster.</summary>
/// <param name="mayStart">Asked, with its id and era, for each fenced container that is about to be started.</param>
internal sealed class StepRunner(IContainerRuntime runtime, PodSpecs specs, PodDirectories directories, TimeProvider clock, Action<IOException> writeFailed, Func<string, string, bool> mayStart) : IDisposable
{
    private readonly SemaphoreSlim _starts = new(Math.Max(4, Environment.ProcessorCount * 4));
    private readonly SemaphoreSlim _pulls = new(4);
    private readonly SemaphoreSlim _removals = new(Math.Max(4, Environment.ProcessorCount * 4));

    public async Task<StepResult> RunAsync(RuntimeStep step, NodePlace node, ImageFinding? image, SlotProblem? before, CancellationToken ct)
    {
        try
        {
            return step switch
            {
                RuntimeStep.RunSandbox sandbox => await GatedAsync(_starts, () => RunSandboxAsync(sandbox, ct), ct).ConfigureAwait(false),
                RuntimeStep.RunContainer container => await GatedAsync(_starts, () => RunContainerAsync(container, node, image, ct), ct).ConfigureAwait(false),
                RuntimeStep.EnsureImage wanted => await EnsureImageAsync(wanted, before, ct).ConfigureAwait(false),
                RuntimeStep.Stop stop => await StopAsync(stop, ct).ConfigureAwait(false),
                RuntimeStep.Remove remove => await GatedAsync(_removals, () => RemoveAsync(remove, ct), ct).ConfigureAwait(false),
                RuntimeStep.Forget forget => Forget(forget),
                _ => throw new InvalidOperationException($"unknown step {step.GetType().Name}"),
            };
        }
        catch (RuntimeUnavailableException e)
        {
            return new StepResult.NoEngine(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            if (e is IOException failed)
                writeFailed(failed);
            return new StepResult.Failed("CreateContainerConfigError", e.Message);
        }
    }

    public void Dispose()
    {
        _starts.Dispose();
        _pulls.Dispose();
        _removals.Dispose();
    }

    private async Task<StepResult> RunSandboxAsync(RuntimeStep.RunSandbox step, CancellationToken ct) =>
        await runtime.RunSandboxAsync(PodSpecs.Sandbox(step.Pod, step.Attempt), ct).ConfigureAwait(false) switch
        {
            RunOutcome.There there => new StepResult.Ran(there.Container),
            RunOutcome.Refused refused => new StepResult.Failed(refused.Reason, refused.Message),
            _ => new StepResult.Failed("CreatePodSandboxError", "the engine has lost the image of sandboxes"),
        };

    private async Task<StepResult> RunContainerAsync(RuntimeStep.RunContainer step, NodePlace node, ImageFinding? image, CancellationToken ct)
    {
        var (spec, problem) = specs.Container(step, node, image?.ImageId ?? "");
        if (spec is null)
            return new StepResult.Failed("CreateContainerConfigError", problem ?? "");
        if (step.FenceEra is { } era)
            spec = spec with { MayStart = id => mayStart(id, era) };
        return await runtime.RunContainerAsync(spec, ct).ConfigureAwait(false) switch
        {
            RunOutcome.There there => new StepResult.Ran(there.Container),
            RunOutcome.Refused refused => new StepResult.Failed(refused.Reason, refused.Message),
            _ => new StepResult.ImageLost(),
        };
    }

    private async Task<StepResult> EnsureImageAsync(RuntimeStep.EnsureImage step, SlotProblem? before, CancellationToken ct)
    {
        string image = step.Container.Image ?? "";
        string policy = ImagePolicy.Of(step.Container);
        if (policy != ImagePolicy.Always && await runtime.FindImageAsync(image, ct).ConfigureAwait(false) is { } id)
            return new StepResult.Image(new ImageFinding(step.Attempt, image, id, null), Pulled: false);
        if (policy == ImagePolicy.Never)
            return NotFound("ErrImageNeverPull", $"Container image \"{image}\" is not present with pull policy of Never");
        await _pulls.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await runtime.PullImageAsync(image, ct).ConfigureAwait(false) switch
            {
                PullOutcome.Pulled pulled => new StepResult.Image(new ImageFinding(step.Attempt, image, pulled.ImageId, null), Pulled: true),
                PullOutcome.Failed failed => NotFound(failed.Reason, failed.Message),
                var other => throw new InvalidOperationException($"unknown outcome {other}"),
            };
        }
        finally
        {
            _pulls.Release();
        }

        StepResult.Image NotFound(string reason, string message) =>
            new(new ImageFinding(step.Attempt, image, null, new SlotProblem(reason, message, (before?.Failures ?? 0) + 1, clock.GetUtcNow())), Pulled: false);
    }

    private async Task<StepResult> StopAsync(RuntimeStep.Stop step, CancellationToken ct)
    {
        await runtime.StopAsync(step.Target.Id, step.GraceSeconds, ct).ConfigureAwait(false);
        return new StepResult.Stopped();
    }

    private async Task<StepResult> RemoveAsync(RuntimeStep.Remove step, CancellationToken ct)
    {
        await runtime.RemoveAsync(step.Target.Id, ct).ConfigureAwait(false);
        return new StepResult.Removed(step.Target.Id);
    }

    private StepResult.Forgotten Forget(RuntimeStep.Forget step)
    {
        directories.Remove(step.Uid);
        return new StepResult.Forgotten();
    }

    private static async Task<T> GatedAsync<T>(SemaphoreSlim gate, Func<Task<T>> run, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await run().ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}
