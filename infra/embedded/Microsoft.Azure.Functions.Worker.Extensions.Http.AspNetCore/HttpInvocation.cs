using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore;

/// <summary>Ties a request to its invocation, and writes what the function returned.</summary>
internal static class HttpInvocation
{
    public const string ContextKey = "HttpRequestContext";

    public static FunctionExecutionDelegate Middleware(FunctionExecutionDelegate next) => async context =>
    {
        if (context.Features.Get<RequestFeature>() is not { Http: var http })
        {
            await next(context);
            return;
        }

        context.Items[ContextKey] = http;
        await next(context);
        // Nobody is left to read it: executing the result would only throw.
        if (context.GetInvocationResult().Value is IActionResult result && !http.RequestAborted.IsCancellationRequested)
            await result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
    };

    internal sealed record RequestFeature(HttpContext Http);
}
