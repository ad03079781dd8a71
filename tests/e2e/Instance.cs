using System.Globalization;
using System.Text.Json.Nodes;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>The whole product on a machine of its own: what <c>./infra/up</c> starts, with its own Docker engine.</summary>
public class Instance : IAsyncLifetime
{
    /// <summary>For what takes the product a second or two; the machine may be busy.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly Machine _machine;
    private readonly string[] _up;

    public Instance()
        : this("instance")
    {
    }

    /// <param name="purpose">Tells this instance and its machine from others.</param>
    /// <param name="up">Further arguments of <c>./infra/up</c>.</param>
    protected Instance(string purpose, params string[] up)
    {
        _machine = new Machine(purpose);
        _up = up;
        RepositoryLogs = Checkout.At(".local", "test-results", "e2e-logs", purpose);
    }

    public Machine Machine => _machine;

    public string Local => $"{_machine.Directory}/l";

    public string NodeName => "node-1";

    /// <summary>The engines of its servers, once it is up.</summary>
    public IReadOnlyList<Engine> Engines { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _machine.Environment["CLOUDORCH_LOCAL"] = Local;
        _machine.Environment["CLOUDORCH_ENGINE"] = "own";
        _machine.Environment["CLOUDORCH_NODE"] = NodeName;
        _machine.Environment["CLOUDORCH_BUILD"] = "skip";
        // bin/<configuration>/net10.0: the programs are those that were built with these tests.
        _machine.Environment["CLOUDORCH_CONFIGURATION"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        _machine.Environment["CLOUDORCH_CRASH_POINTS"] = "true";
        _machine.Environment["HOME"] = _machine.Directory;
        _machine.Environment["KUBECONFIG"] = $"{Local}/kubeconfig";
        // What a killed run left.
        if (await _machine.WasLeftAsync())
            await DownAsync();
        await _machine.CreateAsync();
        await BeforeUpAsync();
        var up = await UpAsync();
        if (up.Code != 0)
        {
            await DisposeAsync();
            throw new CommandFailedException(up);
        }

        string id = (await _machine.RunAsync("bash", "-c", "source infra/lib/common.sh; instance_id")).Succeeded().Out.Trim();
        _machine.Environment["DOCKER_HOST"] = $"unix:///run/cloudorch-{id}/docker.sock";
        Engines = [.. Sockets(id).Select(s => new Engine(s))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in Engines)
            engine.Dispose();
        try
        {
            await DownAsync();
            await AfterDownAsync();
        }
        finally
        {
            await _machine.RemoveAsync();
        }

        GC.SuppressFinalize(this);
    }

    public Task<Output> UpAsync() => _machine.RunAsync(TimeSpan.FromMinutes(5), null, "./infra/up", ["--detach", .. _up]);

    public Task<Output> KubectlAsync(params string[] arguments) => _machine.RunAsync(TimeSpan.FromMinutes(3), null, "kubectl", arguments);

    public Task<Output> KubectlWithAsync(string input, params string[] arguments) => _machine.RunAsync(TimeSpan.FromMinutes(3), input, "kubectl", arguments);

    public Task<Output> DockerAsync(params string[] arguments) => _machine.RunAsync("docker", arguments);

    public async Task<JsonObject> GetAsync(params string[] arguments) =>
        JsonNode.Parse((await KubectlAsync(["get", .. arguments, "-o", "json"])).Succeeded().Out)!.AsObject();

    /// <summary>The process that the supervisor of this name runs at the moment; null while there is none.</summary>
    public int? ProcessOf(string name)
    {
        try
        {
            return int.Parse(File.ReadAllText($"{Local}/run/{name}.pid").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
        catch (FormatException)
        {
            return null; // it is being written
        }
    }

    /// <summary>kill -9, or with another signal; false when it did not run.</summary>
    public async Task<bool> KillAsync(string name, string signal = "KILL") =>
        ProcessOf(name) is { } pid && (await _machine.RunAsync("kill", $"-{signal}", pid.ToString(CultureInfo.InvariantCulture))).Code == 0;

    /// <summary>Waits until a process of that name runs that is not <paramref name="old"/>.</summary>
    public Task RestartedAsync(string name, int? old) =>
        Eventually.Async(() => ProcessOf(name) is { } pid && pid != old, Soon, $"{name} runs again");

    /// <summary>Another agent on this machine, by hand: with a directory of its own, until it is disposed of.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="token">A join token.</param>
    /// <param name="wrapper">A program, with its arguments, that starts the agent.</param>
    public async Task<RunningCommand> StartAgentAsync(string node, string token, params string[] wrapper)
    {
        // A node that is gone has given its range back; the network that its agent made on the engine of all has not.
        foreach (string identity in Directory.EnumerateFiles(_machine.Directory, "identity.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }))
            await DockerAsync("network", "rm", $"cloudorch-{(string)JsonNode.Parse(await File.ReadAllTextAsync(identity))!["agentId"]!}");
        string data = $"{_machine.Directory}/agent-{node}-{Path.GetRandomFileName()}";
        string settings = $"{data}.env";
        await File.WriteAllTextAsync(settings, $"""
            CLOUDORCH_AGENT_SERVER={(await ScriptAsync("api_url")).Trim()}
            CLOUDORCH_AGENT_JOIN_TOKEN={token.Trim()}
            CLOUDORCH_AGENT_NODE_NAME={node}
            CLOUDORCH_AGENT_DATA={data}
            SSL_CERT_FILE={Local}/tls/bundle.pem

            """);
        string program = (await ScriptAsync("install_program agent/CloudOrch.Agent.Docker cloudorch-agent")).Trim();
        return _machine.Follow("infra/lib/with-settings", [settings, .. wrapper, program]);
    }

    /// <summary>A namespace for one test, deleted with all that is in it.</summary>
    public async Task<TestNamespace> NamespaceAsync()
    {
        string name = $"t-{Path.GetRandomFileName()[..8]}";
        (await KubectlAsync("create", "namespace", name)).Succeeded();
        return new TestNamespace(this, name);
    }

    /// <summary>Runs a function of the scripts in infra/lib, as infra/up does, and returns what it prints.</summary>
    public async Task<string> ScriptAsync(string command) =>
        (await _machine.RunAsync("bash", "-euo", "pipefail", "-c",
            $"for f in common prerequisites processes engine azure cluster; do source infra/lib/$f.sh; done; {command}")).Succeeded().Out;

    /// <summary>A kubeconfig for somebody of a tenant with these app roles.</summary>
    public async Task<string> KubeconfigAsync(Guid tenant, string cluster, string roles)
    {
        string path = $"{_machine.Directory}/{Path.GetRandomFileName()}";
        await ScriptAsync($"write_kubeconfig {path} {cluster} \"$(token {tenant} {Guid.CreateVersion7()} '{roles}' 1)\"");
        return path;
    }

    /// <summary>The HTTP status of a plain request with this bearer token; an empty token sends none.</summary>
    public async Task<int> StatusAsync(string method, string path, string token, string? body = null)
    {
        string header = token.Length == 0 ? "" : $"header = \"Authorization: Bearer {token.Trim()}\"";
        string url = (await ScriptAsync("api_url")).Trim();
        string[] data = body is null ? [] : ["--header", "Content-Type: application/json", "--data", body];
        var output = await _machine.RunAsync(Soon, header, "curl",
            ["--silent", "--show-error", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", $"{Local}/tls/ca.pem", "--request", method, "--config", "-", .. data, url + path]);
        return int.Parse(output.Succeeded().Out, CultureInfo.InvariantCulture);
    }

    public string RepositoryLogs { get; }

    /// <param name="id">What <c>instance_id</c> of the scripts prints.</param>
    protected virtual IEnumerable<string> Sockets(string id) => [$"/run/cloudorch-{id}/docker.sock"];

    /// <summary>On the new machine, where nothing runs yet.</summary>
    protected virtual Task BeforeUpAsync() => Task.CompletedTask;

    /// <summary>On the machine that is about to go.</summary>
    protected virtual Task AfterDownAsync() => Task.CompletedTask;

    private async Task DownAsync()
    {
        if (Directory.Exists($"{Local}/logs"))
            (await _machine.RunAsync("bash", "-c", $"rm -rf '{RepositoryLogs}' && mkdir -p '{RepositoryLogs}' && cp -r '{Local}/logs/.' '{RepositoryLogs}'")).Succeeded();
        (await _machine.RunAsync(TimeSpan.FromMinutes(3), null, "./infra/down", "--purge")).Succeeded();
    }
}
