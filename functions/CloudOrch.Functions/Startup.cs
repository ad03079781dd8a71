using CloudOrch.Azure.Identity;
using Microsoft.Azure.Functions.Worker.Builder;
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
        builder.Services.AddEntraCallers(builder.Configuration);
        AddCrashPoints(builder);
        return builder.Build();
    }

    /// <summary>Nothing, but in a build for tests: see CrashPoints/.</summary>
    static partial void AddCrashPoints(FunctionsApplicationBuilder builder);
}
