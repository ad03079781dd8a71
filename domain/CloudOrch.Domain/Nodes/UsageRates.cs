using System.Collections.Immutable;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Nodes;

/// <summary>What a container, or the whole node, has had of processors since its start, and holds of memory now.</summary>
public readonly record struct UsageTotals(long CpuNanoseconds, long WorkingSetBytes);

/// <summary>One running container and its figures.</summary>
public sealed record MeasuredContainer(string Id, string PodUid, string Name, DateTimeOffset? StartedAt, UsageTotals Totals);

/// <summary>Everything that was measured at one moment.</summary>
/// <param name="At">On a clock that nobody sets.</param>
/// <param name="Wall">The same moment by the clock that containers' starts are told in.</param>
/// <param name="Node">Null when the kernel does not tell.</param>
public sealed record UsageSample(TimeSpan At, DateTimeOffset Wall, UsageTotals? Node, ImmutableArray<MeasuredContainer> Containers);

/// <summary>What was used between two samples.</summary>
public static class UsageRates
{
    /// <summary>Less says little about a processor whose time is counted in hundredths of a second.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>How often a node measures: 240 times an hour, less in clusters whose nodes renew their leases less often, for the same reason.</summary>
    public static TimeSpan Interval(TimeSpan leaseInterval) => TimeSpan.FromSeconds(leaseInterval.TotalSeconds switch { <= 1 => 15, < 10 => 30, _ => 60 });

    /// <summary>What of a node's usage is too old to be shown: two samples in a row are missing.</summary>
    public static bool IsStale(NodeUsageDocument usage, TimeSpan age)
    {
        ArgumentNullException.ThrowIfNull(usage);
        return age > 3 * TimeSpan.FromMilliseconds(Math.Clamp(usage.IntervalMilliseconds, 1_000, 60_000));
    }

    /// <remarks>A container that was not there before is measured from its start, when that is long enough ago; else the next time.</remarks>
    public static NodeUsageDocument Between(UsageSample before, UsageSample now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        var window = now.At - before.At;
        var known = before.Containers.ToDictionary(c => c.Id, c => c.Totals);
        return new NodeUsageDocument
        {
            WindowMilliseconds = (long)window.TotalMilliseconds,
            Node = now.Node is { } total && before.Node is { } earlier ? Rate(earlier.CpuNanoseconds, total, window) : null,
            Pods = now.Containers.Select(c => (Container: c, Window: WindowOf(c), Usage: UsageOf(c))).Where(c => c.Usage is not null)
                .GroupBy(c => c.Container.PodUid).OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => new PodUsage
                {
                    Uid = p.Key,
                    WindowMilliseconds = (long)p.Max(c => c.Window).TotalMilliseconds,
                    Containers = p.OrderBy(c => c.Container.Name, StringComparer.Ordinal).Select(c => new ContainerUsage { Name = c.Container.Name, Usage = c.Usage! }).ToValueList(),
                }).ToValueList(),
        };

        TimeSpan WindowOf(MeasuredContainer c) =>
            known.ContainsKey(c.Id) ? window : now.Wall - c.StartedAt is { } age && age <= window ? age : TimeSpan.Zero;

        Usage? UsageOf(MeasuredContainer c) => Rate(known.GetValueOrDefault(c.Id).CpuNanoseconds, c.Totals, WindowOf(c));
    }

    /// <returns>Null when the time is too short, or the count began anew.</returns>
    private static Usage? Rate(long before, UsageTotals now, TimeSpan window) => window < Shortest || now.CpuNanoseconds < before
        ? null
        : new Usage((long)((now.CpuNanoseconds - before) / window.TotalSeconds), now.WorkingSetBytes);
}
