using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.ControllerRevisions;

public sealed class ControllerRevisionKind : KindDefinition<ControllerRevision>
{
    public override ResourceType Type => ResourceTypes.ControllerRevisions;
    public override string Kind => "ControllerRevision";
    public override string Singular => "controllerrevision";
    public override string? NotActedOn => OnlyStored("no roll-out is undone with it");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<ControllerRevision>("Controller", "Whose revision it is.", r => r.Metadata.Controller() is { } owner ? NameOf(owner) : Print.None),
        Print.Of<ControllerRevision>("Revision", "Its number.", r => r.Revision),
        Print.Age,
    ];

    protected override IEnumerable<FieldError> Validate(ControllerRevision value) =>
    [
        .. value.Data is not { Value.ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } ? [Refuse.Required("data", "data is mandatory")] : Array.Empty<FieldError>(),
        .. Amounts.NotNegative("revision", value.Revision),
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(ControllerRevision old, ControllerRevision value)
    {
        if (old.Data != value.Data)
            yield return Refuse.Immutable("data", value.Data);
    }

    /// <summary><c>statefulset.apps/web</c></summary>
    private static string NameOf(OwnerReference owner)
    {
        int slash = owner.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        string group = slash < 0 ? "" : "." + owner.ApiVersion[..slash];
        return $"{owner.Kind.ToLowerInvariant()}{group}/{owner.Name}";
    }
}
