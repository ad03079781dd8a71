using CloudOrch.Azure.ServiceBus;
using CloudOrch.ControlPlane.Seams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudOrch.Integration.ServiceBus;

public sealed class ServiceBusSettingsTests
{
    private static readonly Dictionary<string, string?> Complete = new()
    {
        ["ServiceBus"] = "Endpoint=sb://localhost:5671/;SharedAccessKeyName=root;SharedAccessKey=secret-1",
        ["NodeQueues:Host"] = "localhost:5671",
        ["NodeQueues:RuleKey"] = "secret-2",
    };

    [Fact]
    public async Task The_services_are_made_from_the_settings()
    {
        await using var services = new ServiceCollection().AddLogging().AddServiceBus(Read(Complete)).BuildServiceProvider();
        Assert.IsType<ServiceBusWorkQueue>(services.GetRequiredService<IWorkQueue>());
        Assert.IsType<ServiceBusDecisionSender>(services.GetRequiredService<IDecisionSender>());
        string token = services.GetRequiredService<QueueTokenSigner>().Sign("node-1", DateTimeOffset.UnixEpoch.AddSeconds(100));
        Assert.StartsWith("SharedAccessSignature sr=sb%3A%2F%2Flocalhost%2Fnode-1&sig=", token, StringComparison.Ordinal);
        Assert.EndsWith("&se=100&skn=nodes", token, StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_takes_the_place_of_a_connection_string()
    {
        var settings = Read(With("ServiceBus", null).Append(new("ServiceBus:fullyQualifiedNamespace", "x.servicebus.windows.net")));
        Assert.Equal((null, "x.servicebus.windows.net"), (settings.ConnectionString, settings.FullyQualifiedNamespace));
    }

    [Theory]
    [InlineData("ServiceBus")]
    [InlineData("NodeQueues:Host")]
    [InlineData("NodeQueues:RuleKey")]
    public void A_missing_setting_is_named(string name) =>
        Assert.Contains(name, Assert.Throws<InvalidOperationException>(() => Read(With(name, null))).Message, StringComparison.Ordinal);

    [Fact]
    public void Secrets_do_not_get_into_logs() => Assert.DoesNotContain("secret", Read(Complete).ToString(), StringComparison.Ordinal);

    private static Dictionary<string, string?> With(string name, string? value) => new(Complete) { [name] = value };

    private static ServiceBusSettings Read(IEnumerable<KeyValuePair<string, string?>> values) =>
        ServiceBusSettings.From(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
