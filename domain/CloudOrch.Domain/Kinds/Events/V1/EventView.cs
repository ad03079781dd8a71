using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Events.V1;

/// <summary>Events in the words of the group events.k8s.io (k8s.io/kubernetes/pkg/apis/events/v1/conversion.go).</summary>
public sealed class EventView(KindDefinition stored) : KindView<Event, EventRecord>(stored)
{
    private const int Longest = 128;
    private const int LongestNote = 1024;

    public override ResourceType Type => new("events.k8s.io", "events");

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new[] { "reason", "type" }.Select(f => (Name: f, Stored: f))
        .Concat(new[] { "kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath" }.Select(f => (Name: $"regarding.{f}", Stored: $"involvedObject.{f}")))
        .Append((Name: "reportingController", Stored: "reportingComponent"))
        .ToDictionary(f => f.Name, f => stored.SelectableFields[f.Stored]);

    protected override Event Show(EventRecord value) => new()
    {
        Metadata = value.Metadata,
        EventTime = value.EventTime,
        Series = value.Series,
        ReportingController = value.ReportingComponent,
        ReportingInstance = value.ReportingInstance,
        Action = value.Action,
        Reason = value.Reason,
        Regarding = value.InvolvedObject,
        Related = value.Related,
        Note = value.Message,
        Type = value.Type,
        DeprecatedSource = value.Source,
        DeprecatedFirstTimestamp = value.FirstTimestamp,
        DeprecatedLastTimestamp = value.LastTimestamp,
        DeprecatedCount = value.Count,
        Unknown = value.Unknown,
    };

    protected override EventRecord Store(Event value) => new()
    {
        Metadata = value.Metadata,
        EventTime = value.EventTime,
        Series = value.Series,
        ReportingComponent = value.ReportingController,
        ReportingInstance = value.ReportingInstance,
        Action = value.Action,
        Reason = value.Reason,
        InvolvedObject = value.Regarding ?? new(),
        Related = value.Related,
        Message = value.Note,
        Type = value.Type,
        Source = value.DeprecatedSource,
        FirstTimestamp = value.DeprecatedFirstTimestamp,
        LastTimestamp = value.DeprecatedLastTimestamp,
        Count = value.DeprecatedCount,
        Unknown = value.Unknown,
    };

    /// <remarks>Stricter than the core group, as in Kubernetes (pkg/apis/core/validation/events.go): what is deprecated is not written here.</remarks>
    public override IEnumerable<FieldError> Validate(KubeObject value)
    {
        var e = (EventRecord)value;
        return [.. base.Validate(value), .. Series(e.Series), .. Named("reportingController", e.ReportingComponent), .. Named("reportingInstance", e.ReportingInstance),
            .. Named("action", e.Action), .. Named("reason", e.Reason), .. Rest(e)];
    }

    /// <remarks>Only how often it was seen changes (<c>series</c>), and who it belongs to.</remarks>
    public override IEnumerable<FieldError> ValidateUpdate(KubeObject old, KubeObject value)
    {
        var (was, now) = (Show((EventRecord)old), Show((EventRecord)value));
        (string Field, object? Was, object? Now)[] fixedFields =
        [
            ("eventTime", was.EventTime, now.EventTime), ("reportingController", was.ReportingController, now.ReportingController), ("reportingInstance", was.ReportingInstance, now.ReportingInstance),
            ("action", was.Action, now.Action), ("reason", was.Reason, now.Reason), ("regarding", was.Regarding, now.Regarding), ("related", was.Related, now.Related),
            ("note", was.Note, now.Note), ("type", was.Type, now.Type),
        ];
        return [.. base.ValidateUpdate(old, value), .. fixedFields.Where(f => !Equals(f.Was, f.Now)).Select(f => Refuse.Immutable(f.Field, f.Now?.ToString()))];
    }

    private static IEnumerable<FieldError> Rest(EventRecord e)
    {
        if (e.EventTime is null)
            yield return Refuse.Required("eventTime", "");
        if (e.Message?.Length > LongestNote)
            yield return Refuse.Invalid("note", "", $"can have at most {LongestNote} characters");
        if (e.FirstTimestamp is not null)
            yield return Refuse.Invalid("deprecatedFirstTimestamp", "", "needs to be unset");
        if (e.LastTimestamp is not null)
            yield return Refuse.Invalid("deprecatedLastTimestamp", "", "needs to be unset");
        if (e.Count is not (null or 0))
            yield return Refuse.Invalid("deprecatedCount", "", "needs to be unset");
        if (!string.IsNullOrEmpty(e.Source?.Component) || !string.IsNullOrEmpty(e.Source?.Host))
            yield return Refuse.Invalid("deprecatedSource", "", "needs to be unset");
    }

    private static IEnumerable<FieldError> Named(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
            yield return Refuse.Required(field, "");
        else if (value.Length > Longest)
            yield return Refuse.Invalid(field, "", $"can have at most {Longest} characters");
    }

    private static IEnumerable<FieldError> Series(EventSeries? series)
    {
        if (series?.Count < 2)
            yield return Refuse.Invalid("series.count", "", "should be at least 2");
        if (series is { LastObservedTime: null })
            yield return Refuse.Required("series.lastObservedTime", "");
    }
}
