using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Events;

public sealed class EventKind : KindDefinition<EventRecord>
{
    public override ResourceType Type => ResourceTypes.Events;
    public override string Kind => "Event";
    public override string Singular => "event";
    public override IReadOnlyList<string> ShortNames => ["ev"];
    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Timed<EventRecord>("Last Seen", "When the event was last recorded.", (e, now) => Print.Since(e.Series?.LastObservedTime ?? e.LastTimestamp ?? First(e), now)),
        Print.Of<EventRecord>("Type", "Normal or Warning.", e => e.Type),
        Print.Of<EventRecord>("Reason", "A short word for the cause.", e => e.Reason),
        Print.Of<EventRecord>("Object", "The object that the event is about.", Target),
        Print.Of<EventRecord>("Subobject", "The part of the object.", e => e.InvolvedObject.FieldPath ?? "", priority: 1),
        Print.Of<EventRecord>("Source", "Who reported the event.", Reporter, priority: 1),
        Print.Of<EventRecord>("Message", "What happened.", e => e.Message?.Trim()),
        Print.Timed<EventRecord>("First Seen", "When the event was first recorded.", (e, now) => Print.Since(First(e), now), priority: 1),
        Print.Of<EventRecord>("Count", "How often the event happened.", e => e.Series?.Count ?? e.Count ?? 1, priority: 1),
        Print.Of<EventRecord>("Name", "Name of the event.", e => e.Metadata.Name, priority: 1) with { Format = "name" },
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["involvedObject.kind"] = e => Of(e).InvolvedObject.Kind ?? "",
        ["involvedObject.namespace"] = e => Of(e).InvolvedObject.Namespace ?? "",
        ["involvedObject.name"] = e => Of(e).InvolvedObject.Name ?? "",
        ["involvedObject.uid"] = e => Of(e).InvolvedObject.Uid ?? "",
        ["involvedObject.apiVersion"] = e => Of(e).InvolvedObject.ApiVersion ?? "",
        ["involvedObject.resourceVersion"] = e => Of(e).InvolvedObject.ResourceVersion ?? "",
        ["involvedObject.fieldPath"] = e => Of(e).InvolvedObject.FieldPath ?? "",
        ["reason"] = e => Of(e).Reason ?? "",
        ["reportingComponent"] = e => Of(e).ReportingComponent ?? "",
        ["source"] = e => Of(e).Source?.Component ?? Of(e).ReportingComponent ?? "",
        ["type"] = e => Of(e).Type ?? "",
    };

    protected override EventRecord Default(EventRecord value) => value with { Type = value.Type ?? "Normal" };

    protected override IEnumerable<FieldError> Validate(EventRecord value)
    {
        string about = value.InvolvedObject.Namespace ?? "";
        if (about.Length > 0 && about != value.Metadata.Namespace)
            yield return Refuse.Invalid("involvedObject.namespace", about, "does not match event.namespace");
        if (about.Length == 0 && value.Metadata.Namespace is not (null or "default" or "kube-system"))
            yield return Refuse.Invalid("involvedObject.namespace", about, "does not match event.namespace");
        if (value.Type is not (null or "Normal" or "Warning"))
            yield return Refuse.NotSupported("type", value.Type, "Normal", "Warning");
    }

    private static EventRecord Of(KubeObject value) => (EventRecord)value;

    private static DateTimeOffset? First(EventRecord e) => e.FirstTimestamp ?? e.EventTime;

    private static string Target(EventRecord e)
    {
        string kind = e.InvolvedObject.Kind?.ToLowerInvariant() ?? "";
        return string.IsNullOrEmpty(e.InvolvedObject.Name) ? kind : $"{kind}/{e.InvolvedObject.Name}";
    }

    private static string Reporter(EventRecord e)
    {
        string component = e.Source?.Component is { Length: > 0 } named ? named : e.ReportingComponent ?? "";
        string host = e.Source?.Host is { Length: > 0 } on ? on : e.ReportingInstance ?? "";
        return host.Length == 0 ? component : $"{component}, {host}";
    }
}
