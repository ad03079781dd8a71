using System.Runtime.InteropServices;

namespace CloudOrch.Local.Commands;

/// <summary>One part of the local Azure: <paramref name="Run"/> ends with the process's exit code, and at SIGTERM or SIGINT through its token.</summary>
public sealed record Command(string Name, string Usage, Func<Arguments, CancellationToken, Task<int>> Run)
{
    /// <summary>Exit code 2: the command line was not understood; what would be is on standard error.</summary>
    public const int UsageError = 2;

    public static async Task<int> DispatchAsync(IReadOnlyList<Command> commands, IReadOnlyList<string> args)
    {
        var command = commands.FirstOrDefault(c => args.Count > 0 && c.Name == args[0]);
        if (command is null)
        {
            await Console.Error.WriteLineAsync("usage:");
            foreach (var c in commands)
                await Console.Error.WriteLineAsync($"  cloudorch-local {c.Name} {c.Usage}");
            return UsageError;
        }

        using var stopping = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            return await command.Run(Arguments.Parse(args.Skip(1)), stopping.Token);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"cloudorch-local {command.Name}: {e.Message}\nusage: cloudorch-local {command.Name} {command.Usage}");
            return UsageError;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }
}
