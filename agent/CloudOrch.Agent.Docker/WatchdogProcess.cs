using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CloudOrch.Agent.Fencing;
using Docker.DotNet;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Docker;

/// <summary>The watchdog as a process of this same program, one for a data directory. It outlives the agent, and is found by the process id in its file.</summary>
internal sealed partial class WatchdogProcess(string dataDirectory, Uri engine, TimeProvider clock) : IFenceWatchdog
{
    /// <summary>The program's first argument.</summary>
    public const string Argument = "fence-watchdog";

    private const long LogLimit = 1 << 20;

    /// <summary>One that was started is given this long to say that it runs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _pidFile = Path.Combine(dataDirectory, "fence-watchdog.pid");
    private Process? _started;
    private long _startedAt;

    public bool IsRunning
    {
        get
        {
            try
            {
                return File.Exists(_pidFile) && File.ReadAllText(_pidFile).Split(' ', StringSplitOptions.TrimEntries) is [var pid, var at] && StartOf(pid) == at;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    public void Start()
    {
        if (_started is { HasExited: false } && clock.GetElapsedTime(_startedAt) < Patience)
            return;
        _started?.Dispose();
        string program = Environment.ProcessPath ?? throw new IOException("this program's own file is not known");
        try
        {
            _started = Process.Start(new ProcessStartInfo(program, [Argument, "--data", dataDirectory, "--engine", engine.OriginalString]) { WorkingDirectory = "/" });
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{program} {Argument}: {e.Message}", e);
        }

        _startedAt = clock.GetTimestamp();
    }

    /// <summary>What the program does with its argument.</summary>
    public static async Task<int> RunAsync(CommandLine command, CancellationToken ct)
    {
        string directory = command.DataDirectory;
        Detach(Path.Combine(directory, "fence-watchdog.log"));
        using var logs = new ConsoleLog(TimeProvider.System, LogLevel.Information);
        var log = logs.CreateLogger(nameof(WatchdogProcess));
        FileStream only;
        try
        {
            only = new FileStream(Path.Combine(directory, "fence-watchdog.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return 0; // another one guards this directory
        }

        using (only)
        {
            string pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            string pidFile = Path.Combine(directory, "fence-watchdog.pid");
            var file = new FenceFile(directory);
            Log.Guards(log, directory);
            using var configuration = new DockerClientConfiguration(command.Engine);
            using var docker = configuration.CreateClient();
            var watch = new FenceWatch(file, new LinuxBootClock(), new ContainerKiller(docker, TimeProvider.System), TimeProvider.System, log);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var memory = MemoryKeeper.RunAsync(TimeProvider.System, ends.Token);
            do
            {
                await File.WriteAllTextAsync(pidFile, $"{pid} {StartOf(pid)}\n", CancellationToken.None).ConfigureAwait(false);
                await watch.RunAsync(ct).ConfigureAwait(false);
                File.Delete(pidFile);
            }
            while (!ct.IsCancellationRequested && file.Read() is { IsGuarded: true }); // the agent may have taken this one for running

            Log.Ends(log);
            await ends.CancelAsync().ConfigureAwait(false);
            await memory.ConfigureAwait(false);
            return 0;
        }
    }

    /// <summary>A session of its own, and nothing of the agent's standard files: whoever waits for their end does not wait for this process.</summary>
    private static void Detach(string logFile)
    {
        _ = SetSession();
        if (new FileInfo(logFile) is { Exists: true, Length: > LogLimit } old)
            old.Delete();
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        using var log = File.OpenHandle(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _ = Duplicate((int)nothing.DangerousGetHandle(), 0);
        _ = Duplicate((int)log.DangerousGetHandle(), 1);
        _ = Duplicate((int)log.DangerousGetHandle(), 2);
    }

    /// <summary>When the kernel started a process, in ticks since boot: with it a process id means one process only. Null: there is none.</summary>
    private static string? StartOf(string pid)
    {
        string stat = $"/proc/{pid}/stat";
        if (!pid.All(char.IsAsciiDigit) || !File.Exists(stat))
            return null;
        string text = File.ReadAllText(stat);
        // The command's name, in parentheses, may hold spaces; after it the state is the first field and the start the twentieth.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] == "Z" ? null : fields[19];
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSession();

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int from, int to);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "guards the fenced containers of {Directory}")]
        public static partial void Guards(ILogger logger, string directory);

        [LoggerMessage(Level = LogLevel.Information, Message = "nothing is fenced any more")]
        public static partial void Ends(ILogger logger);
    }
}
