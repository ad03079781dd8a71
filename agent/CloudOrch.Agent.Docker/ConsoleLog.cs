using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Docker;

/// <summary>One line an entry on standard output: what a supervisor keeps.</summary>
internal sealed class ConsoleLog(TimeProvider clock, LogLevel least) : ILoggerFactory
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there is one log");

    public void Dispose()
    {
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        string time = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string name = level switch { LogLevel.Critical or LogLevel.Error => "error", LogLevel.Warning => "warn", LogLevel.Information => "info", _ => "debug" };
        lock (_gate)
            Console.Out.WriteLine(exception is null ? $"{time} {name} {category}: {message}" : $"{time} {name} {category}: {message}: {exception}");
    }

    private sealed class Logger(ConsoleLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log.Least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Write(logLevel, category, formatter(state, exception), exception);
        }
    }

    private LogLevel Least => least;
}
