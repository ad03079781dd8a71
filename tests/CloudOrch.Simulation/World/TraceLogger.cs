using CloudOrch.ControlPlane.Seams;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Simulation.World;

/// <summary>Errors that a process logs stand in the trace, so that a failing seed says why.</summary>
internal sealed class TraceLogger<T>(Trace trace) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            trace.Note($"{typeof(T).Name}: {formatter(state, exception)}: {(exception is null or ProcessDiedException or StoreUnavailableException ? exception?.Message : exception.ToString())}");
    }
}
