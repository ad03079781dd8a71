using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.EndpointSlices;
using CloudOrch.Domain.Kinds.Services;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

public class ServiceTests
{
    [Fact]
    public void A_service_gets_the_defaults_of_Kubernetes_and_no_address()
    {
        var spec = Of("""{"selector":{"app":"web"},"ports":[{"port":80},{"name":"b","port":81,"targetPort":"http","protocol":"UDP"}]}""").Spec;
        Assert.Equal(("ClusterIP", "None", "Cluster"), (spec.Type, spec.SessionAffinity, spec.InternalTrafficPolicy));
        Assert.Equal([new ServicePort { Port = 80, TargetPort = 80, Protocol = "TCP" }, new ServicePort { Name = "b", Port = 81, TargetPort = "http", Protocol = "UDP" }], spec.Ports!);
        Assert.Null(spec.ClusterIp);
        Assert.Null(spec.ExternalTrafficPolicy);
        Assert.Null(spec.AllocateLoadBalancerNodePorts);
    }

    [Fact]
    public void What_is_open_to_the_outside_gets_more_defaults()
    {
        Assert.Equal("Cluster", Of("""{"type":"NodePort","ports":[{"port":80}]}""").Spec.ExternalTrafficPolicy);
        Assert.True(Of("""{"type":"LoadBalancer","ports":[{"port":80}]}""").Spec.AllocateLoadBalancerNodePorts);
        Assert.Equal(10800, Of("""{"sessionAffinity":"ClientIP","ports":[{"port":80}]}""").Spec.SessionAffinityConfig!.ClientIp!.TimeoutSeconds);
        Assert.Equal(["None"], Of("""{"clusterIP":"None"}""").Spec.ClusterIps!);
        Assert.Null(Of("""{"type":"ExternalName","externalName":"a.example"}""").Spec.InternalTrafficPolicy);
    }

    [Theory]
    [InlineData("""{}""", "spec.ports: Required value")]
    [InlineData("""{"type":"Other","ports":[{"port":80}]}""", "spec.type: Unsupported value: \"Other\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData("""{"ports":[{"port":0,"targetPort":1}]}""", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("""{"ports":[{"port":80,"targetPort":70000}]}""", "spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("""{"ports":[{"port":80,"targetPort":"not--good"}]}""", "spec.ports[0].targetPort: Invalid value: \"not--good\": must not contain consecutive hyphens")]
    [InlineData("""{"ports":[{"port":80,"protocol":"tcp"}]}""", "spec.ports[0].protocol: Unsupported value: \"tcp\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("""{"ports":[{"port":80,"name":"a"},{"port":81}]}""", "spec.ports[1].name: Required value")]
    [InlineData("""{"ports":[{"port":80,"name":"a"},{"port":81,"name":"a"}]}""", "spec.ports[1].name: Duplicate value: \"a\"")]
    [InlineData("""{"ports":[{"port":80,"name":"a"},{"port":80,"name":"b"}]}""", "spec.ports[1]: Duplicate value: \"80/TCP\"")]
    [InlineData("""{"ports":[{"port":80,"nodePort":30000}]}""", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("""{"type":"NodePort","clusterIP":"None","ports":[{"port":80}]}""", "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services")]
    [InlineData("""{"clusterIP":"ten","ports":[{"port":80}]}""", "spec.clusterIPs[0]: Invalid value: \"ten\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""{"clusterIP":"10.0.0.1","clusterIPs":["10.0.0.2"],"ports":[{"port":80}]}""", "spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: first value must match `clusterIP`")]
    [InlineData("""{"type":"ExternalName"}""", "spec.externalName: Required value")]
    [InlineData("""{"type":"ExternalName","externalName":"a","clusterIP":"10.0.0.1"}""", "spec.clusterIPs: Forbidden: may not be set for ExternalName services")]
    [InlineData("""{"externalIPs":["127.0.0.1"],"ports":[{"port":80}]}""", "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("""{"sessionAffinity":"Cookie","ports":[{"port":80}]}""", "spec.sessionAffinity: Unsupported value: \"Cookie\": supported values: \"ClientIP\", \"None\"")]
    [InlineData("""{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":86401}},"ports":[{"port":80}]}""", "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400")]
    [InlineData("""{"loadBalancerSourceRanges":["10.0.0.0/8"],"ports":[{"port":80}]}""", "spec.loadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("""{"type":"LoadBalancer","loadBalancerSourceRanges":["10"],"ports":[{"port":80}]}""", "spec.loadBalancerSourceRanges[0]: Invalid value: \"10\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("""{"externalTrafficPolicy":"Local","ports":[{"port":80}]}""", "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services")]
    [InlineData("""{"internalTrafficPolicy":"Near","ports":[{"port":80}]}""", "spec.internalTrafficPolicy: Unsupported value: \"Near\": supported values: \"Cluster\", \"Local\"")]
    [InlineData("""{"ipFamilies":["IPv5"],"ports":[{"port":80}]}""", "spec.ipFamilies[0]: Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\"")]
    [InlineData("""{"selector":{"a b":"c"},"ports":[{"port":80}]}""", "spec.selector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    public void A_bad_service_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.Services, Document(spec)));

    [Fact]
    public void The_name_of_a_service_starts_with_a_letter() =>
        Assert.StartsWith("metadata.name: Invalid value: \"1st\": a DNS-1035 label must consist of", Assert.Single(Check.Problems(ResourceTypes.Services,
            """{"metadata":{"name":"1st","namespace":"default"},"spec":{"ports":[{"port":80}]}}""")), StringComparison.Ordinal);

    [Fact]
    public void An_address_stays_and_is_kept_by_who_leaves_it_out()
    {
        string old = Document("""{"clusterIP":"10.0.0.1","ports":[{"port":80}]}""");
        Assert.Equal(["spec.clusterIPs[0]: Invalid value: \"10.0.0.2\": may not change once set"],
            Check.UpdateProblems(ResourceTypes.Services, old, old.Replace("0.1", "0.2", StringComparison.Ordinal)));
        Assert.Equal("10.0.0.1", Updated(old, """{"ports":[{"port":81}]}""").ClusterIp);
        Assert.Null(Updated(old, """{"type":"ExternalName","externalName":"a.example","clusterIP":"10.0.0.1","internalTrafficPolicy":"Cluster"}""").ClusterIp);
    }

    [Fact]
    public void A_node_port_is_kept_by_who_leaves_it_out_and_goes_with_the_type()
    {
        string old = Document("""{"type":"NodePort","ports":[{"port":80,"nodePort":30080}]}""");
        Assert.Equal(30080, Updated(old, """{"type":"NodePort","ports":[{"port":80}]}""").Ports![0].NodePort);
        var closed = Updated(old, """{"type":"ClusterIP","externalTrafficPolicy":"Cluster","ports":[{"port":80,"nodePort":30080}]}""");
        Assert.Null(closed.Ports![0].NodePort);
        Assert.Null(closed.ExternalTrafficPolicy);
    }

    [Theory]
    [InlineData("""{"selector":{"b":"2","a":"1"},"ports":[{"port":80},{"name":"b","port":53,"protocol":"UDP"}]}""", "ClusterIP|<none>|<none>|80/TCP,53/UDP|60m|a=1,b=2")]
    [InlineData("""{"clusterIP":"None"}""", "ClusterIP|None|<none>|<none>|60m|<none>")]
    [InlineData("""{"type":"NodePort","externalIPs":["1.2.3.4","1.2.3.5"],"ports":[{"port":80,"nodePort":30080}]}""", "NodePort|<none>|1.2.3.4,1.2.3.5|80:30080/TCP|60m|<none>")]
    [InlineData("""{"type":"LoadBalancer","ports":[{"port":80}]}""", "LoadBalancer|<none>|<pending>|80/TCP|60m|<none>")]
    [InlineData("""{"type":"ExternalName","externalName":"a.example"}""", "ExternalName|<none>|a.example|<none>|60m|<none>")]
    public void A_service_shows_what_kubectl_shows(string spec, string cells) => Assert.Equal($"web|{cells}", Check.Row(ResourceTypes.Services, Document(spec)));

    [Fact]
    public void A_load_balancer_shows_its_addresses()
    {
        var service = Of("""{"type":"LoadBalancer","ports":[{"port":80}]}""") with
        {
            Status = new() { LoadBalancer = new() { Ingress = [new() { Hostname = "b.example" }, new() { Ip = "1.2.3.4" }] } },
        };
        Assert.Equal("1.2.3.4,b.example", KindRegistry.Of<Service>().Columns[3].Value(service, A.Epoch));
    }

    [Theory]
    [InlineData("""[{}]""", "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`")]
    [InlineData("""[{"addresses":[{"ip":"169.254.0.1"}]}]""", "subsets[0].addresses[0].ip: Invalid value: \"169.254.0.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("""[{"notReadyAddresses":[{"ip":"x"}]}]""", "subsets[0].notReadyAddresses[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":1,"name":"a"},{"port":2}]}]""", "subsets[0].ports[1].name: Required value")]
    [InlineData("""[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":70000}]}]""", "subsets[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    public void Bad_endpoints_are_refused(string subsets, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.Endpoints, Endpoints(subsets)));

    [Fact]
    public void An_address_does_not_move_to_another_node() => Assert.Equal(["subsets[0].addresses[0].nodeName: Forbidden: Cannot change NodeName for 10.0.0.1 to n2"],
        Check.UpdateProblems(ResourceTypes.Endpoints, Endpoints("""[{"addresses":[{"ip":"10.0.0.1","nodeName":"n1"}]}]"""), Endpoints("""[{"addresses":[{"ip":"10.0.0.1","nodeName":"n2"}]}]""")));

    [Theory]
    [InlineData("[]", "<none>")]
    [InlineData("""[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]}]""", "10.0.0.1,10.0.0.2")]
    [InlineData("""[{"addresses":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],"ports":[{"name":"a","port":80},{"name":"b","port":81}]}]""", "10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 1 more...")]
    public void Endpoints_show_what_kubectl_shows(string subsets, string cell) => Assert.Equal($"web|{cell}|60m", Check.Row(ResourceTypes.Endpoints, Endpoints(subsets)));

    [Theory]
    [InlineData("""{}""", "addressType: Required value")]
    [InlineData("""{"addressType":"IPv4","endpoints":[{}]}""", "endpoints[0].addresses: Required value: must contain at least 1 address")]
    [InlineData("""{"addressType":"IPv4","endpoints":[{"addresses":["fd00::1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be an IPv4 address")]
    [InlineData("""{"addressType":"IPv4","ports":[{"port":1},{"port":2}]}""", "ports[1].name: Duplicate value: \"\"")]
    [InlineData("""{"addressType":"IPv4","ports":[{"port":0}]}""", "ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    public void A_bad_endpoint_slice_is_refused(string body, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.EndpointSlices, Slice(body)));

    [Fact]
    public void The_kind_of_addresses_is_immutable_and_generation_follows_the_endpoints()
    {
        Assert.Equal(["addressType: Invalid value: \"IPv6\": field is immutable"],
            Check.UpdateProblems(ResourceTypes.EndpointSlices, Slice("""{"addressType":"IPv4"}"""), Slice("""{"addressType":"IPv6"}""")));
        var kind = KindRegistry.Of<EndpointSlice>();
        var old = kind.PrepareForCreate(Check.Default(kind, Slice("""{"addressType":"IPv4","ports":[{"port":1}]}""")), A.Epoch);
        Assert.Equal(1, kind.PrepareForUpdate(old, old).Metadata.Generation);
        Assert.Equal(2, kind.PrepareForUpdate(old, (EndpointSlice)old with { Endpoints = [new() { Addresses = ["10.0.0.1"] }] }).Metadata.Generation);
    }

    [Theory]
    [InlineData("""{"addressType":"IPv4"}""", "IPv4|<unset>|<unset>")]
    [InlineData("""{"addressType":"IPv4","ports":[{"port":80},{"name":"x"}],"endpoints":[{"addresses":["10.0.0.1"]},{"addresses":["10.0.0.2"]},{"addresses":["10.0.0.3"]},{"addresses":["10.0.0.4"]}]}""", "IPv4|80,x|10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...")]
    public void An_endpoint_slice_shows_what_kubectl_shows(string body, string cells) => Assert.Equal($"web|{cells}|60m", Check.Row(ResourceTypes.EndpointSlices, Slice(body)));

    private static Service Of(string spec) => (Service)Check.Default(KindRegistry.Of<Service>(), Document(spec));

    private static ServiceSpec Updated(string old, string spec)
    {
        var kind = KindRegistry.Of<Service>();
        var after = kind.PrepareForUpdate(kind.PrepareForCreate(Check.Default(kind, old), A.Epoch), Of(spec));
        Assert.Empty(kind.Validate(after));
        return ((Service)after).Spec;
    }

    private static string Document(string spec) => $$"""{"metadata":{"name":"web","namespace":"default"},"spec":{{spec}}}""";

    private static string Endpoints(string subsets) => $$"""{"metadata":{"name":"web","namespace":"default"},"subsets":{{subsets}}}""";

    private static string Slice(string body) => $$"""{"metadata":{"name":"web","namespace":"default"}{{(body.Length > 2 ? "," : "")}}{{body[1..]}}""";
}
