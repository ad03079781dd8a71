using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Nodes;

/// <summary>A pod's containers in the order of its spec, each with what the engine has of it.</summary>
internal sealed record PodLines(IReadOnlyList<ContainerLine> Inits, IReadOnlyList<ContainerLine> Apps, IReadOnlyList<ObservedContainer> Sandboxes)
{
    public IEnumerable<ContainerLine> All => Inits.Concat(Apps);

    public ObservedContainer? LatestSandbox => Sandboxes is [var latest, ..] ? latest : null;

    public int NextSandboxAttempt => All.Select(l => l.Latest?.SandboxAttempt + 1 ?? 0).DefaultIfEmpty(0).Max();

    /// <summary>The init container whose turn it is in this sandbox; null when all are done.</summary>
    /// <remarks>They are done, too, once any container of the pod proper was made in the same sandbox: their own remains may have been removed since.</remarks>
    public ContainerLine? NextInit(ObservedContainer? sandbox)
    {
        int attempt = sandbox?.Attempt ?? LatestSandbox?.Attempt ?? NextSandboxAttempt;
        return Apps.Any(a => a.Latest?.SandboxAttempt == attempt) ? null : Inits.FirstOrDefault(i => !IsDone(i, attempt));
    }

    public static PodLines Of(PodView view, PodSpec spec) => new(
        [.. (spec.InitContainers ?? []).Select(c => ContainerLine.Of(view, c, ContainerRole.Init))],
        [.. spec.Containers.Select(c => ContainerLine.Of(view, c, ContainerRole.App))],
        [.. view.Containers.Where(c => c.Role == ContainerRole.Sandbox).OrderByDescending(c => c.Attempt)]);

    private static bool IsDone(ContainerLine line, int sandboxAttempt) =>
        line.Latest is { Phase: ContainerPhase.Exited, ExitCode: 0 } done && done.SandboxAttempt == sandboxAttempt;
}
