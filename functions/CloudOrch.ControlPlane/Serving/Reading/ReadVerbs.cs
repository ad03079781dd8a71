using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>GET of one object and of a collection.</summary>
public sealed class ReadVerbs(CacheSource cluster, EventSource events, LeaseSource leases, MetricsSource metrics)
{
    public IObjectSource SourceOf(KindDefinition kind) =>
        kind.Stored.Type == ResourceTypes.Events ? events
        : kind.Stored.Type == ResourceTypes.Leases ? leases
        : MetricsSource.Has(kind.Type) ? metrics
        : cluster;

    public async Task<Answer> GetAsync(ApiCall call)
    {
        var found = await SourceOf(call.Kind).FindAsync(call.ClusterId, call.Route.Key, call.Cancellation).ConfigureAwait(false);
        if (found is not null)
            return new Answer.One(call.Kind, found);
        return new Answer.Refused(MetricsSource.Has(call.Kind.Type) ? Refusals.NotMeasured(call.Kind, call.Route.Key) : Refusals.NotFound(call.Kind.Type, call.Route.Name));
    }

    public async Task<Answer> ListAsync(ApiCall call)
    {
        var (selection, wrong) = Selection.Of(call);
        if (wrong is not null)
            return new Answer.Refused(wrong);
        var (page, wrongPage) = PageRequest.Of(call);
        if (wrongPage is not null)
            return new Answer.Refused(wrongPage);
        var source = SourceOf(call.Kind);
        var listing = await source.ListAsync(call.ClusterId, call.Kind.Stored.Type, selection.Namespace, call.Cancellation).ConfigureAwait(false);
        if (page.NotOlderThan > listing.Revision.Value)
            return new Answer.Refused(Refusals.TooLargeVersion(page.NotOlderThan, listing.Revision));
        if (page.Exact is { } exact && exact != listing.Revision.Value)
            return new Answer.Refused(Refusals.Expired("The provided resource version is no longer kept: list without resourceVersionMatch=Exact."));

        var matching = listing.Objects.Where(o => selection.Matches(o) && page.IsAfter(o));
        if (page.Limit == 0)
            return new Answer.Many(call.Kind, [.. matching], new() { ResourceVersion = page.RevisionOf(listing) });
        var items = matching.Take(page.Limit + 1).ToList();
        if (items.Count <= page.Limit)
            return new Answer.Many(call.Kind, items, new() { ResourceVersion = page.RevisionOf(listing) });
        items.RemoveAt(page.Limit);
        long? remaining = selection.MayChange ? null : matching.LongCount() - page.Limit;
        return new Answer.Many(call.Kind, items, new()
        {
            ResourceVersion = page.RevisionOf(listing),
            Continue = new ContinueToken(page.RevisionOf(listing), items[^1].Metadata.Namespace ?? "", items[^1].Metadata.Name ?? "").ToString(),
            RemainingItemCount = remaining,
        });
    }
}

/// <summary>Where a listing goes on.</summary>
/// <remarks>
/// Later pages are read from the state of their own time but carry the first page's revision: a watch from there replays what
/// happened in between, so an informer ends up exact, and no instance needs to keep old states for others.
/// </remarks>
public sealed record ContinueToken(string Revision, string Namespace, string Name)
{
    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { "v1", Revision, Namespace, Name }));

    public static ContinueToken? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is ["v1", var revision, var ns, var name]
                ? new(revision, ns, name) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>The query parameters that say which part and which age of a collection is wanted.</summary>
/// <param name="Limit">0 means all.</param>
/// <param name="NotOlderThan">0 means any.</param>
public sealed record PageRequest(int Limit, ContinueToken? From, long NotOlderThan, long? Exact)
{
    public static (PageRequest Page, Status? Refusal) Of(ApiCall call)
    {
        var page = new PageRequest(0, null, 0, null);
        if (call.Query("limit") is { Length: > 0 } limit)
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out int items))
                return (page, Refusals.BadRequest($"limit: Invalid value: \"{limit}\": must be a whole number that is not negative"));
            page = page with { Limit = items };
        }
        if (call.Query("continue") is { Length: > 0 } token)
        {
            if (ContinueToken.Parse(token) is not { } from)
                return (page, Refusals.BadRequest("continue key is not valid: list from the start"));
            return (page with { From = from }, null);
        }
        string? match = call.Query("resourceVersionMatch");
        if (call.Query("resourceVersion") is not { Length: > 0 } version)
            return match is null ? (page, null) : (page, Refusals.BadRequest("resourceVersionMatch is forbidden unless resourceVersion is provided"));
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long revision))
            return (page, Refusals.BadRequest($"resourceVersion: Invalid value: \"{version}\""));
        return match switch
        {
            "Exact" when revision == 0 => (page, Refusals.BadRequest("resourceVersionMatch=Exact is forbidden with resourceVersion=0")),
            "Exact" => (page with { Exact = revision }, null),
            null or "NotOlderThan" => (page with { NotOlderThan = revision }, null),
            _ => (page, Refusals.BadRequest($"resourceVersionMatch: Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\"")),
        };
    }

    public bool IsAfter(KubeObject value)
    {
        if (From is null)
            return true;
        int order = string.CompareOrdinal(value.Metadata.Namespace ?? "", From.Namespace);
        return order > 0 || (order == 0 && string.CompareOrdinal(value.Metadata.Name, From.Name) > 0);
    }

    public string RevisionOf(Listing listing) => From?.Revision ?? listing.Revision.ToString();
}
