using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Gate;

/// <summary><c>gate</c>: runs the gate until stopped. The accounts come from the environment (<see cref="GateAccounts.Variable"/>), as Azurite's do.</summary>
public static class GateCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        GateAccounts accounts;
        try
        {
            accounts = GateAccounts.Parse(Environment.GetEnvironmentVariable(GateAccounts.Variable));
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }

        var builder = TlsServer.CreateBuilder(arguments.Url("listen"), arguments.Optional("certificate"), arguments.Optional("key"));
        await using var app = TableGate.Build(builder, arguments.Url("backend"), accounts);
        return await TlsServer.RunAsync(app, "gate", ct);
    }
}
