using Microsoft.Azure.Functions.Worker.EmbeddedHost;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Who may call: <see cref="Anonymous"/> anyone, the others with a key of the function, the app or the app's master.</summary>
public enum AuthorizationLevel
{
    Anonymous,
    User,
    Function,
    System,
    Admin,
}

/// <summary>Runs the function for HTTP requests of these methods (none named: all) on its route, by default its name.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[TriggerListener("httpTrigger", listener: null)]
public sealed class HttpTriggerAttribute : Attribute
{
    public HttpTriggerAttribute()
        : this(AuthorizationLevel.Function, [])
    {
    }

    public HttpTriggerAttribute(params string[] methods)
        : this(AuthorizationLevel.Function, methods)
    {
    }

    public HttpTriggerAttribute(AuthorizationLevel authLevel)
        : this(authLevel, [])
    {
    }

    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>A route template of ASP.NET Core, after the app's route prefix (<c>extensions.http.routePrefix</c> of host.json, by default <c>api</c>).</summary>
    public string? Route { get; set; }

    public string[]? Methods { get; }

    public AuthorizationLevel AuthLevel { get; }
}
