using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.EmbeddedHost;

/// <summary>What the host is told: <c>host.json</c>, overridden by <c>AzureFunctionsJobHost__…</c>, and what stands for Azure's own limits.</summary>
/// <remarks>
/// Settings of the embedded host alone (Azure decides these itself): <c>EmbeddedHost__StateDirectory</c>, where the processes of one app meet (timer
/// leases; default: in the temporary directory, by app); <c>EmbeddedHost__DrainTimeout</c>, how long a stop waits for running invocations (default
/// 10 s); <c>EmbeddedHost__HttpFrontEndTimeout</c>, the longest HTTP request (default 230 s, as Azure's load balancer).
/// </remarks>
internal sealed partial class HostSettings(IConfiguration app, IConfiguration json, string scriptRoot)
{
    /// <summary>host.json with its overrides.</summary>
    public IConfiguration Json { get; } = json;

    public TimeSpan DrainTimeout => app.GetValue("EmbeddedHost:DrainTimeout", TimeSpan.FromSeconds(10));

    public TimeSpan HttpFrontEndTimeout => app.GetValue("EmbeddedHost:HttpFrontEndTimeout", TimeSpan.FromSeconds(230));

    public string StateDirectory => app["EmbeddedHost:StateDirectory"] is { Length: > 0 } directory
        ? directory
        : Path.Combine(Path.GetTempPath(), "functions-host", Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(scriptRoot)))[..16]);

    public static HostSettings Load(IConfiguration app)
    {
        string root = app["AzureWebJobsScriptRoot"] is { Length: > 0 } given ? given : AppContext.BaseDirectory;
        var json = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(Path.GetFullPath(root), "host.json"), optional: true, reloadOnChange: false)
            .AddInMemoryCollection(app.GetSection("AzureFunctionsJobHost").AsEnumerable(makePathsRelative: true))
            .Build();
        return new HostSettings(app, json, root);
    }

    /// <summary>Replaces each <c>%Setting%</c> in a trigger's property by the app setting of that name.</summary>
    /// <exception cref="InvalidOperationException">There is no such setting.</exception>
    public string Resolve(string text) => Setting().Replace(text, match =>
        app[match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)] is { } value
            ? value
            : throw new InvalidOperationException($"'%{match.Groups[1].Value}%' does not resolve to a value."));

    /// <summary>An app setting as triggers name it: with <c>__</c> or <c>:</c> between its parts.</summary>
    public string? Find(string name) => app[name.Replace("__", ":", StringComparison.Ordinal)];

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Setting();
}
