using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>What of a pod is checked although nothing acts on it yet.</summary>
public class PodOptionTests
{
    private const string Term = """ "matchExpressions":[{"key":"zone","operator":"In","values":["a"]}] """;

    [Theory]
    [InlineData($$$""" "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{{{{Term}}}},{"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}]},"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":{"matchExpressions":[{"key":"cores","operator":"Gt","values":["4"]}]}}]}} """)]
    [InlineData(""" "affinity":{"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"podAffinityTerm":{"topologyKey":"zone","namespaces":["a"],"labelSelector":{"matchLabels":{"a":"b"}}}}]},"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","namespaceSelector":{},"matchLabelKeys":["pod-template-hash"]}]}} """)]
    [InlineData(""" "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","minDomains":2,"nodeTaintsPolicy":"Honor","labelSelector":{"matchLabels":{"a":"b"}}},{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway"}] """)]
    [InlineData(""" "dnsPolicy":"None","dnsConfig":{"nameservers":["10.0.0.1"],"searches":["a.example"],"options":[{"name":"ndots","value":"2"},{"name":"edns0"}]} """)]
    [InlineData(""" "readinessGates":[{"conditionType":"e.example/ready"}],"schedulingGates":[{"name":"e.example/wait"}],"os":{"name":"linux"},"overhead":{"cpu":"100m"},"hostnameOverride":"h" """)]
    [InlineData(""" "securityContext":{"seccompProfile":{"type":"RuntimeDefault"},"appArmorProfile":{"type":"Localhost","localhostProfile":"p"},"sysctls":[{"name":"net.core.somaxconn","value":"1"}],"seLinuxOptions":{"level":"s0"},"windowsOptions":{"runAsUserName":"u"}} """)]
    public void A_good_pod_is_taken(string spec) => Assert.Empty(Problems(spec, ""));

    [Theory]
    [InlineData(""" "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{}}} """, "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term")]
    [InlineData(""" "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"Near"}]}]}}} """, "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator")]
    [InlineData(""" "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.uid","operator":"In","values":["n"]}]}]}}} """, "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: Invalid value: \"metadata.uid\": not a valid field selector key")]
    [InlineData($$$""" "affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":0,"preference":{{{{Term}}}}}]}} """, "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100")]
    [InlineData(""" "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"labelSelector":{}}]}} """, "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty")]
    [InlineData(""" "topologySpreadConstraints":[{"maxSkew":0,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}] """, "topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero")]
    [InlineData(""" "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"Wait"}] """, "topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"Wait\": supported values: \"DoNotSchedule\", \"ScheduleAnyway\"")]
    [InlineData(""" "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","minDomains":2}] """, "topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway")]
    [InlineData(""" "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"},{"maxSkew":2,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}] """, "topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{zone, DoNotSchedule}\"")]
    [InlineData(""" "dnsPolicy":"None" """, "dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None")]
    [InlineData(""" "dnsConfig":{"nameservers":["here"]} """, "dnsConfig.nameservers[0]: Invalid value: \"here\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData(""" "dnsConfig":{"options":[{"value":"2"}]} """, "dnsConfig.options[0].name: Required value")]
    [InlineData(""" "schedulingGates":[{"name":"a"},{"name":"a"}] """, "schedulingGates[1].name: Duplicate value: \"a\"")]
    [InlineData(""" "resources":{"limits":{"cpu":"1"},"requests":{"cpu":"2"}} """, "resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1")]
    [InlineData(""" "resources":{"claims":[{"name":"gpu"}]} """, "resources.claims: Forbidden: claims cannot be set for Resources at pod-level")]
    [InlineData(""" "initContainers":[{"name":"i","image":"i","lifecycle":{"preStop":{"sleep":{"seconds":1}}}}] """, "initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always")]
    [InlineData(""" "os":{"name":"beos"} """, "os.name: Unsupported value: \"beos\": supported values: \"linux\", \"windows\"")]
    [InlineData(""" "resourceClaims":[{"name":"gpu"}] """, "resourceClaims[0]: Invalid value: {\"name\":\"gpu\"}: must specify exactly one of: `resourceClaimName`, `resourceClaimTemplateName`")]
    [InlineData(""" "securityContext":{"seccompProfile":{"type":"Localhost"}} """, "securityContext.seccompProfile.localhostProfile: Required value: must be set when type is Localhost")]
    [InlineData(""" "securityContext":{"appArmorProfile":{"type":"Mine"}} """, "securityContext.appArmorProfile.type: Unsupported value: \"Mine\": supported values: \"Localhost\", \"RuntimeDefault\", \"Unconfined\"")]
    [InlineData(""" "securityContext":{"sysctls":[{"name":"Net","value":"1"}]} """, "securityContext.sysctls[0].name: Invalid value: \"Net\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$")]
    [InlineData(""" "ephemeralContainers":[{"name":"e","image":"i","targetContainerName":"c"}] """, "ephemeralContainers: Forbidden: ephemeral containers are not served: a pod's containers are those that it was made with")]
    public void A_bad_pod_is_refused(string spec, string problem) => Assert.Equal([$"spec.{problem}"], Problems(spec, ""));

    [Theory]
    [InlineData(""" "lifecycle":{"preStop":{}} """, "lifecycle.preStop: Required value: must specify a handler type")]
    [InlineData(""" "lifecycle":{"preStop":{"exec":{"command":["true"]},"sleep":{"seconds":1}}} """, "lifecycle.preStop.sleep: Forbidden: may not specify more than 1 handler type")]
    [InlineData(""" "lifecycle":{"preStop":{"sleep":{"seconds":31}}} """, "lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{"fileKeyRef":{"volumeName":"v","path":"../f","key":"A"}}}] """, "env[0].valueFrom.fileKeyRef.path: Invalid value: \"../f\": must not contain '..'")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{"fileKeyRef":{"volumeName":"v","path":"f"}}}] """, "env[0].valueFrom.fileKeyRef.key: Required value")]
    [InlineData(""" "lifecycle":{"postStart":{"httpGet":{"port":0}}} """, "lifecycle.postStart.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData(""" "livenessProbe":{"grpc":{"port":70000}} """, "livenessProbe.grpc.port: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData(""" "volumeDevices":[{"name":"none","devicePath":"/d"}] """, "volumeDevices[0].name: Not found: \"none\"")]
    [InlineData(""" "resizePolicy":[{"resourceName":"disk","restartPolicy":"NotRequired"}] """, "resizePolicy[0].resourceName: Unsupported value: \"disk\": supported values: \"cpu\", \"memory\"")]
    [InlineData(""" "restartPolicyRules":[{"action":"Restart"}] """, "restartPolicyRules[0].exitCodes: Required value")]
    [InlineData(""" "resources":{"claims":[{"name":"gpu"}]} """, "resources.claims[0].name: Not found: \"gpu\"")]
    [InlineData(""" "securityContext":{"seccompProfile":{"type":"Unconfined","localhostProfile":"p"}} """, "securityContext.seccompProfile.localhostProfile: Invalid value: \"p\": can only be set when type is Localhost")]
    public void A_bad_container_is_refused(string container, string problem) => Assert.Equal([$"spec.containers[0].{problem}"], Problems("", container));

    [Fact]
    public void A_variable_from_a_file_has_to_be_there() => Assert.False(
        ((Pod)Check.Default(KindRegistry.Of<Pod>(), Json("", """ "env":[{"name":"A","valueFrom":{"fileKeyRef":{"volumeName":"v","path":"f","key":"A"}}}] """)))
            .Spec.Containers[0].Env![0].ValueFrom!.FileKeyRef!.Optional);

    [Fact]
    public void A_request_of_a_hook_is_completed_as_that_of_a_probe()
    {
        var pod = (Pod)Check.Default(KindRegistry.Of<Pod>(), Json("", """ "lifecycle":{"preStop":{"httpGet":{"port":80}}},"livenessProbe":{"grpc":{"port":80}} """));
        var http = pod.Spec.Containers[0].Lifecycle!.PreStop!.HttpGet!;
        Assert.Equal(("/", "HTTP", ""), (http.Path, http.Scheme, pod.Spec.Containers[0].LivenessProbe!.Grpc!.Service));
    }

    private static IReadOnlyList<string> Problems(string spec, string container) => Check.Problems(ResourceTypes.Pods, Json(spec, container));

    private static string Json(string spec, string container)
    {
        string containers = string.Join(',', new[] { """ "name":"c","image":"i" """, container }.Where(p => p.Length > 0));
        string rest = string.Join(',', new[] { """ "containers":[{""" + containers + "}]", spec }.Where(p => p.Length > 0));
        return """{"metadata":{"name":"x","namespace":"default"},"spec":{""" + rest + "}}";
    }
}
