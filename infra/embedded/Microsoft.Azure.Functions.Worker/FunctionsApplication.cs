using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    /// <summary>A builder with the worker's defaults; configuration comes from the environment and the arguments.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}

/// <summary>Builds an app that is worker and host in one process: what <c>func start</c> and its worker are together.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _pipeline = [];
    private bool _built;

    internal FunctionsApplicationBuilder(string[]? args)
    {
        _web = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        HostSettings = HostSettings.Load(_web.Configuration);
        _web.Logging.ClearProviders()
            .AddConfiguration(HostSettings.Json.GetSection("logging"))
            .AddSimpleConsole(o => { o.SingleLine = true; o.TimestampFormat = "HH:mm:ss.fff "; o.UseUtcTimestamp = true; })
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information)
            .AddFilter("Microsoft.Azure.Functions.Worker", LogLevel.Information)
            .AddFilter("Microsoft.Extensions", LogLevel.Warning);
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(HostSettings);
        Services.AddSingleton<IFunctionsWorkerApplicationBuilder>(this);
        Services.AddSingleton<FunctionInvoker>();
        Services.AddSingleton(_ => FunctionCatalog.Of(FunctionTypes ?? FunctionCatalog.EntryTypes()));
        Services.AddSingleton(_ => Pipeline());
        Services.AddHostedService<TriggerHost>();
        Services.Configure<HostOptions>(o =>
        {
            // Running invocations get the drain time; a second more for the rest to notice.
            o.ShutdownTimeout = HostSettings.DrainTimeout + TimeSpan.FromSeconds(2);
            o.ServicesStopConcurrently = true;
        });
    }

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public ConfigurationManager Configuration => _web.Configuration;

    public IHostEnvironment Environment => _web.Environment;

    public ILoggingBuilder Logging => _web.Logging;

    public IMetricsBuilder Metrics => _web.Metrics;

    public IServiceCollection Services => _web.Services;

    internal HostSettings HostSettings { get; }

    /// <summary>Where to look for functions; null: the entry assembly, as the official build step does.</summary>
    internal IReadOnlyList<Type>? FunctionTypes { get; set; }

    internal WebApplicationBuilder Web => _web;

    /// <summary>Set by the HTTP extension: maps the HTTP triggers.</summary>
    internal Action<WebApplication>? ConfigureWeb { get; set; }

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _pipeline.Add(middleware);
        return this;
    }

    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        var app = _web.Build();
        // As in the official worker nothing authenticates by itself: the function's middleware asks for it.
        IApplicationBuilder pipeline = app;
        pipeline.Properties["__AuthenticationMiddlewareSet"] = true;
        pipeline.Properties["__AuthorizationMiddlewareSet"] = true;
        ConfigureWeb?.Invoke(app);
        return app;
    }

    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    private FunctionExecutionDelegate Pipeline()
    {
        FunctionExecutionDelegate run = FunctionInvoker.RunFunctionAsync;
        for (int i = _pipeline.Count - 1; i >= 0; i--)
            run = _pipeline[i](run);
        return run;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
            throw new InvalidOperationException("The application has already been built.");
    }
}
