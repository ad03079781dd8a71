using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>Events live in a table and a revision stream of their own, with counts and a life of days; they never touch <c>head</c>.</summary>
/// <remarks>An Event of a name that is there already is a repetition of that one and raises its count (<see cref="EventRules.NameOf"/>).</remarks>
public interface IEventStore
{
    /// <summary>Records Events; <c>metadata.name</c> and uid are set by the caller. Best effort: a failure is logged by the caller, never fatal.</summary>
    Task RecordAsync(ClusterId cluster, IReadOnlyList<EventRecord> events, CancellationToken cancellation);

    Task<EventRecord?> GetAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation);

    /// <param name="namespaceName">null lists every namespace.</param>
    /// <returns>Events that have not expired, with the stream's revision at the time of the reading.</returns>
    Task<(IReadOnlyList<EventRecord> Events, Revision Revision)> ListAsync(ClusterId cluster, string? namespaceName, CancellationToken cancellation);

    /// <summary>Changes after a revision of the Events' own stream.</summary>
    Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation);

    /// <summary>Puts a changed Event in the place of the one that was read.</summary>
    /// <param name="changed">With the resource version that was read.</param>
    /// <returns>As it is stored now; null when it has been changed since, or is gone.</returns>
    Task<EventRecord?> ReplaceAsync(ClusterId cluster, EventRecord changed, CancellationToken cancellation);

    /// <returns>false when there is none.</returns>
    Task<bool> DeleteAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation);

    /// <summary>Removes what expired before <paramref name="now"/>.</summary>
    Task ExpireAsync(ClusterId cluster, DateTimeOffset now, CancellationToken cancellation);

    Task PurgeAsync(ClusterId cluster, CancellationToken cancellation);
}
