using CloudOrch.Simulation.World;
using CloudOrch.Testing;

namespace CloudOrch.Simulation.Laws;

/// <summary>When which node was silent, told by nothing but what reached its lease row: by it, losses and what follows from them are judged.</summary>
internal sealed class NodeLives(SimWorld world)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, Life> lives = new(StringComparer.Ordinal);

    private DateTimeOffset Now => world.Clock.Now;

    /// <summary>The Node was made: until its row is, its age counts, in whole seconds.</summary>
    public void Created(string uid) => lives.TryAdd(uid, new() { HeardAt = A.Epoch.AddSeconds(Math.Floor((Now - A.Epoch).TotalSeconds)) });

    /// <summary>The row was made, or renewed by its node.</summary>
    public void Heard(string uid)
    {
        if (!lives.TryGetValue(uid, out var life))
            lives[uid] = life = new() { HeardAt = Now };
        if (Now > life.HeardAt)
            life.Silences.Add((life.HeardAt, Now));
        life.Silences.RemoveAll(s => Now - s.To > Remembered);
        (life.HeardAt, life.RemovedAt) = (Now, null);
    }

    /// <summary>The row was deleted: from now on nobody can tell.</summary>
    public void Removed(string uid)
    {
        if (lives.TryGetValue(uid, out var life))
            life.RemovedAt = Now;
    }

    /// <summary>When the node had been heard of last, at a moment.</summary>
    public DateTimeOffset HeardBefore(string uid, DateTimeOffset moment)
    {
        if (!lives.TryGetValue(uid, out var life) || life.RemovedAt <= moment)
            return DateTimeOffset.MinValue;
        return moment >= life.HeardAt ? life.HeardAt : life.Silences.FirstOrDefault(s => s.From <= moment && moment < s.To, (From: moment, To: moment)).From;
    }

    /// <summary>Whether at a moment more than half of the nodes were late with their leases or are not ready, or all of them.</summary>
    public bool IsHeld(DateTimeOffset moment)
    {
        var model = world.Laws.Model;
        int all = 0, away = 0;
        var late = TimeSpan.FromSeconds(Math.Ceiling(Expiry(model.NodeCount).TotalSeconds)) * 2 / 3;
        foreach (var node in model.Nodes)
        {
            all++;
            // Of one that was lost, its lease tells whether it is back.
            bool ready = node.Status?.Conditions is { } conditions && conditions.Any(c => c is { Type: "Ready", Status: "True" or "Unknown" });
            if (!ready || moment - HeardBefore(node.Metadata.Uid!, moment) >= late)
                away++;
        }

        return all > 0 && (away == all || (all >= 3 && away * 2 > all));
    }

    /// <summary>Three intervals, of a hundredth of a second per node, from 1 s to 10 s; 4 s at least.</summary>
    public static TimeSpan Expiry(int nodes) => TimeSpan.FromSeconds(Math.Max(4, 3 * Math.Clamp(nodes / 100.0, 1, 10)));

    private sealed class Life
    {
        public DateTimeOffset HeardAt { get; set; }

        public DateTimeOffset? RemovedAt { get; set; }

        public List<(DateTimeOffset From, DateTimeOffset To)> Silences { get; } = [];
    }
}
