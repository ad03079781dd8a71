using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>Server-side apply of an object, of its status or of its scale: <c>PATCH</c> with <c>application/apply-patch+yaml</c>.</summary>
public sealed class ApplyVerb(ObjectWriter writer, CreateVerb create, ServingOptions options)
{
    public const string MediaType = "application/apply-patch+yaml";

    /// <summary>kubectl's name as a manager: it takes over what it applied itself before, and keeps its annotation true.</summary>
    private const string Kubectl = "kubectl";

    public async Task<Answer> RunAsync(ApiCall call, WriteQuery query, RequestBody body)
    {
        if (query.CheckPatch(isApply: true) is { } wrong)
            return new Answer.Refused(wrong);
        if (Admission.CheckWritable(call.Route.Key) is { } forbidden)
            return new Answer.Refused(forbidden);
        var (json, problems, refusal) = Document(body, call.Kind.Kind, call.Kind.ApiVersion);
        if (refusal is not null)
            return new Answer.Refused(refusal);
        var outcome = ObjectReader.Read(call.Kind, json, query.Validation, problems);
        if (outcome is not DecodeOutcome.Decoded decoded)
            return new Answer.Refused(Refusals.BadRequest(((DecodeOutcome.Refused)outcome).Message));
        if (CheckIdentity(call, decoded.Object.Metadata) is { } other)
            return new Answer.Refused(other);
        var (config, unclear) = Config(call, json);
        if (config is null)
            return new Answer.Refused(unclear!);
        var (result, created) = await SubmitAsync(call, query, config, mayCreate: call.Route.Subresource.Length == 0).ConfigureAwait(false);
        return result switch
        {
            WriteResult.Written written => new Answer.One(call.Kind, written.Objects[0], created ? 201 : 200) { Warnings = decoded.Warnings },
            WriteResult.Kept kept => new Answer.One(call.Kind, kept.Answer, created ? 201 : 200) { Warnings = decoded.Warnings },
            WriteResult.Refused refused => new Answer.Refused(refused.Status) { Warnings = decoded.Warnings },
            _ => throw new InvalidOperationException($"no such result: {result}"),
        };
    }

    /// <summary>The scale of an object: its number of replicas, owned by a manager of the subresource.</summary>
    public async Task<(WriteResult? Result, Status? Refusal)> ScaleAsync(ApiCall call, WriteQuery query, RequestBody body)
    {
        if (query.CheckPatch(isApply: true) is { } wrong)
            return (null, wrong);
        var (json, problems, refusal) = Document(body, Scaling.Kind, Scaling.ApiVersion);
        if (refusal is not null)
            return (null, refusal);
        var outcome = ObjectReader.Read<Scale>(Scaling.Kind, Scaling.ApiVersion, json, query.Validation, problems);
        if (outcome is not DecodeOutcome.Decoded { Object: Scale scale })
            return (null, Refusals.BadRequest(((DecodeOutcome.Refused)outcome).Message));
        if (CheckIdentity(call, scale.Metadata) is { } other)
            return (null, other);
        var parent = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = scale.Metadata.Uid, ["resourceVersion"] = scale.Metadata.ResourceVersion },
            ["spec"] = new JsonObject { ["replicas"] = scale.Spec?.Replicas },
        };
        var (config, unclear) = Config(call, Encoding.UTF8.GetBytes(parent.ToJsonString()));
        return config is null ? (null, unclear) : ((await SubmitAsync(call, query, config, mayCreate: false).ConfigureAwait(false)).Result, null);
    }

    private async Task<(WriteResult Result, bool Created)> SubmitAsync(ApiCall call, WriteQuery query, AppliedConfig config, bool mayCreate)
    {
        bool created = false;
        (KubeObject? Value, Status? Refusal)? prepared = null;
        var result = await writer.SubmitAsync(call, (snapshot, entry) =>
        {
            created = mayCreate && entry is null;
            if (!created)
                return UpdateRules.Decide(call, entry, query, old => Propose(call, query, old, config));
            // Once for all attempts, since a new object gets its uid here.
            prepared ??= Prepare(call, query, config);
            return prepared.Value.Refusal is { } refusal ? new Decision.Refuse(refusal) : create.Decide(call, prepared.Value.Value!, query, snapshot);
        }).ConfigureAwait(false);
        return (result, created);
    }

    private (KubeObject? Value, Status? Refusal) Prepare(ApiCall call, WriteQuery query, AppliedConfig config)
    {
        // Who may patch what is there may not therefore make what is not.
        if (Authorizer.CheckResource(call.User, call.Cluster, new("create", call.Kind.Type, "", call.Route.Namespace, call.Route.Name)) is { } denied)
            return (null, denied);
        var (read, refusal) = Read(call, FieldOwnership.Merge(call.Kind, null, config, query.Writer(call)));
        if (read is null)
            return (null, refusal);
        if (read.Metadata.Uid is { Length: > 0 } uid)
            return (null, Refusals.Conflict(call.Kind.Type, call.Route.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found"));
        if (read.Metadata.ResourceVersion is { Length: > 0 } and not "0")
            return (null, Refusals.StaleVersion(call.Kind.Type, call.Route.Name));
        var (value, invalid) = create.Prepare(call, read with { Metadata = read.Metadata with { Name = call.Route.Name } });
        return invalid is not null ? (null, invalid) : Claim(call, query, null, value, config);
    }

    private static Proposal Propose(ApiCall call, WriteQuery query, KubeObject old, AppliedConfig config)
    {
        var (value, refusal) = Read(call, FieldOwnership.Merge(call.Kind, old, config, query.Writer(call)));
        return value is null ? new Proposal.Refused(refusal!) : new Proposal.Of(value) { Claim = (before, next) => Claim(call, query, before, next, config) };
    }

    private static (KubeObject? Value, Status? Refusal) Read(ApiCall call, byte[] merged) => ObjectReader.Read(call.Kind, merged, FieldValidation.Ignore) switch
    {
        DecodeOutcome.Decoded decoded => (decoded.Object, null),
        DecodeOutcome.Refused refused => (null, Refusals.BadRequest(refused.Message)),
        var other => throw new InvalidOperationException($"no such outcome: {other}"),
    };

    private static (KubeObject? Value, Status? Refusal) Claim(ApiCall call, WriteQuery query, KubeObject? old, KubeObject next, AppliedConfig config)
    {
        var writer = query.Writer(call);
        var outcome = FieldOwnership.AfterApply(call.Kind, old, next, config, writer, query.Force == true);
        if (outcome is ClaimOutcome.Refused refused)
        {
            if (writer.Manager != Kubectl || old is null || !FieldOwnership.AreOfClientSideApply(call.Kind, old, refused.Conflicts))
                return (null, Refusals.ApplyConflict(refused.Conflicts));
            outcome = FieldOwnership.AfterApply(call.Kind, old, next, config, writer, force: true);
        }
        next = next with { Metadata = next.Metadata with { ManagedFields = ((ClaimOutcome.Granted)outcome).ManagedFields } };
        return (writer is { Manager: Kubectl, Subresource: "" } ? WithLastApplied(next, config) : next, null);
    }

    /// <summary>An object that was made by <c>kubectl apply</c> keeps its annotation true, so that both ways of applying can be mixed.</summary>
    private static KubeObject WithLastApplied(KubeObject value, AppliedConfig config)
    {
        if (value.Metadata.Annotations is not { } annotations || !annotations.TryGetValue(FieldOwnership.LastApplied, out string? had) || had.Length == 0)
            return value;
        var document = (JsonObject)JsonNode.Parse(config.Json.Span)!;
        (document["metadata"]?["annotations"] as JsonObject)?.Remove(FieldOwnership.LastApplied);
        var changed = annotations.With(FieldOwnership.LastApplied, JsonSerializer.Serialize(document, KubeJson.Options) + "\n");
        if (MetadataRules.Annotations("", changed).Any())
            changed = annotations.Without(FieldOwnership.LastApplied);
        return value with { Metadata = value.Metadata with { Annotations = changed } };
    }

    private static (AppliedConfig? Config, Status? Refusal) Config(ApiCall call, byte[] json)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = ObjectReader.MaxDepth });
        var (config, unclear) = FieldOwnership.Read(call.Kind, document.RootElement, call.Route.Subresource);
        return config is not null ? (config, null) : (null, Refusals.BadRequest(
            $"failed to create typed patch object ({call.Route.Namespace}/{call.Route.Name}; {call.Kind.ApiVersion}, Kind={call.Kind.Kind}): {unclear}"));
    }

    private (byte[] Json, IReadOnlyList<string> Problems, Status? Refusal) Document(RequestBody body, string kind, string apiVersion)
    {
        var outcome = YamlBody.ToJson(body.Bytes, options.MaxBodyBytes);
        return outcome is YamlOutcome.Converted yaml
            ? (yaml.Json, yaml.Problems, CheckDocument(yaml.Json, kind, apiVersion))
            : ([], [], Refusals.BadRequest($"error decoding YAML: {((YamlOutcome.Refused)outcome).Message}"));
    }

    private static Status? CheckDocument(byte[] json, string kind, string apiVersion)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = ObjectReader.MaxDepth + 1 });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            return Refusals.BadRequest($"error decoding YAML: expected an object of kind {kind}, got {root.ValueKind}");
        if (Text(root, "apiVersion") is var version && version != apiVersion)
            return Refusals.BadRequest($"Incorrect version specified in apply patch. Specified patch version: {version}, expected: {apiVersion}");
        if (Text(root, "kind").Length == 0)
            return Refusals.BadRequest($"Object 'Kind' is missing: an applied document names its kind, here {kind}");
        return root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("managedFields", out var managed) && managed.ValueKind != JsonValueKind.Null
            ? Refusals.BadRequest("metadata.managedFields must be nil")
            : null;
    }

    private static Status? CheckIdentity(ApiCall call, ObjectMeta metadata)
    {
        if (!string.IsNullOrEmpty(metadata.Name) && metadata.Name != call.Route.Name)
            return Refusals.BadRequest($"the name of the object ({metadata.Name}) does not match the name on the URL ({call.Route.Name})");
        return !string.IsNullOrEmpty(metadata.Namespace) && call.Kind.Namespaced && metadata.Namespace != call.Route.Namespace
            ? Refusals.BadRequest("the namespace of the provided object does not match the namespace sent on the request")
            : null;
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
