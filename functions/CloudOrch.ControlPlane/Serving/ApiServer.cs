using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Fairness;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Management;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Serving;

/// <summary>The whole HTTP surface, behind one catch-all route: who calls, what is asked, may he, do it, answer.</summary>
/// <remarks>
/// <c>HttpContext.User</c> is the checked Entra identity, or anonymous; tokens of nodes and service accounts are checked here. Deny by default: a route without
/// a declared permission does not exist, and an unknown caller is told nothing but 401.
/// </remarks>
public sealed partial class ApiServer(RouteTable routes, ClusterLookup lookup, ResourceVerbs resources, ClusterVerbs clusters, JoinTokenVerbs joinTokens,
    NodeApi nodes, ServiceAccountCallers accounts, Documents documents, AnswerWriter writer, FairSeats seats, TimeProvider clock, ILogger<ApiServer> logger)
{
    /// <summary>Subresources that clients know, and what to do instead: a path that is unknown would say nothing.</summary>
    private static readonly Dictionary<string, string> NotServedYet = new(StringComparer.Ordinal)
    {
        ["exec"] = "exec is not served yet: nothing leads from the control plane into a container; run `docker exec` on the pod's node",
        ["attach"] = "attach is not served yet: nothing leads from the control plane into a container; `kubectl logs -f` follows its output",
        ["portforward"] = "port-forward is not served yet: nothing leads from the control plane to a pod; connect to its IP from its node",
        ["proxy"] = "proxy is not served: nothing leads from the control plane to pods, services or nodes",
        ["ephemeralcontainers"] = "ephemeral containers are not served: a pod's containers are those that it was made with; `kubectl debug --copy-to` makes a copy with another one",
    };

    /// <summary>Whose an enrolment is turns out late: all of them share a flow, so that a thousand nodes that join at once wait for each other and for nobody's requests.</summary>
    private const string Enrolments = "/node/v1/enroll";

    private static Status TooManyEnrolments => Refusals.TooManyRequests("too many nodes are enrolling already, please try again", 5);

    private static Status TooMany => Refusals.TooManyRequests("too many requests of this tenant wait already, please try again", 1);

    public async Task HandleAsync(HttpContext http, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, http.RequestAborted);
        http.RequestAborted = either.Token;
        try
        {
            using var place = new Place(seats);
            var answer = await AnswerAsync(http, place).ConfigureAwait(false);
            if (answer is Answer.Streamed)
                place.Dispose();
            var form = Negotiated.Of(http.Request);
            if (form is null && answer is Answer.One or Answer.Many)
                answer = new Answer.Refused(Refusals.NotAcceptable(Negotiated.Supported));
            await writer.WriteAsync(http, answer, form ?? new(Shape.Plain, "v1"), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The client left, or the host is stopping: nobody reads an answer.
        }
        catch (Exception e)
        {
            await FailAsync(http, e, either.Token).ConfigureAwait(false);
        }
    }

    private async Task FailAsync(HttpContext http, Exception error, CancellationToken cancellation)
    {
        var status = error switch
        {
            StoreUnavailableException busy => Refusals.TooManyRequests($"the storage is busy, please try again: {busy.Message}", Math.Max(1, (int)Math.Ceiling(busy.RetryAfter.TotalSeconds))),
            OperationCanceledException or TimeoutException => Refusals.TooManyRequests("the storage did not answer in time, please try again", 1),
            ClusterGoneException => Refusals.NotFound(ResourceTypes.Clusters, http.Request.Path.Value?.Split('/').ElementAtOrDefault(2) ?? ""),
            BadHttpRequestException { StatusCode: 413 } tooLarge => Refusals.TooLarge(tooLarge.Message),
            BadHttpRequestException bad => Refusals.BadRequest(bad.Message),
            _ => Refusals.Internal("the request failed; the control plane's log says why"),
        };
        if (status.Code == 500)
            Log.Failed(logger, error, http.Request.Method, http.Request.Path);
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.Clear();
        await AnswerWriter.WriteStatusAsync(http, status, cancellation).ConfigureAwait(false);
    }

    private async Task<Answer> AnswerAsync(HttpContext http, Place place)
    {
        var request = http.Request;
        var account = accounts.Claimed(request);
        var caller = account?.ToUser() ?? Callers.Of(http.User);
        bool watch = request.Query["watch"].ToString() is "true" or "1";
        var route = RouteParser.Parse(request.Method, request.Path.Value ?? "/", watch);
        var permission = route is null ? null : routes.PermissionOf(route);
        if (permission is Permission.Anyone)
        {
            return route switch
            {
                ApiRoute.Health => new Answer.Document("ok"u8.ToArray(), "text/plain"),
                ApiRoute.Version => documents.Version(),
                ApiRoute.NodeCall when HttpMethods.IsPost(request.Method) => await place.TakeAsync(Enrolments, http.RequestAborted).ConfigureAwait(false)
                    ? await nodes.EnrollAsync(http).ConfigureAwait(false) : new Answer.Refused(TooManyEnrolments),
                _ => new Answer.Refused(Refusals.MethodNotAllowed()),
            };
        }
        if (route is ApiRoute.NodeCall call && permission is Permission.ANode)
            return await AnswerNodeAsync(http, call, place).ConfigureAwait(false);
        if (caller is not CallerIdentity.User user)
            return new Answer.Refused(Refusals.Unauthorized());
        // To do as oneself what was asked for as somebody else would be worse than not to do it.
        if (request.Headers.Keys.Any(h => h.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase)))
            return new Answer.Refused(Refusals.NotServed(403, "Forbidden", "impersonation is not served: leave --as and --as-group out, and use credentials of whom you mean"));
        if (route is ApiRoute.Resource { Subresource: var asked } && NotServedYet.TryGetValue(asked, out string? why))
            return new Answer.Refused(Refusals.NotServed(405, "MethodNotAllowed", why));
        if (route is null || permission is null)
            return new Answer.Refused(Refusals.NoSuchResource());
        // Before anything is written: a client that was told 406 has changed nothing.
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && Negotiated.Of(request) is null)
            return new Answer.Refused(Refusals.NotAcceptable(Negotiated.Supported));
        if (!await place.TakeAsync(user.TenantId, http.RequestAborted).ConfigureAwait(false))
            return new Answer.Refused(TooMany);
        var cluster = route.Cluster is null ? null : await lookup.FindAsync(user.TenantId, route.Cluster, http.RequestAborted).ConfigureAwait(false);
        if (account is not null && !await accounts.IsGoodAsync(account, cluster, http.RequestAborted).ConfigureAwait(false))
            return new Answer.Refused(Refusals.Unauthorized());
        if (route.Cluster is null)
            return await AnswerTenantAsync(http, route, user).ConfigureAwait(false);
        if (cluster is null)
            return new Answer.Refused(Refusals.NotFound(ResourceTypes.Clusters, route.Cluster));
        return route switch
        {
            ApiRoute.Discovery or ApiRoute.OpenApi => documents.Of(http.Request, route, ofCluster: true),
            ApiRoute.CustomResources => Documents.NoCustomResources(http.Request),
            ApiRoute.Resource resource => await AnswerResourceAsync(http, resource, user, cluster).ConfigureAwait(false),
            _ => new Answer.Refused(Refusals.NoSuchResource()),
        };
    }

    private async Task<Answer> AnswerResourceAsync(HttpContext http, ApiRoute.Resource route, CallerIdentity.User user, ClusterRecord cluster)
    {
        var access = new AccessRequest(route.Verb, route.Kind.Type, route.Subresource, route.Namespace, route.Name);
        if (Authorizer.CheckResource(user, cluster, access) is { } denied)
            return new Answer.Refused(denied);
        try
        {
            return await resources.RunAsync(new ApiCall(http, route, user, cluster, clock.GetUtcNow())).ConfigureAwait(false);
        }
        catch (ClusterGoneException)
        {
            // Another process deleted it; the name may lead to a new cluster already.
            lookup.Forget(user.TenantId, cluster.Name);
            throw;
        }
    }

    private async Task<Answer> AnswerTenantAsync(HttpContext http, ApiRoute route, CallerIdentity.User user)
    {
        if (route is ApiRoute.Discovery or ApiRoute.OpenApi)
            return documents.Of(http.Request, route, ofCluster: false);
        if (route is not ApiRoute.Resource resource)
            return new Answer.Refused(Refusals.NoSuchResource());
        var call = new ManagementCall(http, resource, user, clock.GetUtcNow());
        return resource.Kind.Type == ResourceTypes.Clusters
            ? await clusters.RunAsync(call).ConfigureAwait(false)
            : await joinTokens.RunAsync(call).ConfigureAwait(false);
    }

    private async Task<Answer> AnswerNodeAsync(HttpContext http, ApiRoute.NodeCall call, Place place)
    {
        var (node, refusal) = await nodes.AuthenticateAsync(http).ConfigureAwait(false);
        if (node is null)
            return new Answer.Refused(refusal!);
        if (!HttpMethods.IsPost(http.Request.Method))
            return new Answer.Refused(Refusals.MethodNotAllowed());
        if (!await place.TakeAsync(node.ClusterId, http.RequestAborted).ConfigureAwait(false))
            return new Answer.Refused(TooMany);
        return call.Path switch
        {
            "/node/v1/credentials" => await nodes.CredentialsAsync(http, node).ConfigureAwait(false),
            "/node/v1/doorbell" => await nodes.DoorbellAsync(http, node).ConfigureAwait(false),
            _ => new Answer.Refused(Refusals.NoSuchResource()),
        };
    }

    /// <summary>The seat of one request, once it is known for whom.</summary>
    private sealed class Place(FairSeats seats) : IDisposable
    {
        private IDisposable? _seat;

        public async Task<bool> TakeAsync(string flow, CancellationToken cancellation) =>
            (_seat = await seats.TakeAsync(flow, cancellation).ConfigureAwait(false)) is not null;

        public void Dispose() => _seat?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception error, string method, string path);
    }
}
