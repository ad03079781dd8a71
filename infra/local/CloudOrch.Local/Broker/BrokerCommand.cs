using System.Net;
using System.Security.Cryptography.X509Certificates;
using CloudOrch.Local.Certificates;
using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Broker;

/// <summary><c>broker</c>: a Service Bus namespace on one address, with the session queue <c>work</c>.</summary>
/// <remarks>The directory holds <c>rules.json</c> (policies and keys), <c>queues.json</c> (queues outlive a restart, messages do not), and after the start
/// <c>connection</c> and <c>connection.nodes</c>: the connection strings of the managing rule and of the one that signs the nodes' tokens.</remarks>
public static class BrokerCommand
{
    private static readonly QueueSettings Work = new("work") { RequiresSession = true, LockDuration = TimeSpan.FromSeconds(15), MaxDeliveryCount = 10 };

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var listen = arguments.Url("listen");
        string directory = arguments.Required("directory");
        using var certificate = X509Certificate2.CreateFromPemFile(arguments.Required("certificate"), arguments.Required("key"));
        var rules = BrokerKeys.OpenOrCreate(directory);
        using var bus = new BrokerNamespace(
            new BrokerOptions
            {
                Hosts = [listen.Host, "localhost", .. arguments.List("host")],
                Rules = rules,
                Queues = [Work],
                StatePath = Path.Combine(directory, "queues.json"),
            },
            TimeProvider.System);
        await using var host = await BrokerHost.StartAsync(
            bus,
            new BrokerListener(EndPoint(listen), certificate),
            logging => logging.AddSimpleConsole(o => { o.SingleLine = true; o.TimestampFormat = "HH:mm:ss.fff "; }).SetMinimumLevel(LogLevel.Warning),
            ct);

        string name = arguments.List("host") is [var first, ..] ? first : listen.Host;
        foreach (var (file, rule) in new[] { ("connection", BrokerKeys.ManageRule), ("connection.nodes", BrokerKeys.NodesRule) })
        {
            var (ruleName, key) = (rule, rules.First(r => r.Name == rule).PrimaryKey);
            LocalAuthority.WriteSecret(
                Path.Combine(directory, file), $"Endpoint=sb://{name}:{host.Port}/;SharedAccessKeyName={ruleName};SharedAccessKey={key}");
        }

        Console.WriteLine($"broker listens on https://{listen.Host}:{host.Port}");
        var tally = Tally.WriteAsync("broker", ct);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
        }
        catch (OperationCanceledException)
        {
            // The signal that ends the command.
        }

        await tally;
        return 0;
    }

    private static IPEndPoint EndPoint(Uri listen) =>
        listen.Scheme != Uri.UriSchemeHttps ? throw new UsageException($"--listen needs https: {listen}")
        : listen.Host == "localhost" ? new IPEndPoint(IPAddress.Loopback, listen.Port)
        : IPAddress.TryParse(listen.Host, out var ip) ? new IPEndPoint(ip, listen.Port)
        : throw new UsageException($"--listen needs an IP address or localhost: {listen}");
}
