namespace CloudOrch.Domain.Protocol;

/// <summary>Versions of the documents that control plane and agent exchange. Each document says its own as <c>v</c>.</summary>
public static class ProtocolVersion
{
    public const int Current = 1;
    public const int Oldest = 1;
}

/// <summary>The versions that one side speaks, both ends included.</summary>
public sealed record ProtocolRange(int Min, int Max)
{
    public static readonly ProtocolRange Own = new(ProtocolVersion.Oldest, ProtocolVersion.Current);

    /// <summary>The newest version that both speak; null when there is none.</summary>
    public int? Common(ProtocolRange other) => Math.Min(Max, other.Max) is var version && version >= Math.Max(Min, other.Min) ? version : null;
}
