using CloudOrch.Azure.Identity;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CloudOrch.Functions;

/// <summary>Finds out who calls, as <c>http.User</c>, before the function runs; what the caller may do is the control plane's business.</summary>
public sealed class CallerMiddleware : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http)
            await EntraCallers.AuthenticateAsync(http);
        await next(context);
    }
}
