using System.Text.Json;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.Domain.Api.Discovery;
using CloudOrch.Domain.Api.OpenApi;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving;

/// <summary>Version, discovery and OpenAPI: the same for everybody, made once.</summary>
public sealed class Documents
{
    /// <summary>The Kubernetes version whose API this speaks; kubectl warns when its own is further than one minor away.</summary>
    private const string Minor = "32";

    private static readonly byte[] VersionJson = JsonSerializer.SerializeToUtf8Bytes(new
    {
        major = "1",
        minor = Minor,
        gitVersion = $"v1.{Minor}.0+cloudorch",
        gitCommit = "",
        gitTreeState = "clean",
        buildDate = "2026-01-01T00:00:00Z",
        goVersion = "none",
        compiler = "none",
        platform = "linux/amd64",
    });

    public static Answer NoCustomResources(HttpRequest request) => HttpMethods.IsGet(request.Method)
        ? new Answer.Document("""{"kind":"CustomResourceDefinitionList","apiVersion":"apiextensions.k8s.io/v1","metadata":{},"items":[]}"""u8.ToArray())
        : new Answer.Refused(Refusals.MethodNotAllowed());

    public Answer Version() => new Answer.Document(VersionJson);

    public Answer Of(HttpRequest request, ApiRoute route, bool ofCluster)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return new Answer.Refused(Refusals.MethodNotAllowed());
        string accept = request.Headers.Accept.ToString();
        var document = route is ApiRoute.Discovery
            ? (ofCluster ? DiscoveryDocuments.OfCluster : DiscoveryDocuments.OfTenant).Find(route.Path, accept)
            : (ofCluster ? OpenApiDocuments.OfCluster : OpenApiDocuments.OfTenant).Find(route.Path, accept);
        if (document is null)
            return new Answer.Refused(Refusals.NoSuchResource());
        return new Answer.Document(document.Body, document.ContentType) { ETag = document.ETag };
    }
}
