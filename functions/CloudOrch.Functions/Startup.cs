using CloudOrch.Azure;
using CloudOrch.ControlPlane;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Serving;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace CloudOrch.Functions;

/// <summary>Puts the app together; the triggers are the classes beside this one.</summary>
public static partial class Startup
{
    public static IHost Build(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware<CallerMiddleware>();
        builder.Services.AddAzure(builder.Configuration);
        builder.Services.AddControlPlane(new ControlPlaneOptions { Serving = Serving(builder.Configuration) });
        builder.Services.AddBrain();
        AddCrashPoints(builder);
        return builder.Build();
    }

    private static ServingOptions Serving(IConfiguration configuration) => new()
    {
        PublicUrl = configuration["Serving:PublicUrl"],
        CertificateAuthority = configuration["Serving:CertificateAuthorityFile"] is { Length: > 0 } path ? File.ReadAllText(path) : null,
        ApiClientId = configuration["AzureAd:ClientId"] ?? "",
    };

    /// <summary>Nothing, but in a build for tests: see CrashPoints/.</summary>
    static partial void AddCrashPoints(FunctionsApplicationBuilder builder);
}
