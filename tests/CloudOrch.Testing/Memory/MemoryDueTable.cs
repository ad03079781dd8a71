using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Testing.Memory;

/// <summary>Table <c>due</c>'s twin in memory.</summary>
public sealed class MemoryDueTable : IDueTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ClusterId, string), DueItem> _items = [];

    public Task SetAsync(DueItem item, CancellationToken cancellation)
    {
        lock (_gate)
            _items[(item.Cluster, item.Why)] = item;
        return Task.CompletedTask;
    }

    public Task ClearAsync(ClusterId cluster, string why, CancellationToken cancellation)
    {
        lock (_gate)
            _items.Remove((cluster, why));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DueItem>> ListDueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<DueItem>>(
                [.. _items.Values.Where(i => i.At <= now).OrderBy(i => i.At).ThenBy(i => i.Cluster.Value, StringComparer.Ordinal).ThenBy(i => i.Why, StringComparer.Ordinal).Take(1_000)]);
        }
    }
}
