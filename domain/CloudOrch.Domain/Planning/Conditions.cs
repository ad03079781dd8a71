using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Planning;

/// <summary>Lists of conditions, one per type, and times as they are stored (whole seconds).</summary>
public static class Conditions
{
    public static Condition? Find(this ValueList<Condition>? conditions, string type)
    {
        if (conditions is null)
            return null;
        foreach (var condition in conditions.AsSpan())
        {
            if (condition.Type == type)
                return condition;
        }
        return null;
    }

    /// <summary>Puts a condition in its type's place; the transition time stays while the status does.</summary>
    public static ValueList<Condition> With(this ValueList<Condition>? conditions, Condition condition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var old = conditions.Find(condition.Type);
        var next = condition with
        {
            LastTransitionTime = old is not null && old.Status == condition.Status ? old.LastTransitionTime : condition.LastTransitionTime ?? now.ToSeconds(),
        };
        return old is null
            ? (conditions ?? []).Add(next)
            : conditions!.Select(c => c.Type == condition.Type ? next : c).ToValueList();
    }

    public static ValueList<Condition>? Without(this ValueList<Condition>? conditions, string type) =>
        conditions.Find(type) is null ? conditions : conditions!.Where(c => c.Type != type).ToValueList();

    /// <summary>Stored times have whole seconds; what planners write has, too, so that writing and reading back changes nothing.</summary>
    public static DateTimeOffset ToSeconds(this DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
}
