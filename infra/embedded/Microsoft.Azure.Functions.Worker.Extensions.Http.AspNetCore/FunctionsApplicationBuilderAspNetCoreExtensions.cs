using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Builder;

public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>Serves the HTTP triggers with ASP.NET Core's own types.</summary>
    /// <remarks>
    /// Here Kestrel itself: where it listens and its certificate come from ASP.NET Core's settings (<c>ASPNETCORE_URLS</c>,
    /// <c>ASPNETCORE_Kestrel__Certificates__Default__Path</c>, …; default http://localhost:7071, as <c>func start</c>).
    /// </remarks>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        if (builder.ConfigureWeb is not null)
            return builder;
        builder.Services.AddMvcCore();
        builder.Web.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            // The Functions host's own limit; FUNCTIONS_REQUEST_BODY_SIZE_LIMIT changes it there too.
            options.Limits.MaxRequestBodySize = builder.Configuration.GetValue("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", 104_857_600L);
            options.Limits.MinResponseDataRate = null;   // a watch that nobody reads for a while is no attack
        });
        if (builder.Configuration["urls"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.Web.WebHost.UseUrls("http://localhost:7071");
        builder.Use(HttpInvocation.Middleware);
        builder.ConfigureWeb = FunctionEndpoints.Map;
        return builder;
    }

    /// <inheritdoc cref="ConfigureFunctionsWebApplication(FunctionsApplicationBuilder)"/>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(
        this FunctionsApplicationBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configureWorker)
    {
        ArgumentNullException.ThrowIfNull(configureWorker);
        builder.ConfigureFunctionsWebApplication();
        configureWorker(builder);
        return builder;
    }
}
