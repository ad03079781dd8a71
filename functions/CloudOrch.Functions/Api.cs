using CloudOrch.ControlPlane.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CloudOrch.Functions;

/// <summary>Every HTTP request. Anonymous for the platform: the caller's token is checked by <see cref="CallerMiddleware"/> and the control plane.</summary>
public sealed class Api(ApiServer server)
{
    [Function("Api")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", Route = "{*path}")] HttpRequest request, CancellationToken ct)
    {
        await server.HandleAsync(request.HttpContext, ct);
        return new EmptyResult();
    }
}
