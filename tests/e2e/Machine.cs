using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>
/// A network namespace that stands for one machine: with its own loopback, ports, links and firewall, so that what runs there meets nothing else
/// on the real one. Needs root.
/// </summary>
public sealed class Machine(string purpose)
{
    private readonly string _id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Checkout.Root}\n{purpose}")).AsSpan(0, 4));

    public string Namespace => $"co-e2e-{_id}";

    /// <summary>All that the machine's instance keeps; short, since sockets live in it.</summary>
    public string Directory => $"/tmp/cloudorch-e2e-{_id}";

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Makes the namespace anew.</summary>
    public async Task CreateAsync()
    {
        await RemoveAsync();
        (await HostAsync("ip", "netns", "add", Namespace)).Succeeded();
        (await HostAsync("ip", "-n", Namespace, "link", "set", "lo", "up")).Succeeded();
        // The node's address, and a way out that leads nowhere.
        (await HostAsync("ip", "-n", Namespace, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0-out")).Succeeded();
        (await HostAsync("ip", "-n", Namespace, "link", "set", "eth0-out", "up")).Succeeded();
        (await HostAsync("ip", "-n", Namespace, "address", "add", "192.0.2.10/24", "dev", "eth0")).Succeeded();
        (await HostAsync("ip", "-n", Namespace, "link", "set", "eth0", "up")).Succeeded();
        (await HostAsync("ip", "-n", Namespace, "route", "add", "default", "dev", "eth0")).Succeeded();
        System.IO.Directory.CreateDirectory(Directory);
    }

    public async Task RemoveAsync()
    {
        await HostAsync("ip", "netns", "del", Namespace);
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>True when a killed run left a machine of this purpose; then it can be asked to stop what is left of it.</summary>
    public async Task<bool> WasLeftAsync()
    {
        if (!System.IO.Directory.Exists(Directory))
            return false;
        if (!File.Exists($"/run/netns/{Namespace}"))
            (await HostAsync("ip", "netns", "add", Namespace)).Succeeded();
        return true;
    }

    /// <summary>Runs a program on this machine to its end.</summary>
    public Task<Output> RunAsync(string program, params string[] arguments) => RunAsync(TimeSpan.FromMinutes(5), null, program, arguments);

    /// <param name="patience">Longer than this, and it is killed: a test must not hang.</param>
    /// <param name="input">Its standard input; null for none.</param>
    public Task<Output> RunAsync(TimeSpan patience, string? input, string program, params string[] arguments) =>
        RunAsync(Start(program, arguments), patience, input, Shown(program, arguments));

    public RunningCommand Follow(string program, params string[] arguments) => new(Start(program, arguments));

    private static string Shown(string program, string[] arguments) => string.Join(' ', arguments.Prepend(program));

    private static Task<Output> HostAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments), TimeSpan.FromMinutes(1), null, Shown(program, arguments));

    private ProcessStartInfo Start(string program, string[] arguments)
    {
        // Not `ip netns exec`: that mounts a fresh /sys, in which a Docker engine finds no control groups.
        var start = new ProcessStartInfo("nsenter", [$"--net=/run/netns/{Namespace}", program, .. arguments]) { WorkingDirectory = Checkout.Root };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return start;
    }

    private static async Task<Output> RunAsync(ProcessStartInfo start, TimeSpan patience, string? input, string shown)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var enough = new CancellationTokenSource(patience, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(enough.Token);
            // A process that it left in the background may hold the pipes open.
            return new Output(shown, process.ExitCode, await output.WaitAsync(enough.Token), await error.WaitAsync(enough.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"$ {shown}\nnot ended after {patience.TotalSeconds:0} s");
        }
    }
}
