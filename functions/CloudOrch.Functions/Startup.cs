using CloudOrch.Azure;
using CloudOrch.ControlPlane;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Serving;
using CloudOrch.ControlPlane.Serving.Identity;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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
        builder.Services.AddSingleton(Brain(builder.Configuration));
        builder.Services.AddControlPlane(new ControlPlaneOptions { Serving = Serving(builder.Configuration) });
        AddCrashPoints(builder);
        return builder.Build();
    }

    private static BrainOptions Brain(IConfiguration configuration)
    {
        var standard = new BrainOptions();
        return standard with { KeptRevisions = configuration.GetValue("Brain:KeptRevisions", standard.KeptRevisions) };
    }

    private static ServingOptions Serving(IConfiguration configuration) => new()
    {
        PublicUrl = configuration["Serving:PublicUrl"],
        CertificateAuthority = configuration["Serving:CertificateAuthorityFile"] is { Length: > 0 } path ? File.ReadAllText(path) : null,
        TokenKeys = TokenKey.ReadAll(configuration["Serving:TokenKeys"]),
        ApiClientId = configuration["AzureAd:ClientId"] ?? "",
    };

    /// <summary>Nothing, but in a build for tests: see CrashPoints/.</summary>
    static partial void AddCrashPoints(FunctionsApplicationBuilder builder);
}
