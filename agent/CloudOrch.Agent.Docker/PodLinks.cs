using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace CloudOrch.Agent.Docker;

/// <summary>Plugs sandboxes into the bridge of the pods' network, as a CNI plugin does.</summary>
/// <remarks>
/// The engine makes the bridge and its rules of forwarding, the agent the links: an engine that joins a container to a network of its
/// own also starts a name server in it, which nobody asks. A link has another name until it is
/// whole, so an agent that died in between begins anew. It ends with its sandbox.
/// </remarks>
public sealed partial class PodLinks(string bridge)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Directories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 4).Select(_ => new SemaphoreSlim(1))];
    private readonly string? _ip = Find("ip");
    private readonly string? _nsenter = Find("nsenter");

    /// <summary>Whether this process may and can: root, in the engine's own network, with iproute2 and nsenter.</summary>
    public bool IsPossible => Environment.IsPrivilegedProcess && _ip is not null && _nsenter is not null && Exists(bridge);

    public static bool IsWhole(string containerId) => Exists(NameOf(containerId));

    /// <param name="process">The sandbox's process.</param>
    /// <exception cref="PodLinkException">The link could not be made; the message has the tool's words.</exception>
    public async Task MakeAsync(string containerId, long process, IPAddress address, PodAddresses addresses, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(containerId);
        ArgumentNullException.ThrowIfNull(addresses);
        // Who runs a sandbox and who lists it come here for the same one; the second finds it whole.
        var gate = _gates[containerId[0] % _gates.Length];
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!IsWhole(containerId))
                await LinkAsync(containerId, process, address, addresses, ct).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task LinkAsync(string containerId, long process, IPAddress address, PodAddresses addresses, CancellationToken ct)
    {
        string unfinished = "cot" + containerId[..12];
        if (Exists(unfinished))
            await RunAsync(_ip!, ["link", "delete", unfinished], "", ct).ConfigureAwait(false);
        await RunAsync(_nsenter!, [$"--net=/proc/{process}/ns/net", _ip!, "-batch", "-"], $"""
            link add eth0 type veth peer name {unfinished} netns {Environment.ProcessId}
            address add {address}/{addresses.Range.PrefixLength} dev eth0
            link set eth0 up
            route add default via {addresses.Gateway}

            """, ct).ConfigureAwait(false);
        await RunAsync(_ip!, ["-batch", "-"], $"""
            link set {unfinished} master {bridge}
            link set {unfinished} name {NameOf(containerId)}
            link set {NameOf(containerId)} up

            """, ct).ConfigureAwait(false);
    }

    private static string NameOf(string containerId) => "cop" + containerId[..12];

    private static async Task RunAsync(string program, string[] arguments, string input, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);
        using var process = Started(start);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token).ConfigureAwait(false);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            _ = await output.ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new PodLinkException($"the pod's network: {program}: {(await error.ConfigureAwait(false)).Trim()}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            process.Kill();
            throw new PodLinkException($"the pod's network: {program} did not end within {Patience.TotalSeconds:0} s");
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new PodLinkException($"the pod's network: {start.FileName} did not start");
        }
        catch (Win32Exception e)
        {
            throw new PodLinkException($"the pod's network: {start.FileName}: {e.Message}", e);
        }
    }

    private static string? Find(string program) => Directories.Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    // Asked of the kernel and not of /sys, which may show another network namespace than the process is in.
    private static bool Exists(string link) => IndexOf(link) != 0;

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint IndexOf(string name);
}

/// <summary>A sandbox could not be linked to the pods' network. The engine is not at fault: it is no reason to call it unavailable.</summary>
public sealed class PodLinkException(string message, Exception? cause = null) : Exception(message, cause);
