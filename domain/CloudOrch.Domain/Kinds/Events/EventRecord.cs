using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Events;

/// <summary>An Event of the core group. Stored in a table and revision stream of its own; never touches the cluster's head.</summary>
public sealed record EventRecord : KubeObject
{
    /// <summary>The object that the event is about.</summary>
    [Required] public ObjectReference InvolvedObject { get; init; } = new();
    /// <summary>One word for programs: why it happened.</summary>
    public string? Reason { get; init; }
    /// <summary>A sentence for people: what happened.</summary>
    public string? Message { get; init; }
    /// <summary>Who saw it.</summary>
    public EventSource? Source { get; init; }
    /// <summary>When it happened first.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }
    /// <summary>When it happened last.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }
    /// <summary>How often it happened.</summary>
    public int? Count { get; init; }
    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }
    /// <summary>When it happened, to the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }
    /// <summary>How often it happened, of an event that was made in the group events.k8s.io; null when it happened once.</summary>
    public EventSeries? Series { get; init; }
    /// <summary>What was done about it.</summary>
    public string? Action { get; init; }
    /// <summary>A second object that is involved.</summary>
    public ObjectReference? Related { get; init; }
    /// <summary>The program that saw it.</summary>
    public string? ReportingComponent { get; init; }
    /// <summary>Which one of the programs saw it.</summary>
    public string? ReportingInstance { get; init; }
}

/// <summary>An object, wherever it is.</summary>
[Atomic]
public sealed record ObjectReference : ApiType
{
    /// <summary>The object's kind.</summary>
    public string? Kind { get; init; }
    /// <summary>The object's namespace.</summary>
    public string? Namespace { get; init; }
    /// <summary>The object's name.</summary>
    public string? Name { get; init; }
    /// <summary>The object's uid, since a later object may have its name.</summary>
    public string? Uid { get; init; }
    /// <summary>Group and version of the object's kind.</summary>
    public string? ApiVersion { get; init; }
    /// <summary>The revision of the object that is meant.</summary>
    public string? ResourceVersion { get; init; }
    /// <summary>A part of the object: <c>spec.containers{web}</c>.</summary>
    public string? FieldPath { get; init; }
}

/// <summary>How often an event happened.</summary>
public sealed record EventSeries : ApiType
{
    /// <summary>How often until the last time.</summary>
    public int Count { get; init; }
    /// <summary>The last time, to the microsecond.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? LastObservedTime { get; init; }
}

/// <summary>Who saw an event.</summary>
public sealed record EventSource : ApiType
{
    /// <summary>The program.</summary>
    public string? Component { get; init; }
    /// <summary>The node that the program is on.</summary>
    public string? Host { get; init; }
}
