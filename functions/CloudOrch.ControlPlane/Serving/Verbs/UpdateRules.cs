using System.Globalization;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>What a new version of an object proposes, or why there is none.</summary>
public abstract record Proposal
{
    private Proposal() { }

    public sealed record Of(KubeObject Value) : Proposal
    {
        /// <summary>Completes the new version with who owns what; null: its fields are the writer's.</summary>
        public Func<KubeObject, KubeObject, (KubeObject? Value, Status? Refusal)>? Claim { get; init; }
    }

    public sealed record Refused(Status Status) : Proposal;
}

/// <summary>What PUT and PATCH have in common, of the object, its status and its scale.</summary>
public static class UpdateRules
{
    /// <param name="entry">The stored object; null when there is none.</param>
    /// <param name="propose">Makes the new version from the stored one; pure.</param>
    public static Decision Decide(ApiCall call, SnapshotEntry? entry, WriteQuery query, Func<KubeObject, Proposal> propose)
    {
        var (kind, key) = (call.Kind, call.Route.Key);
        if (entry is null)
            return new Decision.Refuse(Refusals.NotFound(kind.Type, key.Name));
        var old = entry.Object;
        var proposal = propose(old);
        if (proposal is Proposal.Refused refused)
            return new Decision.Refuse(refused.Status);
        var proposed = (Proposal.Of)proposal;
        var value = proposed.Value;
        if (CheckPreconditions(key, entry, value.Metadata.Uid, value.Metadata.ResourceVersion) is { } stale)
            return new Decision.Refuse(stale);

        value = kind.Default(value);
        var next = call.Route.Subresource == "status" ? kind.PrepareForStatusUpdate(old, value) : kind.PrepareForUpdate(old, value);
        next = next with { Metadata = next.Metadata with { ResourceVersion = old.Metadata.ResourceVersion } };
        var (owned, conflict) = proposed.Claim is { } claim
            ? claim(old, next)
            : (next with { Metadata = next.Metadata with { ManagedFields = FieldOwnership.AfterUpdate(kind, old, next, query.Writer(call)) } }, null);
        if (owned is null)
            return new Decision.Refuse(conflict!);
        next = owned;
        FieldError[] errors = [.. kind.Validate(next), .. kind.ValidateUpdate(old, next)];
        if (errors.Length > 0)
            return new Decision.Refuse(Refusals.Invalid(kind, key.Name, [.. errors.Distinct()]));
        if (next == old || query.DryRun)
            return new Decision.Keep(next);
        return new Decision.Write([new(IsFinished(next) ? ChangeType.Deleted : ChangeType.Modified, key, next)]);
    }

    /// <summary>A deletion that nobody waits for any more: the last finalizer is gone, and no node has still to stop it.</summary>
    public static bool IsFinished(KubeObject value) =>
        value.Metadata is { DeletionTimestamp: not null, Finalizers: null or { Count: 0 } }
        && (value is not Pod pod || (value.Metadata.DeletionGracePeriodSeconds is 0 && !FencedIdentity.IsHeldBy(pod)))
        && value is not NamespaceObject;

    public static Status? CheckPreconditions(ResourceKey key, SnapshotEntry entry, string? uid, string? resourceVersion)
    {
        if (!string.IsNullOrEmpty(uid) && uid != entry.Object.Metadata.Uid)
            return Refusals.Conflict(key.Type, key.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {entry.Object.Metadata.Uid}");
        if (string.IsNullOrEmpty(resourceVersion) || resourceVersion == "0")
            return null;
        if (!long.TryParse(resourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out long version))
            return Refusals.BadRequest($"metadata.resourceVersion: Invalid value: \"{resourceVersion}\": must be a resourceVersion that this server gave out");
        return version == entry.Revision.Value ? null : Refusals.StaleVersion(key.Type, key.Name);
    }

    public static Answer AnswerOf(ApiCall call, WriteResult result, IReadOnlyList<string> warnings) => result switch
    {
        WriteResult.Written written => new Answer.One(call.Kind, written.Objects[0]) { Warnings = warnings },
        WriteResult.Kept kept => new Answer.One(call.Kind, kept.Answer) { Warnings = warnings },
        WriteResult.Refused refused => new Answer.Refused(refused.Status) { Warnings = warnings },
        _ => throw new InvalidOperationException($"no such result: {result}"),
    };
}
