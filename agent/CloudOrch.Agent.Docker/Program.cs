using System.Net;
using System.Runtime.InteropServices;
using CloudOrch.Agent;
using CloudOrch.Agent.Docker;
using CloudOrch.Agent.Fencing;
using CloudOrch.Agent.Resources;
using Docker.DotNet;
using Microsoft.Extensions.Logging;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
AgentSettings settings;
CommandLine command;
try
{
    bool isWatchdog = args is [WatchdogProcess.Argument, ..];
    command = new CommandLine(isWatchdog ? args[1..] : args, Environment.GetEnvironmentVariables());
    if (isWatchdog)
        return await WatchdogProcess.RunAsync(command, stop.Token).ConfigureAwait(false);
    settings = command.Settings();
}
catch (Exception e) when (e is FormatException or IOException)
{
    Console.Error.WriteLine($"cloudorch-agent: {e.Message}");
    return 64;
}

using var logs = new ConsoleLog(TimeProvider.System, command.Verbose ? LogLevel.Debug : LogLevel.Information);
using var handler = new SocketsHttpHandler
{
    AutomaticDecompression = DecompressionMethods.All,
    PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
    PooledConnectionLifetime = TimeSpan.FromMinutes(15), // so that a changed address is noticed
    ConnectTimeout = TimeSpan.FromSeconds(5),
};
using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
using var configuration = new DockerClientConfiguration(command.Engine);
using var docker = configuration.CreateClient();
var hands = new FenceHands(new LinuxBootClock(), new WatchdogProcess(settings.DataDirectory, command.Engine, TimeProvider.System), new ContainerKiller(docker, TimeProvider.System));
var agent = new NodeAgent(settings, http, agentId => new DockerRuntime(docker, agentId, TimeProvider.System), hands, new LinuxMeter(), TimeProvider.System, logs);
var memory = MemoryKeeper.RunAsync(TimeProvider.System, stop.Token);
try
{
    await agent.RunAsync(stop.Token).ConfigureAwait(false);
    await memory.ConfigureAwait(false);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0; // its containers go on; the next start takes them up
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
