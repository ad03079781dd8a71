using System.ComponentModel;
using System.Diagnostics;

namespace CloudOrch.Testing.Azure;

/// <summary>Azurite in <c>.local/azurite</c> of the checkout, as pinned by <c>infra/local/azurite</c>.</summary>
public static class AzuriteInstallation
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(5);

    /// <summary>Installs it if it is not there or pinned differently; several processes may ask at once.</summary>
    /// <returns>The script to run with node.</returns>
    /// <exception cref="InvalidOperationException">node or npm is missing, or npm failed; the message says what to do.</exception>
    public static async Task<string> EnsureAsync(CancellationToken ct = default)
    {
        string pinned = Checkout.At("infra", "local", "azurite");
        string directory = Checkout.At(".local", "azurite");
        string script = Path.Combine(directory, "node_modules", "azurite", "dist", "src", "table", "main.js");
        string done = Path.Combine(directory, "installed.json");
        string wanted = await File.ReadAllTextAsync(Path.Combine(pinned, "package-lock.json"), ct);
        if (IsCurrent())
            return script;
        Directory.CreateDirectory(directory);
        await using FileStream _ = await LockAsync(Path.Combine(directory, ".lock"), ct);
        if (IsCurrent())
            return script;
        foreach (string file in new[] { "package.json", "package-lock.json" })
            File.Copy(Path.Combine(pinned, file), Path.Combine(directory, file), overwrite: true);
        await RunNpmAsync(directory, ct);
        await File.WriteAllTextAsync(done, wanted, ct);
        return script;

        bool IsCurrent() => File.Exists(script) && File.Exists(done) && File.ReadAllText(done) == wanted;
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken ct)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(started) < LockPatience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, ct);
            }
        }
    }

    private static async Task RunNpmAsync(string directory, CancellationToken ct)
    {
        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = directory,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using Process npm = Process.Start(start)!;
            Task<string> output = npm.StandardOutput.ReadToEndAsync(ct);
            string errors = await npm.StandardError.ReadToEndAsync(ct);
            await npm.WaitForExitAsync(ct);
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"`npm ci` in {directory} ended with {npm.ExitCode}:\n{errors}\n{await output}");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("Azurite needs Node.js with npm on the PATH (Debian: apt-get install nodejs npm).", e);
        }
    }
}
