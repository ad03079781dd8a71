using System.Security.Cryptography;
using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>What an Event is called, what becomes of a repetition, and how long one lives; every recorder and every event store follows these.</summary>
public static class EventRules
{
    /// <summary>Counted from an Event's last occurrence.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    /// <summary>Revisions that stay in the Events' log for watchers that reconnect.</summary>
    public const int KeptRevisions = 2_000;

    /// <summary>Whether it is longer than a client may write one: what fits into one property of a row.</summary>
    public static bool IsTooLarge(EventRecord e) => KubeJson.Write(e).Length > StoreLimits.PropertyBytes;

    /// <summary>The name of an Event that says this: the same for each repetition, another for any other.</summary>
    /// <param name="e">All but its metadata.</param>
    /// <param name="message">What stands for its message: all that say so are one.</param>
    public static string NameOf(EventRecord e, string message)
    {
        string identity = string.Join('\u001f',
            e.InvolvedObject.Uid, e.InvolvedObject.FieldPath, e.Reason, message, e.Source?.Component, e.Source?.Host, e.ReportingComponent, e.Type);
        return $"{e.InvolvedObject.Name}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 8))}";
    }

    /// <summary>The Event once it has been repeated.</summary>
    public static EventRecord Fold(EventRecord first, EventRecord next) => first with
    {
        Message = next.Message,
        Count = (first.Count ?? 1) + (next.Count ?? 1),
        LastTimestamp = LastAt(next) > LastAt(first) ? LastAt(next) : first.LastTimestamp,
    };

    public static bool IsExpired(EventRecord e, DateTimeOffset now) => LastAt(e) + Lifetime < now;

    private static DateTimeOffset LastAt(EventRecord e) => e.Series?.LastObservedTime ?? e.LastTimestamp ?? e.EventTime ?? e.FirstTimestamp ?? e.Metadata.CreationTimestamp ?? default;
}
