using CloudOrch.Agent.Pods;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Agent.Tests.Pods;

public sealed class PodNetworkFilesTests
{
    private static readonly HostAlias s_alias = new() { Ip = "10.1.2.3", Hostnames = ["db", "db.example"] };

    [Fact]
    public void A_pod_knows_itself_and_its_aliases()
    {
        string text = PodNetworkFiles.Hosts(KeeperWorld.Pod("u", spec: s => s with { HostAliases = [s_alias] }), null, "web-u", "10.9.0.5");

        Assert.Contains("127.0.0.1\tlocalhost\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n10.9.0.5\tweb-u\n10.1.2.3\tdb\tdb.example\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1 localhost\n192.0.2.1 node")]
    [InlineData("127.0.0.1 localhost\n192.0.2.1 node\n")]
    public void In_the_nodes_network_aliases_follow_what_the_node_has(string node) =>
        Assert.Equal(
            "127.0.0.1 localhost\n192.0.2.1 node\n10.1.2.3\tdb\tdb.example\n",
            PodNetworkFiles.Hosts(KeeperWorld.Pod("u", spec: s => s with { HostNetwork = true, HostAliases = [s_alias] }), node, "node", "192.0.2.1"));

    [Theory]
    [InlineData("nameserver 192.0.2.53\n", "nameserver 8.8.8.8\n", "nameserver 192.0.2.53\n")]
    [InlineData("# stub\nnameserver 127.0.0.53\noptions edns0\n", "nameserver 192.0.2.53\n", "nameserver 192.0.2.53\n")]
    [InlineData("nameserver\t127.0.0.1\nnameserver ::1\n", null, "nameserver\t127.0.0.1\nnameserver ::1\n")]
    [InlineData("nameserver 127.0.0.53\nnameserver 192.0.2.53\n", "nameserver 8.8.8.8\n", "nameserver 127.0.0.53\nnameserver 192.0.2.53\n")]
    [InlineData("", null, "")]
    public void A_resolver_that_answers_on_the_node_only_is_left_out(string node, string? upstream, string expected) =>
        Assert.Equal(expected, PodNetworkFiles.Resolver(node, upstream));
}
