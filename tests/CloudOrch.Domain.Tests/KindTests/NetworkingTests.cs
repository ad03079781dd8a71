using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.NetworkPolicies;

namespace CloudOrch.Domain.Tests.KindTests;

public class NetworkingTests
{
    private const string Backend = """ "backend":{"service":{"name":"web","port":{"number":80}}} """;

    [Theory]
    [InlineData("""{}""", "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified")]
    [InlineData("""{"defaultBackend":{}}""", "spec.defaultBackend: Invalid value: \"\": resource or service backend is required")]
    [InlineData("""{"defaultBackend":{"service":{"name":"web"}}}""", "spec.defaultBackend: Required value: port name or number is required")]
    [InlineData("""{"defaultBackend":{"service":{"name":"web","port":{"name":"http","number":80}}}}""", "spec.defaultBackend: Invalid value: \"\": cannot set both port name & port number")]
    [InlineData("""{"defaultBackend":{"service":{"name":"web","port":{"number":70000}}}}""", "spec.defaultBackend.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("""{"defaultBackend":{"service":{"port":{"number":80}}}}""", "spec.defaultBackend.service.name: Required value")]
    [InlineData("""{"defaultBackend":{"resource":{"kind":"Bucket"}}}""", "spec.defaultBackend.resource.name: Required value: name is required")]
    [InlineData("""{"rules":[{"host":"10.0.0.1"}]}""", "spec.rules[0].host: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address")]
    [InlineData("""{"rules":[{"http":{}}]}""", "spec.rules[0].http.paths: Required value")]
    [InlineData("""{"rules":[{}],"ingressClassName":"a/b"}""", "spec.ingressClassName: Invalid value: \"a/b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    public void A_bad_ingress_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.Ingresses, Document(spec)));

    [Theory]
    [InlineData("""{"path":"/"}""", "pathType: Required value: pathType must be specified")]
    [InlineData("""{"path":"/","pathType":"Regex"}""", "pathType: Unsupported value: \"Regex\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\"")]
    [InlineData("""{"path":"web","pathType":"Prefix"}""", "path: Invalid value: \"web\": must be an absolute path")]
    [InlineData("""{"path":"/a//b","pathType":"Exact"}""", "path: Invalid value: \"/a//b\": must not contain '//'")]
    [InlineData("""{"path":"/a/..","pathType":"Exact"}""", "path: Invalid value: \"/a/..\": cannot end with '/..'")]
    public void A_bad_path_is_refused(string path, string problem) => Assert.Equal([$"spec.rules[0].http.paths[0].{problem}"],
        Check.Problems(ResourceTypes.Ingresses, Document($$$"""{"rules":[{"http":{"paths":[{{{path[..^1]}}},{{{Backend}}}}]}}]}""")));

    [Fact]
    public void A_host_may_begin_with_a_star_and_nothing_else()
    {
        Assert.Empty(Check.Problems(ResourceTypes.Ingresses, Document("""{"rules":[{"host":"*.example.com"}]}""")));
        Assert.StartsWith("spec.rules[0].host: Invalid value: \"a.*.com\": a wildcard DNS-1123 subdomain must start with '*.'",
            Assert.Single(Check.Problems(ResourceTypes.Ingresses, Document("""{"rules":[{"host":"a.*.com"}]}"""))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ingressClassName":"nginx","rules":[{"host":"a.example"},{"host":"b.example"}],"tls":[{"hosts":["a.example"]}]}""", "nginx|a.example,b.example||80, 443")]
    [InlineData("""{"rules":[{}]}""", "<none>|*||80")]
    [InlineData("""{"rules":[{"host":"a"},{"host":"b"},{"host":"c"},{"host":"d"}]}""", "<none>|a,b,c + 1 more...||80")]
    public void An_ingress_shows_what_kubectl_shows(string spec, string cells) => Assert.Equal($"x|{cells}|60m", Check.Row(ResourceTypes.Ingresses, Document(spec)));

    [Theory]
    [InlineData("""{}""", "spec.controller: Required value")]
    [InlineData("""{"controller":"nginx"}""", "spec.controller: Invalid value: \"nginx\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData("""{"controller":"acme.io/x","parameters":{"kind":"K","name":"n","scope":"Namespace"}}""", "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'")]
    [InlineData("""{"controller":"acme.io/x","parameters":{"kind":"K","name":"n","namespace":"a"}}""", "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'")]
    public void A_bad_ingress_class_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.IngressClasses, Global(spec)));

    [Fact]
    public void The_controller_of_an_ingress_class_is_immutable()
    {
        Assert.Equal(["spec.controller: Invalid value: \"acme.io/y\": field is immutable"],
            Check.UpdateProblems(ResourceTypes.IngressClasses, Global("""{"controller":"acme.io/x"}"""), Global("""{"controller":"acme.io/y"}""")));
        Assert.Equal("x|acme.io/x|K.acme.io/n|60m", Check.Row(ResourceTypes.IngressClasses, Global("""{"controller":"acme.io/x","parameters":{"apiGroup":"acme.io","kind":"K","name":"n"}}""")));
    }

    [Fact]
    public void A_network_policy_gets_the_defaults_of_Kubernetes()
    {
        var spec = ((NetworkPolicy)Check.Default(KindRegistry.Of<NetworkPolicy>(), Document("""{"egress":[{"ports":[{"port":53}]}]}"""))).Spec;
        Assert.Equal(["Ingress", "Egress"], spec.PolicyTypes!);
        Assert.Equal("TCP", spec.Egress![0].Ports![0].Protocol);
        Assert.Equal(["Ingress"], ((NetworkPolicy)Check.Default(KindRegistry.Of<NetworkPolicy>(), Document("{}"))).Spec.PolicyTypes!);
        Assert.Equal("x|<none>|60m", Check.Row(ResourceTypes.NetworkPolicies, Document("{}")));
        Assert.Equal("x|app=web|60m", Check.Row(ResourceTypes.NetworkPolicies, Document("""{"podSelector":{"matchLabels":{"app":"web"}}}""")));
    }

    [Theory]
    [InlineData("""{"ingress":[{"from":[{}]}]}""", "spec.ingress[0].from[0]: Required value: must specify a peer")]
    [InlineData("""{"ingress":[{"from":[{"podSelector":{},"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}""", "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer")]
    [InlineData("""{"egress":[{"to":[{"ipBlock":{"cidr":"10"}}]}]}""", "spec.egress[0].to[0].ipBlock.cidr: Invalid value: \"10\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("""{"egress":[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/16"]}}]}]}""", "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`")]
    [InlineData("""{"ingress":[{"ports":[{"port":"http","endPort":90}]}]}""", "spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric")]
    [InlineData("""{"ingress":[{"ports":[{"port":80,"endPort":70}]}]}""", "spec.ingress[0].ports[0].endPort: Invalid value: 70: must be greater than or equal to `port`")]
    [InlineData("""{"ingress":[{"ports":[{"port":80,"protocol":"ICMP"}]}]}""", "spec.ingress[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("""{"policyTypes":["Both"]}""", "spec.policyTypes[0]: Unsupported value: \"Both\": supported values: \"Egress\", \"Ingress\"")]
    public void A_bad_network_policy_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.NetworkPolicies, Document(spec)));

    private static string Document(string spec) => $$"""{"metadata":{"name":"x","namespace":"default"},"spec":{{spec}}}""";

    private static string Global(string spec) => $$"""{"metadata":{"name":"x"},"spec":{{spec}}}""";
}
