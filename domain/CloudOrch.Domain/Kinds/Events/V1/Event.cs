using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Events.V1;

/// <summary>An Event of the group events.k8s.io: the same as the core group's, in other words. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/</summary>
public sealed record Event : KubeObject
{
    /// <summary>When it happened first, to the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    [Required] public DateTimeOffset? EventTime { get; init; }
    /// <summary>How often it happened; null when it happened once.</summary>
    public EventSeries? Series { get; init; }
    /// <summary>The program that saw it.</summary>
    public string? ReportingController { get; init; }
    /// <summary>Which one of the programs saw it.</summary>
    public string? ReportingInstance { get; init; }
    /// <summary>What was done about it.</summary>
    public string? Action { get; init; }
    /// <summary>One word for programs: why it happened.</summary>
    public string? Reason { get; init; }
    /// <summary>The object that the event is about.</summary>
    public ObjectReference? Regarding { get; init; }
    /// <summary>A second object that is involved.</summary>
    public ObjectReference? Related { get; init; }
    /// <summary>A sentence for people: what happened.</summary>
    public string? Note { get; init; }
    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }
    /// <summary>Who saw it, of an event that was made in the core group.</summary>
    public EventSource? DeprecatedSource { get; init; }
    /// <summary>When it happened first, of an event that was made in the core group.</summary>
    public DateTimeOffset? DeprecatedFirstTimestamp { get; init; }
    /// <summary>When it happened last, of an event that was made in the core group.</summary>
    public DateTimeOffset? DeprecatedLastTimestamp { get; init; }
    /// <summary>How often it happened, of an event that was made in the core group.</summary>
    public int? DeprecatedCount { get; init; }
}
