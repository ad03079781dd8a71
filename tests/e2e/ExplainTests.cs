namespace CloudOrch.EndToEnd;

/// <summary><c>kubectl explain</c>, and that the schemas behind it take what is valid.</summary>
[Collection(Quiet.Name)]
public sealed class ExplainTests(Instance instance)
{
    /// <remarks>Since 1.27 kubectl reads version 3 of OpenAPI and calls objects by their type; version 2, which it read before, can still be asked for.</remarks>
    [Theory]
    [InlineData("pods.spec.containers.image", "FIELD: image <string>", "FIELD: image <string>", "The image that the container is started from")]
    [InlineData("pods.spec.containers", "FIELD: containers <[]Container>", "RESOURCE: containers <[]Object>", "One program with its file system")]
    [InlineData("pods.spec.affinity", "FIELD: affinity <Affinity>", "RESOURCE: affinity <Object>", "Which nodes the pod prefers")]
    [InlineData("pods.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.topologyKey", "FIELD: topologyKey <string>", "FIELD: topologyKey <string>", "The label of nodes whose value must be the same")]
    [InlineData("pods.spec.volumes.iscsi", "iqn <string> -required-", "iqn <string> -required-", "The target's qualified name")]
    [InlineData("deployment.spec.template.spec.containers.lifecycle.preStop.httpGet.port", "FIELD: port <IntOrString>", "FIELD: port <string>", "The port by number")]
    [InlineData("pv.spec.rbd.secretRef.namespace", "FIELD: namespace <string>", "FIELD: namespace <string>", "The Secret's namespace")]
    [InlineData("deployment.spec.replicas", "FIELD: replicas <integer>", "FIELD: replicas <integer>", "Default 1.")]
    [InlineData("hpa.spec", "FIELD: spec <HorizontalPodAutoscalerSpec>", "RESOURCE: spec <Object>", "What is scaled, by which measure")]
    [InlineData("services.spec.ports.targetPort", "FIELD: targetPort <IntOrString>", "FIELD: targetPort <string>", "The pods' port by number or name")]
    [InlineData("cm.data", "FIELD: data <map[string]string>", "FIELD: data <map[string]string>", "Texts by key")]
    [InlineData("secrets", "KIND: Secret", "KIND: Secret", "Confidential settings")]
    public async Task A_field_is_explained_with_its_type(string field, string version3, string version2, string description)
    {
        foreach (var (isVersion2, output) in await FormsAsync())
        {
            string said = Words((await instance.KubectlAsync(["explain", field, .. output])).Succeeded().Out);
            Assert.Contains(isVersion2 ? version2 : version3, said, StringComparison.Ordinal);
            Assert.Contains(description, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task All_fields_of_a_Deployment_are_listed()
    {
        foreach (var (_, output) in await FormsAsync())
        {
            string said = Words((await instance.KubectlAsync(["explain", "deployment", "--recursive", .. output])).Succeeded().Out);
            foreach (string field in (string[])["progressDeadlineSeconds <integer>", "maxSurge <", "containerPort <integer>", "topologySpreadConstraints <"])
                Assert.Contains(field, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Valid_manifests_pass_validation_and_a_wrong_field_does_not()
    {
        await using var space = await instance.NamespaceAsync();
        string[] apply = ["--namespace", space.Name, "apply", "--validate=true", "-f", "-"];
        (await instance.KubectlWithAsync(Manifests, apply)).Succeeded();
        var changed = (await instance.KubectlWithAsync(Manifests.Replace("maxSurge: 25%", "maxSurge: 50%", StringComparison.Ordinal), apply)).Succeeded();
        Assert.Contains("deployment.apps/web configured", changed.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("error calculating patch", changed.Error, StringComparison.Ordinal);
        var refused = await instance.KubectlWithAsync(Manifests.Replace("maxSurge", "maxsurge", StringComparison.Ordinal), apply);
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("unknown field", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>The arguments for each version of OpenAPI that this kubectl can explain from.</summary>
    private async Task<IReadOnlyList<(bool IsVersion2, string[] Output)>> FormsAsync()
    {
        string help = (await instance.KubectlAsync("explain", "--help")).Succeeded().Out;
        return help.Contains("plaintext-openapiv2", StringComparison.Ordinal)
            ? [(false, ["--output", "plaintext"]), (true, ["--output", "plaintext-openapiv2"])]
            : [(true, [])];
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Numbers and percentages, quantities with and without a unit, maps, fields that nothing acts on, nulls, several kinds; no pod is started.</summary>
    private const string Manifests = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          creationTimestamp: null
          labels: {app: web}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          strategy:
            rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}
          template:
            metadata:
              creationTimestamp: null
              labels: {app: web}
            spec:
              affinity:
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                  - weight: 1
                    podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {app: web}}}
              topologySpreadConstraints:
              - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
              containers:
              - name: main
                image: busybox:1
                ports: [{containerPort: 8080, name: http}]
                env:
                - {name: A, value: "1"}
                - {name: B, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                resources: {limits: {cpu: 1, memory: 64Mi}, requests: {cpu: 0.1}}
                readinessProbe: {httpGet: {path: /, port: http}}
                livenessProbe: {tcpSocket: {port: 8080}}
                lifecycle: {preStop: {exec: {command: ["true"]}}}
                volumeMounts: [{name: tmp, mountPath: /tmp}]
              volumes:
              - {name: tmp, emptyDir: {sizeLimit: 1Gi}}
              - {name: all, projected: {sources: [{configMap: {name: settings}}]}}
        status: {}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {a: b}
        binaryData: {c: AAEC}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81, targetPort: 8080}]}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: key}
        data: {password: cGFzcw==}
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web}
        spec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          maxReplicas: 3
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
        """;
}
