using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudOrch.Testing.Azure;

/// <summary>A real table service on this machine: Azurite on a free loopback port, its data in memory.</summary>
/// <remarks>Ends with this process, also when that is killed: it watches its standard input, which closes then.</remarks>
public sealed class AzuriteProcess : IAsyncDisposable
{
    /// <summary>The emulator's well-known account, from its public documentation.</summary>
    public const string AccountName = "devstoreaccount1";

    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const int PortAttempts = 3;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process _node;
    private readonly string _directory;

    private AzuriteProcess(Process node, string directory, int port)
    {
        _node = node;
        _directory = directory;
        Endpoint = EndpointAt(port);
    }

    /// <summary>The account's address.</summary>
    public Uri Endpoint { get; }

    public string ConnectionString => ConnectionStringFor(Endpoint);

    /// <summary>The account's address as it is behind a proxy on another port of this machine.</summary>
    public static Uri EndpointAt(int port, string scheme = "http") => new($"{scheme}://127.0.0.1:{port}/{AccountName}");

    public static string ConnectionStringFor(Uri endpoint) => $"AccountName={AccountName};AccountKey={AccountKey};TableEndpoint={endpoint}";

    /// <exception cref="InvalidOperationException">It could not be installed or started; the message has its output.</exception>
    public static async Task<AzuriteProcess> StartAsync(CancellationToken ct = default)
    {
        string script = await AzuriteInstallation.EnsureAsync(ct);
        for (int attempt = 1; ; attempt++)
        {
            // Between choosing a free port and Azurite's taking it, another process may take it: then try another.
            (AzuriteProcess? azurite, string output) = await TryStartAsync(script, ct);
            if (azurite is not null)
                return azurite;
            if (attempt == PortAttempts)
                throw new InvalidOperationException($"Azurite did not start:\n{output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _node.StandardInput.Close();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System))
        {
            try
            {
                await _node.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _node.Kill(entireProcessTree: true);
            }
        }

        _node.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<(AzuriteProcess? Azurite, string Output)> TryStartAsync(string script, CancellationToken ct)
    {
        int port = FreePort();
        string directory = Directory.CreateTempSubdirectory("cloudorch-azurite-").FullName;
        var start = new ProcessStartInfo("node",
        [
            "--import", "data:text/javascript,process.stdin.on('end',()=>process.exit()).on('error',()=>process.exit()).resume()", script, "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--inMemoryPersistence",
            "--tableHost", "127.0.0.1", "--tablePort", $"{port}", "--tableKeepAliveTimeout", "120",
        ])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var output = new StringBuilder();
        Process node;
        try
        {
            node = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("Azurite needs Node.js (18.18 or later) on the PATH (Debian: apt-get install nodejs npm).", e);
        }

        node.OutputDataReceived += (_, line) => Append(line.Data);
        node.ErrorDataReceived += (_, line) => Append(line.Data);
        node.BeginOutputReadLine();
        node.BeginErrorReadLine();
        var azurite = new AzuriteProcess(node, directory, port);
        if (await AnswersAsync(azurite.Endpoint, () => Text().Contains("Error", StringComparison.Ordinal) || node.HasExited, ct))
            return (azurite, "");
        await azurite.DisposeAsync();
        return (null, Text());

        void Append(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }

        string Text()
        {
            lock (output)
                return output.ToString();
        }
    }

    private static async Task<bool> AnswersAsync(Uri endpoint, Func<bool> failed, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        long started = TimeProvider.System.GetTimestamp();
        while (!failed() && TimeProvider.System.GetElapsedTime(started) < StartPatience)
        {
            try
            {
                using HttpResponseMessage _ = await http.GetAsync(endpoint, ct);
                return true;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
