using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.KindTests;

public class PodRulesTests
{
    [Theory]
    [InlineData("""{"containers":[]}""", "spec.containers: Required value")]
    [InlineData("""{"containers":[{"image":"i"}]}""", "spec.containers[0].name: Required value")]
    [InlineData("""{"containers":[{"name":"c"}]}""", "spec.containers[0].image: Required value")]
    [InlineData("""{"containers":[{"name":"c","image":" i"}]}""", "spec.containers[0].image: Invalid value: \" i\": must not have leading or trailing whitespace")]
    [InlineData("""{"containers":[{"name":"c","image":"i"},{"name":"c","image":"i"}]}""", "spec.containers[1].name: Duplicate value: \"c\"")]
    [InlineData("""{"initContainers":[{"name":"c","image":"i"}],"containers":[{"name":"c","image":"i"}]}""", "spec.containers[0].name: Duplicate value: \"c\"")]
    [InlineData("""{"containers":[{"name":"c","image":"i","imagePullPolicy":"Sometimes"}]}""", "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [InlineData("""{"restartPolicy":"Maybe","containers":[{"name":"c","image":"i"}]}""", "spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"Never\", \"OnFailure\"")]
    [InlineData("""{"dnsPolicy":"Mine","containers":[{"name":"c","image":"i"}]}""", "spec.dnsPolicy: Unsupported value: \"Mine\": supported values: \"ClusterFirst\", \"ClusterFirstWithHostNet\", \"Default\", \"None\"")]
    [InlineData("""{"terminationGracePeriodSeconds":-1,"containers":[{"name":"c","image":"i"}]}""", "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("""{"activeDeadlineSeconds":0,"containers":[{"name":"c","image":"i"}]}""", "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive")]
    [InlineData("""{"hostAliases":[{"ip":"1.2.3"}],"containers":[{"name":"c","image":"i"}]}""", "spec.hostAliases[0].ip: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""{"nodeSelector":{"a":"-"},"containers":[{"name":"c","image":"i"}]}""", "spec.nodeSelector: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("""{"tolerations":[{"value":"x"}],"containers":[{"name":"c","image":"i"}]}""", "spec.tolerations[0].operator: Invalid value: \"\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"")]
    [InlineData("""{"tolerations":[{"key":"a","tolerationSeconds":5}],"containers":[{"name":"c","image":"i"}]}""", "spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set")]
    [InlineData("""{"tolerations":[{"key":"a","operator":"Exists","value":"v"}],"containers":[{"name":"c","image":"i"}]}""", "spec.tolerations[0].operator: Invalid value: {\"key\":\"a\",\"operator\":\"Exists\",\"value\":\"v\"}: value must be empty when `operator` is 'Exists'")]
    [InlineData("""{"tolerations":[{"key":"a","effect":"Never"}],"containers":[{"name":"c","image":"i"}]}""", "spec.tolerations[0].effect: Unsupported value: \"Never\": supported values: \"NoExecute\", \"NoSchedule\", \"PreferNoSchedule\"")]
    public void A_bad_pod_is_refused_in_the_words_of_Kubernetes(string spec, string problem) => Assert.Equal([problem], Problems(spec));

    [Theory]
    [InlineData("""{"containerPort":0}""", ".containerPort: Required value")]
    [InlineData("""{"containerPort":70000}""", ".containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("""{"containerPort":80,"hostPort":-1}""", ".hostPort: Invalid value: -1: must be between 1 and 65535, inclusive")]
    [InlineData("""{"containerPort":80,"protocol":"ICMP"}""", ".protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("""{"containerPort":80,"name":"much-too-long-name"}""", ".name: Invalid value: \"much-too-long-name\": must be no more than 15 characters")]
    [InlineData("""{"containerPort":80,"name":"1234"}""", ".name: Invalid value: \"1234\": must contain at least one letter (a-z)")]
    [InlineData("""{"containerPort":80,"hostPort":80,"hostIP":"here"}""", ".hostIP: Invalid value: \"here\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    public void A_bad_port_is_refused(string port, string problem) => AssertContainer($$"""{"name":"c","image":"i","ports":[{{port}}]}""", ".ports[0]" + problem);

    [Fact]
    public void Ports_must_not_clash()
    {
        AssertContainer("""{"name":"c","image":"i","ports":[{"containerPort":80,"name":"a"},{"containerPort":81,"name":"a"}]}""", ".ports[1].name: Duplicate value: \"a\"");
        AssertContainer("""{"name":"c","image":"i","ports":[{"containerPort":80,"hostPort":8080},{"containerPort":81,"hostPort":8080}]}""", ".ports[1].hostPort: Duplicate value: \"TCP//8080\"");
        Assert.Equal(["spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` is true"],
            Problems("""{"hostNetwork":true,"containers":[{"name":"c","image":"i","ports":[{"containerPort":80,"hostPort":81}]}]}"""));
    }

    [Theory]
    [InlineData("""{"name":""}""", ".name: Required value")]
    [InlineData("""{"name":"1x"}""", ".name: Invalid value: \"1x\": a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')")]
    [InlineData("""{"name":"X","valueFrom":{}}""", ".valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`")]
    [InlineData("""{"name":"X","value":"v","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}""", ".valueFrom: Invalid value: \"\": may not be specified when `value` is not empty")]
    [InlineData("""{"name":"X","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"},"secretKeyRef":{"name":"m","key":"k"}}}""", ".valueFrom: Invalid value: \"\": may not have more than one field specified at a time")]
    [InlineData("""{"name":"X","valueFrom":{"configMapKeyRef":{"key":"k"}}}""", ".valueFrom.configMapKeyRef.name: Required value")]
    [InlineData("""{"name":"X","valueFrom":{"configMapKeyRef":{"name":"m"}}}""", ".valueFrom.configMapKeyRef.key: Required value")]
    [InlineData("""{"name":"X","valueFrom":{"fieldRef":{"fieldPath":"spec.replicas"}}}""", ".valueFrom.fieldRef.fieldPath: Unsupported value: \"spec.replicas\": supported values: \"metadata.annotations['<KEY>']\", \"metadata.labels['<KEY>']\", \"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\", \"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\"")]
    public void A_bad_variable_is_refused(string variable, string problem) => AssertContainer($$"""{"name":"c","image":"i","env":[{{variable}}]}""", ".env[0]" + problem);

    [Theory]
    [InlineData("""{}""", ": Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`")]
    [InlineData("""{"configMapRef":{}}""", ".configMapRef.name: Required value")]
    public void A_bad_source_of_variables_is_refused(string source, string problem) => AssertContainer($$"""{"name":"c","image":"i","envFrom":[{{source}}]}""", ".envFrom[0]" + problem);

    [Theory]
    [InlineData("""{"limits":{"cpu":"-1"}}""", ".limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("""{"limits":{"cpu":"1"},"requests":{"cpu":"2"}}""", ".requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1")]
    [InlineData("""{"requests":{"example.com/gpu":"1"}}""", ".limits: Required value: Limit must be set for non overcommitable resources: example.com/gpu")]
    [InlineData("""{"limits":{"example.com/gpu":"1500m"}}""", ".limits[example.com/gpu]: Invalid value: \"1500m\": must be an integer")]
    public void Bad_resources_are_refused(string resources, string problem) => Assert.Contains($"spec.containers[0].resources{problem}",
        Problems($$"""{"containers":[{"name":"c","image":"i","resources":{{resources}}}]}"""));

    [Theory]
    [InlineData("""{"name":"V","emptyDir":{}}""", "spec.volumes[0].name: Invalid value: \"V\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("""{"emptyDir":{}}""", "spec.volumes[0].name: Required value")]
    [InlineData("""{"name":"v","emptyDir":{},"hostPath":{"path":"/x"}}""", "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type")]
    [InlineData("""{"name":"v","hostPath":{"path":"/x/../y"}}""", "spec.volumes[0].hostPath.path: Invalid value: \"/x/../y\": must not contain '..'")]
    [InlineData("""{"name":"v","hostPath":{"path":""}}""", "spec.volumes[0].hostPath.path: Required value")]
    [InlineData("""{"name":"v","hostPath":{"path":"/x","type":"Tape"}}""", "spec.volumes[0].hostPath.type: Unsupported value: \"Tape\": supported values: \"\", \"BlockDevice\", \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\"")]
    [InlineData("""{"name":"v","configMap":{}}""", "spec.volumes[0].configMap.name: Required value")]
    [InlineData("""{"name":"v","configMap":{"name":"m","defaultMode":512}}""", "spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive")]
    [InlineData("""{"name":"v","configMap":{"name":"m","items":[{"key":"k","path":"../up"}]}}""", "spec.volumes[0].configMap.items[0].path: Invalid value: \"../up\": must not contain '..'")]
    [InlineData("""{"name":"v","emptyDir":{"medium":"Paper"}}""", "spec.volumes[0].emptyDir.medium: Unsupported value: \"Paper\": supported values: \"\", \"HugePages\", \"Memory\"")]
    public void A_bad_volume_is_refused(string volume, string problem) =>
        Assert.Equal([problem], Problems($$"""{"volumes":[{{volume}}],"containers":[{"name":"c","image":"i"}]}"""));

    [Fact]
    public void Volumes_have_different_names() => Assert.Equal(["spec.volumes[1].name: Duplicate value: \"v\""],
        Problems("""{"volumes":[{"name":"v"},{"name":"v"}],"containers":[{"name":"c","image":"i"}]}"""));

    [Theory]
    [InlineData("""{"name":"w","mountPath":"/x"}""", ".name: Not found: \"w\"")]
    [InlineData("""{"name":"v"}""", ".mountPath: Required value")]
    [InlineData("""{"name":"v","mountPath":"/x","subPath":"/abs"}""", ".subPath: Invalid value: \"/abs\": must be a relative path")]
    public void A_bad_mount_is_refused(string mount, string problem) => Assert.Equal([$"spec.containers[0].volumeMounts[0]{problem}"],
        Problems($$"""{"volumes":[{"name":"v"}],"containers":[{"name":"c","image":"i","volumeMounts":[{{mount}}]}]}"""));

    [Fact]
    public void Two_mounts_do_not_share_a_path() => Assert.Equal(["spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/x\": must be unique"],
        Problems("""{"volumes":[{"name":"v"}],"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/x"},{"name":"v","mountPath":"/x"}]}]}"""));

    [Theory]
    [InlineData("""{"livenessProbe":{}}""", ".livenessProbe: Required value: must specify a handler type")]
    [InlineData("""{"livenessProbe":{"exec":{"command":["x"]},"tcpSocket":{"port":1}}}""", ".livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type")]
    [InlineData("""{"livenessProbe":{"exec":{}}}""", ".livenessProbe.exec.command: Required value")]
    [InlineData("""{"livenessProbe":{"tcpSocket":{"port":0}}}""", ".livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("""{"livenessProbe":{"httpGet":{"port":"Web"}}}""", ".livenessProbe.httpGet.port: Invalid value: \"Web\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")]
    [InlineData("""{"livenessProbe":{"httpGet":{"port":80,"scheme":"FTP"}}}""", ".livenessProbe.httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\", \"HTTPS\"")]
    [InlineData("""{"livenessProbe":{"tcpSocket":{"port":1},"successThreshold":2}}""", ".livenessProbe.successThreshold: Invalid value: 2: must be 1")]
    [InlineData("""{"readinessProbe":{"tcpSocket":{"port":1},"periodSeconds":-1}}""", ".readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("""{"readinessProbe":{"tcpSocket":{"port":1},"terminationGracePeriodSeconds":5}}""", ".readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes")]
    public void A_bad_probe_is_refused(string probe, string problem) => AssertContainer($$"""{"name":"c","image":"i",{{probe[1..]}}""", problem);

    [Fact]
    public void Init_containers_have_no_probes() => Assert.Equal(["spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always"],
        Problems("""{"initContainers":[{"name":"i","image":"i","livenessProbe":{"tcpSocket":{"port":1}}}],"containers":[{"name":"c","image":"i"}]}"""));

    [Fact]
    public void Privilege_and_its_denial_exclude_each_other() => Assert.Contains(
        Problems("""{"containers":[{"name":"c","image":"i","securityContext":{"privileged":true,"allowPrivilegeEscalation":false}}]}"""),
        p => p.EndsWith("cannot set `allowPrivilegeEscalation` to false and `privileged` to true", StringComparison.Ordinal));

    private static void AssertContainer(string container, string problem) =>
        Assert.Equal([$"spec.containers[0]{problem}"], Problems($$"""{"containers":[{{container}}]}"""));

    private static IReadOnlyList<string> Problems(string spec) =>
        Check.Problems(ResourceTypes.Pods, $$"""{"metadata":{"name":"p","namespace":"default"},"spec":{{spec}}}""");
}
