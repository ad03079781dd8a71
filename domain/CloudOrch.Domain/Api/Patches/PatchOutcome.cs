namespace CloudOrch.Domain.Api.Patches;

public enum PatchType
{
    /// <summary>RFC 7386, <c>application/merge-patch+json</c>.</summary>
    Merge,
    /// <summary>RFC 6902, <c>application/json-patch+json</c>.</summary>
    Json,
    /// <summary>Kubernetes', <c>application/strategic-merge-patch+json</c>.</summary>
    StrategicMerge,
}

/// <summary>What came of a patch.</summary>
public abstract record PatchOutcome
{
    private PatchOutcome() { }

    /// <param name="Json">The whole object, to be read and checked like a PUT.</param>
    public sealed record Patched(byte[] Json) : PatchOutcome;

    /// <param name="Code">400 (not a patch), 413 (too many operations) or 422 (does not apply).</param>
    public sealed record Refused(int Code, string Message) : PatchOutcome;
}
