using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore;

/// <summary>The HTTP front of the host: routes, methods, the longest request, and the end of an invocation when its client is gone.</summary>
internal static partial class FunctionEndpoints
{
    /// <summary>A stop lets short requests end by themselves; what runs longer (a watch) is told then.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    public static void Map(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<HostSettings>();
        string prefix = settings.Json["extensions:http:routePrefix"] ?? "api";
        var functions = app.Services.GetRequiredService<FunctionCatalog>().Functions.Where(f => f.Trigger is HttpTriggerAttribute);
        foreach (var route in functions.GroupBy(f => Route(f, prefix, settings), StringComparer.OrdinalIgnoreCase))
        {
            FunctionEntry[] onRoute = [.. route];
            foreach (var function in onRoute)
            {
                if (((HttpTriggerAttribute)function.Trigger).AuthLevel != AuthorizationLevel.Anonymous)
                    throw new NotSupportedException($"Function '{function.Name}': function keys are Azure's; here AuthorizationLevel is Anonymous.");
            }

            app.Map(route.Key, http => ServeAsync(http, onRoute));
        }
    }

    private static string Route(FunctionEntry function, string prefix, HostSettings settings)
    {
        string route = ((HttpTriggerAttribute)function.Trigger).Route ?? function.Name;
        return "/" + string.Join('/', new[] { prefix.Trim('/'), settings.Resolve(route).Trim('/') }.Where(part => part.Length > 0));
    }

    private static async Task ServeAsync(HttpContext http, FunctionEntry[] onRoute)
    {
        // As the real host: another method than a function's own is a 404, not a 405.
        var function = Array.Find(onRoute, f => ((HttpTriggerAttribute)f.Trigger).Methods is not { Length: > 0 } methods
            || methods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase));
        if (function is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var services = http.RequestServices;
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        var settings = services.GetRequiredService<HostSettings>();
        using var tooLong = new CancellationTokenSource(settings.HttpFrontEndTimeout, services.GetRequiredService<TimeProvider>());
        await using var cut = tooLong.Token.Register(http.Abort);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        await using var stopping = lifetime.ApplicationStopping.Register(() => ending.CancelAfter(StopGrace));
        var input = new TriggerInput(
            [http.Request, http, http.Response],
            (name, type) => type == typeof(string) && http.Request.RouteValues.TryGetValue(name, out object? value) ? value?.ToString() : null);
        var invocation = new Invocation(function, services, input, ending.Token);
        invocation.Features.Set(new HttpInvocation.RequestFeature(http));
        try
        {
            await services.GetRequiredService<FunctionInvoker>().InvokeAsync(invocation);
            // A function that gave up answered nothing; its silence must not look like an empty success.
            if (ending.IsCancellationRequested && !http.Response.HasStarted)
                http.Abort();
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            Log.ClientGone(services.GetRequiredService<ILogger<FunctionInvoker>>(), function.Name, invocation.InvocationId);
        }
        catch (Exception) when (!http.Response.HasStarted)
        {
            // Logged by the invoker. As the real host: an empty 500.
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
        catch (Exception)
        {
            http.Abort();   // logged by the invoker; half an answer must not look whole
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "function {Function}: the client went away (invocation {InvocationId})")]
        public static partial void ClientGone(ILogger log, string function, string invocationId);
    }
}
