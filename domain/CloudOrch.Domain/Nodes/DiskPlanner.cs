using System.Collections.Immutable;
using System.Globalization;

namespace CloudOrch.Domain.Nodes;

/// <summary>How full a file system is. <paramref name="TotalBytes"/> is what its users can have, without what is kept for root: as df counts it.</summary>
public sealed record DiskUse(string Path, long TotalBytes, long AvailableBytes)
{
    public long UsedBytes => TotalBytes - AvailableBytes;

    public double UsedPercent => TotalBytes <= 0 ? 0 : 100.0 * UsedBytes / TotalBytes;

    public double AvailablePercent => 100 - UsedPercent;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Path}: {AvailableBytes >> 20} of {TotalBytes >> 20} MiB are available ({AvailablePercent:0.#} %)");
}

/// <summary>From which use on images are removed, and until which: https://kubernetes.io/docs/concepts/architecture/garbage-collection/#container-image-lifecycle.</summary>
public sealed record DiskWatermarks(int HighPercent = 85, int LowPercent = 80);

/// <summary>An image that the engine holds.</summary>
/// <param name="InUse">A container, of whomever and running or not, was made from it, or it is the sandboxes' own.</param>
/// <param name="Wanted">A container of a pod that is assigned here names it.</param>
/// <param name="LastUsedAt">When the agent last saw it in use; null when it never did.</param>
public sealed record ImageView(string Id, long Bytes, DateTimeOffset CreatedAt, bool InUse, bool Wanted, DateTimeOffset? LastUsedAt);

public sealed record DiskView
{
    /// <summary>The file system that holds containers and images.</summary>
    public required DiskUse Engine { get; init; }

    /// <summary>The agent's own containers.</summary>
    public ImmutableArray<ObservedContainer> Containers { get; init; } = [];

    public ImmutableArray<ImageView> Images { get; init; } = [];

    /// <summary>The high watermark was passed and the low one not reached since.</summary>
    public bool Collecting { get; init; }
}

/// <summary>What to remove, in this order: ids of containers, then of images.</summary>
public sealed record DiskPlan(ImmutableArray<string> Containers, ImmutableArray<string> Images)
{
    public static readonly DiskPlan Nothing = new([], []);

    public bool IsEmpty => Containers.IsEmpty && Images.IsEmpty;
}

/// <summary>Decides what goes from a disk that is full to its high watermark.</summary>
/// <remarks>
/// Laws: nothing below the high watermark, unless it was passed and the low one not reached yet; no container that runs, and of those that
/// ended never the newest of its name in its pod (its log is what people read); no image that a container uses or a pod wants.
/// An image's size counts layers that others share, so a round may free less than it hoped for: who carries it out measures and plans again.
/// </remarks>
public static class DiskPlanner
{
    public static DiskPlan Plan(DiskView view, DiskWatermarks watermarks)
    {
        if (!IsDue(view.Engine, view.Collecting, watermarks))
            return DiskPlan.Nothing;
        var dead = view.Containers.GroupBy(c => (c.PodUid, c.Role, c.Name))
            .SelectMany(g => g.OrderByDescending(c => c.Attempt).ThenByDescending(c => c.CreatedAt).Skip(1))
            .Where(c => c.Phase == ContainerPhase.Exited)
            .OrderBy(c => c.FinishedAt).ThenBy(c => c.Id, StringComparer.Ordinal)
            .Select(c => c.Id);
        long excess = view.Engine.UsedBytes - (long)(view.Engine.TotalBytes * (watermarks.LowPercent / 100.0));
        var images = ImmutableArray.CreateBuilder<string>();
        foreach (var image in view.Images.Where(i => !i.InUse && !i.Wanted)
            .OrderBy(i => i.LastUsedAt ?? DateTimeOffset.MinValue).ThenBy(i => i.CreatedAt).ThenBy(i => i.Id, StringComparer.Ordinal))
        {
            if (excess <= 0)
                break;
            images.Add(image.Id);
            excess -= image.Bytes;
        }

        return new DiskPlan([.. dead], images.ToImmutable());
    }

    /// <summary>Above the high watermark, or on the way from there to the low one.</summary>
    public static bool IsDue(DiskUse use, bool collecting, DiskWatermarks watermarks) =>
        use.UsedPercent > watermarks.HighPercent || (collecting && use.UsedPercent > watermarks.LowPercent);
}
