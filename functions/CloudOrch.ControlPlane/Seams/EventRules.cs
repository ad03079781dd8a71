using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>Which Events are the same, and how long one lives; every event store follows these.</summary>
public static class EventRules
{
    /// <summary>Counted from an Event's last occurrence.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    /// <summary>A repetition within this time of the first occurrence raises its count; a later one is a new Event.</summary>
    public static readonly TimeSpan FoldWithin = TimeSpan.FromHours(1);

    /// <summary>Revisions that stay in the Events' log for watchers that reconnect.</summary>
    public const int KeptRevisions = 2_000;

    /// <summary>Equal for Events that fold into one.</summary>
    public static string IdentityOf(EventRecord e) => string.Join('\u001f',
        e.InvolvedObject.Uid, e.InvolvedObject.FieldPath, e.Reason, e.Message, e.Source?.Component, e.Source?.Host, e.ReportingComponent, e.Type);

    /// <summary>Whether <paramref name="next"/> only raises the count of <paramref name="first"/>, which has the same identity.</summary>
    public static bool Folds(EventRecord first, EventRecord next) => FirstAt(next) - FirstAt(first) < FoldWithin;

    public static EventRecord Fold(EventRecord first, EventRecord next) => first with
    {
        Count = (first.Count ?? 1) + (next.Count ?? 1),
        LastTimestamp = LastAt(next) > LastAt(first) ? LastAt(next) : first.LastTimestamp,
    };

    public static bool IsExpired(EventRecord e, DateTimeOffset now) => LastAt(e) + Lifetime < now;

    private static DateTimeOffset FirstAt(EventRecord e) => e.FirstTimestamp ?? e.EventTime ?? e.Metadata.CreationTimestamp ?? default;

    private static DateTimeOffset LastAt(EventRecord e) => e.LastTimestamp ?? e.EventTime ?? e.FirstTimestamp ?? e.Metadata.CreationTimestamp ?? default;
}
