using System.Globalization;
using Xunit;

namespace CloudOrch.Testing.Azure;

/// <summary>One Azurite for a test assembly: <c>[assembly: AssemblyFixture(typeof(AzuriteFixture))]</c>. Tests keep apart by table names.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static int s_tables;
    private AzuriteProcess? _process;
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Starts Azurite at the first call, so that an assembly's other tests need no node.</summary>
    public async Task<AzuriteProcess> ProcessAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _process ??= await AzuriteProcess.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A prefix, or a name, for tables that no other test uses.</summary>
    public static string UniqueTable(string prefix = "t") =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{Environment.ProcessId}x{Interlocked.Increment(ref s_tables)}");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _gate.Dispose();
    }
}
