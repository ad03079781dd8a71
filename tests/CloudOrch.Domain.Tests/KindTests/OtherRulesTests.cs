using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.KindTests;

public class OtherRulesTests
{
    [Theory]
    [InlineData("""{"data":{"a b":"c"}}""", "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")]
    [InlineData("""{"data":{"..":"c"}}""", "data[..]: Invalid value: \"..\": must not be '..'")]
    [InlineData("""{"data":{"a":"c"},"binaryData":{"a":"AA=="}}""", "data[a]: Invalid value: \"a\": duplicate of key present in binaryData")]
    [InlineData("""{"binaryData":{"a":"%"}}""", "binaryData[a]: Invalid value: \"%\": must be base64")]
    public void A_bad_config_map_is_refused(string body, string problem) =>
        Assert.Equal([problem], Check.Problems(ResourceTypes.ConfigMaps, $$"""{"metadata":{"name":"m","namespace":"default"},{{body[1..]}}"""));

    [Fact]
    public void A_config_map_holds_one_MiB() => Assert.Equal(["data: Too long: may not be more than 1048576 bytes"],
        Check.Problems(ResourceTypes.ConfigMaps, $$$"""{"metadata":{"name":"m","namespace":"default"},"data":{"a":"{{{new string('x', 1048577)}}}"}}"""));

    [Fact]
    public void An_immutable_config_map_stays_as_it_is()
    {
        const string old = """{"metadata":{"name":"m","namespace":"default"},"data":{"a":"1"},"immutable":true}""";
        Assert.Empty(Check.UpdateProblems(ResourceTypes.ConfigMaps, old, old));
        Assert.Equal(["data: Forbidden: field is immutable when `immutable` is set"],
            Check.UpdateProblems(ResourceTypes.ConfigMaps, old, old.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)));
        Assert.Equal(["immutable: Forbidden: field is immutable when `immutable` is set"],
            Check.UpdateProblems(ResourceTypes.ConfigMaps, old, old.Replace("true", "false", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"taints":[{"key":"a"}]}""", "spec.taints[0].effect: Required value")]
    [InlineData("""{"taints":[{"key":"a","effect":"Go"}]}""", "spec.taints[0].effect: Unsupported value: \"Go\": supported values: \"NoExecute\", \"NoSchedule\", \"PreferNoSchedule\"")]
    [InlineData("""{"taints":[{"key":"a","effect":"NoSchedule"},{"key":"a","effect":"NoSchedule"}]}""", "spec.taints[1]: Duplicate value: \"a:NoSchedule\": taints must be unique by key and effect pair")]
    [InlineData("""{"podCIDR":"10.0.0.0"}""", "spec.podCIDR: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    public void A_bad_node_is_refused(string spec, string problem) =>
        Assert.Equal([problem], Check.Problems(ResourceTypes.Nodes, $$"""{"metadata":{"name":"n"},"spec":{{spec}}}"""));

    [Fact]
    public void A_nodes_pod_range_is_set_once() => Assert.Equal(["spec.podCIDR: Forbidden: node updates may not change podCIDR except from \"\" to valid"],
        Check.UpdateProblems(ResourceTypes.Nodes, """{"metadata":{"name":"n"},"spec":{"podCIDR":"10.0.0.0/24"}}""", """{"metadata":{"name":"n"},"spec":{"podCIDR":"10.0.1.0/24"}}"""));

    [Theory]
    [InlineData("""{"leaseDurationSeconds":0}""", "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("""{"leaseTransitions":-1}""", "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0")]
    public void A_bad_lease_is_refused(string spec, string problem) =>
        Assert.Equal([problem], Check.Problems(ResourceTypes.Leases, $$"""{"metadata":{"name":"l","namespace":"default"},"spec":{{spec}}}"""));

    [Fact]
    public void An_event_is_about_something_in_its_own_namespace() => Assert.Equal(["involvedObject.namespace: Invalid value: \"other\": does not match event.namespace"],
        Check.Problems(ResourceTypes.Events, """{"metadata":{"name":"e","namespace":"default"},"involvedObject":{"namespace":"other"}}"""));

    [Theory]
    [InlineData("""{"podCidr":"10.64.0.1/10"}""", "spec.podCidr: Invalid value: \"10.64.0.1/10\": must be an IPv4 range whose host bits are zero, (e.g. 10.64.0.0/10)")]
    [InlineData("""{"podCidr":"10.64.0.0/20","nodeCidrMaskSize":16}""", "spec.nodeCidrMaskSize: Invalid value: 16: must be between 20 and 28, inclusive")]
    [InlineData("""{"packing":"Tight"}""", "spec.packing: Unsupported value: \"Tight\": supported values: \"BinPack\", \"Spread\"")]
    [InlineData("""{"defaultTolerationSeconds":-1}""", "spec.defaultTolerationSeconds: Invalid value: -1: must be greater than or equal to 0")]
    public void A_bad_cluster_is_refused(string spec, string problem) =>
        Assert.Equal([problem], Check.Problems(ResourceTypes.Clusters, $$"""{"metadata":{"name":"c"},"spec":{{spec}}}"""));

    [Theory]
    [InlineData("""{}""", "spec.clusterName: Required value: name the cluster that nodes may join with this token")]
    [InlineData("""{"clusterName":"c","expirationSeconds":0}""", "spec.expirationSeconds: Invalid value: 0: must be between 1 and 2592000 (30 days), inclusive")]
    [InlineData("""{"clusterName":"c","maxUses":1001}""", "spec.maxUses: Invalid value: 1001: must be between 1 and 1000, inclusive")]
    public void A_bad_join_token_is_refused(string spec, string problem) =>
        Assert.Equal([problem], Check.Problems(ResourceTypes.JoinTokens, $$"""{"metadata":{"name":"t"},"spec":{{spec}}}"""));
}
