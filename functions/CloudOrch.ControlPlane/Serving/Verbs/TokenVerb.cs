using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ServiceAccounts;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>POST of <c>/token</c>: a token of a service account, which <c>kubectl create token</c> prints. Nothing is stored.</summary>
public sealed class TokenVerb(ClusterCaches caches, ServingOptions options, IIdentityGenerator identities)
{
    private const string Kind = "TokenRequest";
    private const string Group = "authentication.k8s.io";
    private const string ApiVersion = $"{Group}/v1";

    public async Task<Answer> RunAsync(ApiCall call)
    {
        if (options.TokenKeys is not [var key, ..])
            return new Answer.Refused(Refusals.NotServed(405, "MethodNotAllowed", "tokens of service accounts are not served: this control plane has no key to sign them with; set Serving__TokenKeys"));
        var (query, body) = await BodyReader.ReadAsync<TokenRequest>(call, Kind, ApiVersion, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read { Object: TokenRequest asked } read)
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        asked = asked with { Spec = TokenRequestRules.Default(asked.Spec, ServiceAccountClaims.AudienceOf(call.ClusterId)) };
        var snapshot = await caches.Of(call.ClusterId).CatchUpAsync(call.Cancellation).ConfigureAwait(false);
        var (claims, refusal) = Decide(call, snapshot, asked);
        string token = claims is null ? "" : ServiceAccountTokens.Write(claims, key);
        if (token.Length > ServiceAccountTokens.LongestToken)
            refusal = Refusals.BadRequest($"the token would be longer than {ServiceAccountTokens.LongestToken} characters: name fewer or shorter spec.audiences");
        if (refusal is not null || claims is null)
            return new Answer.Refused(refusal!) { Warnings = read.Warnings };
        var answer = asked with
        {
            Kind = Kind,
            ApiVersion = ApiVersion,
            Metadata = new() { Name = call.Route.Name, Namespace = call.Route.Namespace, CreationTimestamp = call.Now },
            Spec = asked.Spec with { BoundObjectRef = claims.Bound },
            Status = new() { Token = query.DryRun ? "" : token, ExpirationTimestamp = claims.ExpiresAt },
        };
        return new Answer.Document(KubeJson.Write(answer), Code: 201) { Warnings = read.Warnings };
    }

    private (ServiceAccountClaims? Claims, Status? Refusal) Decide(ApiCall call, ClusterSnapshot snapshot, TokenRequest asked)
    {
        var key = call.Route.Key;
        if (snapshot.Find(key) is not { } account)
            return (null, Refusals.NotFound(key.Type, key.Name));
        if (asked.Metadata.Name is { Length: > 0 } name && name != key.Name)
            return (null, Refusals.BadRequest($"metadata.name \"{name}\" does not match the service account of the URL, \"{key.Name}\""));
        if (asked.Metadata.Namespace is { Length: > 0 } own && own != key.Namespace)
            return (null, Refusals.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
        FieldError[] errors = [.. TokenRequestRules.Validate(asked.Spec)];
        if (errors.Length > 0)
            return (null, Refusals.Invalid(Kind, Group, key.Name, errors));
        var (bound, refusal) = Bind(snapshot, asked.Spec.BoundObjectRef, key);
        return refusal is not null ? (null, refusal) : (new(call.Cluster.TenantId, call.ClusterId, key.Namespace, key.Name, account.Metadata.Uid!, identities.NewUid(),
            asked.Spec.Audiences!, call.Now, call.Now.AddSeconds(asked.Spec.ExpirationSeconds!.Value), bound), null);
    }

    /// <summary>The object with its uid, as the token names it.</summary>
    private static (BoundObjectReference? Bound, Status? Refusal) Bind(ClusterSnapshot snapshot, BoundObjectReference? asked, ResourceKey account)
    {
        if (asked is null)
            return (null, null);
        var key = TokenRequestRules.KeyOf(asked, account.Namespace);
        if (snapshot.Find(key) is not { } found)
            return (null, Refusals.NotFound(key.Type, key.Name));
        if (asked.Uid is { Length: > 0 } uid && uid != found.Metadata.Uid)
            return (null, Refusals.Conflict(key.Type, key.Name, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated"));
        if (found is Pod pod && PodReferences.AccountOf(pod) != account.Name)
            return (null, Refusals.BadRequest($"cannot bind token for serviceaccount \"{account.Name}\" to pod running with different serviceaccount name."));
        return (asked with { ApiVersion = "v1", Uid = found.Metadata.Uid }, null);
    }
}
