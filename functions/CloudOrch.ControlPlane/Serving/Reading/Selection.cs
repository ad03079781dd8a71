using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Selectors;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>What a list, watch or deletecollection is about: <c>labelSelector</c> and <c>fieldSelector</c> within the path's namespace and name.</summary>
public sealed record Selection(string? Namespace, string? Name, LabelQuery Labels, FieldQuery Fields)
{
    public static (Selection Selection, Status? Refusal) Of(ApiCall call)
    {
        string? ns = call.Route.Namespace.Length == 0 ? null : call.Route.Namespace;
        string? name = call.Route.Name.Length == 0 ? null : call.Route.Name;
        var all = new Selection(ns, name, LabelQuery.Everything, FieldQuery.Everything);
        if (!LabelQuery.TryParse(call.Query("labelSelector"), out var labels, out string problem))
            return (all, Refusals.BadRequest(problem));
        if (!FieldQuery.TryParse(call.Query("fieldSelector"), call.Kind, out var fields, out problem))
            return (all, Refusals.BadRequest(problem));
        return (all with { Labels = labels, Fields = fields, Name = name ?? fields.Required("metadata.name") }, null);
    }

    public bool Matches(KubeObject value) =>
        (Name is null || value.Metadata.Name == Name) && Labels.Matches(value.Metadata.Labels) && Fields.Matches(value);

    public bool IsAbout(ResourceKey key) => (Namespace is null || key.Namespace == Namespace) && (Name is null || key.Name == Name);

    /// <summary>Whether an object may begin or cease to match without being created or deleted.</summary>
    public bool MayChange => !Labels.MatchesEverything || !Fields.MatchesEverything;

    /// <summary>The type of watch event that a change is for this selection; null when it is none.</summary>
    /// <param name="unknown">True when that depends on a former state which is no longer known.</param>
    public string? TypeOf(ClusterEvent change, out bool unknown)
    {
        unknown = false;
        bool matches = Matches(change.Object);
        if (change.Type == Seams.ChangeType.Deleted)
            return matches || (change.Previous is not null && Matches(change.Previous)) ? "DELETED" : null;
        if (change.Type == Seams.ChangeType.Added)
            return matches ? "ADDED" : null;
        if (!change.PreviousKnown && MayChange)
        {
            unknown = !matches && !NameDecides;
            return matches ? "MODIFIED" : null;
        }
        bool matched = change.Previous is null || Matches(change.Previous);
        return matches ? (matched ? "MODIFIED" : "ADDED") : matched && change.Previous is not null ? "DELETED" : null;
    }

    private bool NameDecides => Labels.MatchesEverything && Fields.Required("metadata.name") is not null;
}
