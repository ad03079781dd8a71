using System.Text.RegularExpressions;

namespace CloudOrch.EndToEnd;

/// <summary>One command as a person types it, how it must end and what it must print.</summary>
/// <param name="Arguments">Without <c>kubectl</c>; single quotes keep blanks together, {ns} is the test's namespace, {node} the node, {kustomization} a directory with one.</param>
/// <param name="Code">The exit code; null: it depends on kubectl's age.</param>
/// <param name="Prints">A regular expression that output and error together must match; null: nothing in particular.</param>
/// <param name="Input">What the command reads with <c>-f -</c>.</param>
public sealed record Step(string Arguments, int? Code, string? Prints, string? Input = null)
{
    public string[] Words(string space, string node, string kustomization) =>
        [.. Regex.Matches(Arguments, @"(?:[^\s']|'[^']*')+").Select(m => m.Value.Replace("'", "", StringComparison.Ordinal)
            .Replace("{ns}", space, StringComparison.Ordinal).Replace("{node}", node, StringComparison.Ordinal)
            .Replace("{kustomization}", kustomization, StringComparison.Ordinal))];
}

/// <summary>The verbs of the installed kubectl, one after the other as in a day's work: each with its exit code and its output, or the effect that the next one shows.</summary>
[Collection(Quiet.Name)]
public sealed class KubectlTests(Instance instance)
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {team: blue}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: busybox:1
                command: [sh, -c, 'echo hello; exec sleep 1000']
                env:
                - {name: COLOR, value: blue}
        """;

    private const string Budget = """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web}
        spec:
          minAvailable: 50%
          selector: {matchLabels: {app: web}}
        """;

    private const string OlderScaler = """
        apiVersion: autoscaling/v1
        kind: HorizontalPodAutoscaler
        metadata: {name: older}
        spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 3, targetCPUUtilizationPercentage: 70}
        """;

    private static readonly Step[] ReadsOfTheCluster =
    [
        new("version", 0, "Server Version"),
        new("cluster-info", 0, "is running at"),
        new("api-versions", 0, @"(?m)^apps/v1$"),
        new("api-resources", 0, @"(?m)^deployments +deploy +apps/v1 +true +Deployment"),
        new("api-resources --namespaced=false -o name", 0, @"(?m)^nodes$"),
        new("api-resources --api-group=apps --verbs=list,get", 0, "replicasets"),
        new("get --raw /healthz", 0, "^ok"),
        new("get --raw /apis", 0, "\"APIGroupList\""),
        new("get nodes", 0, @"(?m)^{node} +Ready"),
        new("get no -o wide", 0, "docker://"),
        new("get node {node} -o jsonpath={.metadata.name}", 0, "^{node}$"),
        new("get node {node} -o go-template={{.kind}}", 0, "^Node$"),
        new("get nodes -o custom-columns=N:.metadata.name,CPU:.status.capacity.cpu", 0, @"(?m)^{node} +\d+"),
        new("describe node {node}", 0, "Allocated resources:"),
        new("get namespaces", 0, @"(?m)^kube-system +Active"),
        new("get ns default -o yaml", 0, "kind: Namespace"),
        new("get ns default -o json", 0, "\"kind\": \"Namespace\""),
        new("get ns default -o name", 0, "^namespace/default"),
        new("get leases -n kube-node-lease", 0, @"(?m)^{node} +{node}"),
        new("get nodes nothing", 1, "nodes \"nothing\" not found"),
        new("get nothing", 1, "the server doesn't have a resource type \"nothing\""),
        new("get events -n sample", 0, null),
        new("auth can-i create deployments", 0, "^yes"),
        new("auth can-i delete nodes", 0, "yes"),
        new("auth can-i '*' '*'", 0, "^yes"),
        new("auth can-i --list", 0, @"\*\.\*"),
        new("get pods --as=jane", 1, "impersonation is not served"),
        new("config current-context", 0, "."),
        new("config view --minify -o jsonpath={.clusters[0].cluster.server}", 0, "^https://.*/clusters/local$"),
        new("api-versions", 0, @"(?m)^autoscaling/v1\r?\n(.*\n)*events\.k8s\.io/v1$"),
        new("explain hpa.spec.targetCPUUtilizationPercentage --api-version=autoscaling/v1", 0, "Percent of the CPU that the pods"),
        new("explain events.note --api-version=events.k8s.io/v1", 0, "A sentence for people: what happened"),
        new("explain pods.spec", 0, @"(?m)^ +containers\s+<\[\]\w+> -required-"),
        new("explain pods.spec.containers.image", null, "(?i)image|couldn't find resource"), // kubectl before 1.27 needs schemas in the OpenAPI of version 2
    ];

    private static readonly Step[] ConfigurationIsWritten =
    [
        new("create configmap c1 --from-literal=a=1 --from-literal=b=two", 0, "configmap/c1 created"),
        new("create configmap c1 --from-literal=a=1", 1, "\"c1\" already exists"),
        new("create configmap c2 --from-literal=a=1 --dry-run=client -o yaml", 0, "kind: ConfigMap"),
        new("create configmap c2 --from-literal=a=1 --dry-run=server", 0, @"created \(server dry run\)"),
        new("get configmap c2", 1, "not found"),
        new("get cm c1 -o jsonpath={.data.b}", 0, "^two$"),
        new("describe cm c1", 0, "two"),
        new("get cm", 0, @"(?m)^c1 +2 "),
        new("patch cm c1 --type=merge -p '{\"data\":{\"a\":\"9\",\"b\":null}}'", 0, "patched"),
        new("get cm c1 -o jsonpath={.data}", 0, "\"a\":\"9\"(?!.*two)"),
        new("patch cm c1 --type=json -p '[{\"op\":\"add\",\"path\":\"/data/z\",\"value\":\"26\"}]'", 0, "patched"),
        new("patch cm c1 --type=json -p '[{\"op\":\"test\",\"path\":\"/data/z\",\"value\":\"27\"}]'", 1, "(?i)test|request is invalid"),
        new("patch cm c1 --type=strategic -p '{\"data\":{\"s\":\"1\"}}'", 0, "patched"),
        new("patch cm c1 -p '{\"data\":{\"s\":\"1\"}}'", 0, "no change"),
        new("patch cm c1 -p 'nonsense'", 1, null),
        new("patch cm none -p '{\"data\":{\"s\":\"1\"}}'", 1, "not found"),
        new("label cm c1 tier=front", 0, "labeled"),
        new("label cm c1 tier=back", 1, "already has a value"),
        new("label cm c1 tier=back --overwrite", 0, "labeled"),
        new("get cm -l tier=back -o name", 0, "^configmap/c1"),
        new("get cm -l 'tier in (front,middle)' -o name", 0, "^$"),
        new("get cm -l '!tier'", 0, null),
        new("get cm -L tier", 0, @"(?m)^c1 .* back"),
        new("get cm --show-labels", 0, "tier=back"),
        new("get cm --field-selector=metadata.name=c1 -o name", 0, "^configmap/c1"),
        new("get cm --field-selector=data.a=9", 1, "(?i)field"),
        new("label cm c1 tier-", 0, "labeled|unlabeled"),
        new("annotate cm c1 note='two words'", 0, "configmap/c1 annotated?"),
        new("get cm c1 -o jsonpath={.metadata.annotations.note}", 0, "^two words$"),
        new("annotate cm c1 note-", 0, "configmap/c1 annotated?"),
        new("replace -f -", 0, "replaced", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c1}, data: {only: this}}"),
        new("get cm c1 -o jsonpath={.data}", 0, @"^\{""only"":""this""\}$|^map\[only:this\]$"),
        new("replace --force -f -", 0, "replaced", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c1}, data: {only: that}}"),
        new("apply -f -", 0, "(?s)configmap/c1 configured.*secret/s1 created", """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: c1}, data: {applied: yes it is}}
            - {apiVersion: v1, kind: Secret, metadata: {name: s1}, stringData: {password: hidden}}
            """),
        new("apply view-last-applied cm c1", 0, "applied: yes it is"),
        new("diff -f -", 1, @"(?m)^\+ *applied: no longer", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c1}, data: {applied: no longer}}"),
        new("diff -f -", 0, "^$", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c1}, data: {applied: yes it is}}"),
        new("apply -f - --dry-run=server", 0, @"\(server dry run\)", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c1}, data: {applied: no longer}}"),
        new("get secret s1 -o jsonpath={.data.password}", 0, "^aGlkZGVu$"),
        new("describe secret s1", 0, @"password: +6 bytes"),
        new("get secrets", 0, @"(?m)^s1 +Opaque +1 "),
        new("create secret generic s2 --from-literal=k=v", 0, "secret/s2 created"),
        new("patch secret s2 -p '{\"type\":\"other\"}'", 1, "immutable"),
        new("create serviceaccount robot", 0, "serviceaccount/robot created"),
        new("get sa robot -o name", 0, "serviceaccount/robot"),
        new("create token robot --duration=10m", null, @"^ey[\w-]+\.ey[\w-]+\.[\w-]+$|unknown flag: --duration"), // kubectl before 1.24 does not know it
        new("create token nobody", 1, "serviceaccounts \"nobody\" not found|unknown command \"token"),
        new("create quota q --hard=pods=10", 0, "resourcequota/q created"),
        new("get quota", 0, @"(?m)^q "),
        new("delete quota q", 0, "deleted"),
        new("create -f -", 1, "unknown field|Invalid|unknown", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: bad}, datta: {a: b}}"),
        new("delete secret s2", 0, "\"s2\" deleted"),
        new("delete secret s2", 1, "not found"),
        new("delete secret s2 --ignore-not-found", 0, "^$"),
        new("apply --server-side -f -", 0, "serverside-applied", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {a: first, b: first}}"),
        new("apply --server-side --field-manager=another -f -", 1, "(?i)conflict", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {a: second}}"),
        new("get cm shared -o jsonpath={.data.a}", 0, "^first$"),
        new("apply --server-side --field-manager=another --force-conflicts -f -", 0, "serverside-applied", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {a: second}}"),
        new("apply --server-side -f -", 0, "serverside-applied", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {c: first}}"),
        new("get cm shared -o jsonpath={.data}", 0, @"^\{""a"":""second"",""c"":""first""\}$|^map\[a:second c:first\]$"), // «b» was given up, «a» is another's
        new("kustomize {kustomization}", 0, "name: one-customized"),
        new("apply -k {kustomization}", 0, "configmap/one-customized created"),
        new("get cm one-customized -o jsonpath={.metadata.annotations.by}", 0, "^kustomize$"),
        new("diff -k {kustomization}", 0, "^$"),
        new("delete -k {kustomization}", 0, "deleted"),
        new("delete cm c1 --dry-run=server", 0, "server dry run"),
        new("delete cm,secret --all", 0, "\"c1\" deleted"),
        new("get cm", 0, "No resources found"),
    ];

    private static readonly Step[] WorkIsRun =
    [
        new("apply -f -", 0, "deployment.apps/web created", Web),
        new("apply -f -", 0, "unchanged", Web),
        new("apply -f -", 0, "budget.policy/web created", Budget),
        new("apply -f -", 0, "(?s)deployment.apps/web unchanged.*budget.policy/web unchanged", Web + "\n---\n" + Budget),
        new("apply -f -", 0, "budget.policy/web configured", Budget.Replace("app: web", "app: other", StringComparison.Ordinal)),
        new("get pdb web -o jsonpath={.spec.selector.matchLabels.app}", 0, "^other$"),
        new("delete pdb web", 0, "deleted"),
        new("rollout status deployment/web --timeout=120s", 0, "successfully rolled out"),
        new("wait --for=condition=Available deployment/web --timeout=60s", 0, "condition met"),
        new("wait --for=condition=Ready pod -l app=web --timeout=60s", 0, "condition met"),
        new("get deploy", 0, @"(?m)^web +2/2 +2 +2 "),
        new("get deploy -o wide", 0, "busybox:1 +app=web"),
        new("get rs", 0, @"(?m)^web-\w+ +2 +2 +2 "),
        new("get all", 0, "(?s)pod/web-.*deployment.apps/web.*replicaset.apps/web-"),
        new("get pods", 0, @"(?m)^web-\S+ +1/1 +Running"),
        new("get po -o wide", 0, "{node}"),
        new("get pods -A", 0, @"(?m)^{ns} +web-"),
        new("get pods --sort-by=.metadata.name", 0, "web-"),
        new("get pods --field-selector=status.phase=Running -o name", 0, "pod/web-"),
        new("get pods --field-selector=status.phase!=Running -o name", 0, "^$"),
        new("get pods --field-selector=spec.nodeName={node} -o name", 0, "pod/web-"),
        new("get pods -l app=web --no-headers", 0, "^web-"),
        new("get deploy web -o jsonpath={.status.readyReplicas}", 0, "^2$"),
        new("get deploy/web rs -o name", 1, "."), // a name and a type that has none do not go together
        new("get deploy,rs -l app=web -o name", 0, "replicaset"),
        new("describe deploy web", 0, "2 desired"),
        new("describe rs -l app=web", 0, "Controlled By: +Deployment/web"),
        new("describe pods -l app=web", 0, "COLOR: +blue"),
        new("logs deployment/web", 0, "hello"),
        new("logs -l app=web --tail=1", 0, "hello"),
        new("logs deployment/web --timestamps", 0, @"^\d{4}-\d\d-\d\dT.*hello"),
        new("logs deployment/web -c nothing", 1, "(?i)not"),
        new("logs nothing", 1, "not found"),
        new("exec deployment/web -- true", 1, "exec is not served yet"),
        new("attach deployment/web", 1, "attach is not served yet"),
        new("port-forward deployment/web 18080:80", 1, "port-forward is not served yet"),
        new("scale deploy web --replicas=3", 0, "scaled"),
        new("scale deploy web --replicas=1 --current-replicas=7", 1, "(?i)expected replicas"),
        new("rollout status deployment/web --timeout=120s", 0, "successfully"),
        new("get deploy web -o jsonpath={.status.replicas}", 0, "^3$"),
        new("scale deploy web --replicas=-1", 1, "(?i)replicas"),
        new("set env deployment/web COLOR=red", 0, "env updated"),
        new("rollout status deployment/web --timeout=120s", 0, "successfully"),
        new("get pods -l app=web -o jsonpath={.items[0].spec.containers[0].env[0].value}", 0, "^(red|blue)$"),
        new("rollout history deployment/web", 0, @"(?m)^2 "),
        new("rollout history deployment/web --revision=2", 0, "COLOR:\\s+red"),
        new("rollout undo deployment/web", 0, "rolled back"),
        new("rollout status deployment/web --timeout=120s", 0, "successfully"),
        new("get deploy web -o jsonpath={.spec.template.spec.containers[0].env[0].value}", 0, "^blue$"),
        new("rollout undo deployment/web --to-revision=99", 1, "(?i)unable to find"),
        new("rollout pause deployment/web", 0, "paused"),
        new("rollout pause deployment/web", 1, "already paused"),
        new("set resources deployment/web --limits=memory=32Mi", 0, "resource requirements updated"),
        new("rollout resume deployment/web", 0, "resumed"),
        new("rollout restart deployment/web", 0, "restarted"),
        new("rollout status deployment/web --timeout=120s", 0, "successfully"),
        new("set image deployment/web main=busybox:1", 0, null),
        new("set image deployment/web nothing=busybox:1", 1, "unable to find container"),
        new("label deploy web team=green --overwrite", 0, "labeled"),
        new("patch deploy web -p '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"main\",\"env\":[{\"name\":\"MORE\",\"value\":\"1\"}]}]}}}}'", 0, "patched"),
        new("get deploy web -o jsonpath={.spec.template.spec.containers[0].env[*].name}", 0, "COLOR"),
        new("patch deploy web -p '{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}}}}'", 1, "immutable"),
        new("expose deployment web --port=80 --target-port=8080", 0, "service/web exposed"),
        new("get svc web -o jsonpath={.spec.ports[0].targetPort}", 0, "^8080$"),
        new("describe svc web", 0, "app=web"),
        new("create service clusterip plain --tcp=80:8080", 0, "service/plain created"),
        new("delete svc web plain", 0, "(?s)\"web\" deleted.*\"plain\" deleted"),
        new("get events --field-selector=involvedObject.name=web", 0, "ScalingReplicaSet"),
        new("get events.events.k8s.io --field-selector=regarding.name=web", 0, "ScalingReplicaSet"),
        new("get events.v1.events.k8s.io --field-selector=regarding.kind=Deployment -o jsonpath={.items[0].regarding.name}", 0, "^web$"),
        new("autoscale deployment web --min=1 --max=3 --cpu-percent=50", 0, "web autoscaled"),
        new("get hpa", 0, @"(?m)^web +Deployment/web +.*/50% +1 +3 +0 "),
        new("get horizontalpodautoscalers.v2.autoscaling web -o jsonpath={.spec.metrics[0].resource.target.averageUtilization}", 0, "^50$"),
        new("get horizontalpodautoscalers.v1.autoscaling web -o jsonpath={.apiVersion}/{.spec.targetCPUUtilizationPercentage}", 0, "^autoscaling/v1/50$"),
        new("get horizontalpodautoscalers.v1.autoscaling", 0, @"(?m)^web +Deployment/web "),
        new("patch horizontalpodautoscalers.v1.autoscaling web -p '{\"spec\":{\"targetCPUUtilizationPercentage\":60}}'", 0, "patched"),
        new("apply -f -", 0, "horizontalpodautoscaler.autoscaling/older created", OlderScaler),
        new("apply -f -", 0, "horizontalpodautoscaler.autoscaling/older unchanged", OlderScaler),
        new("apply -f -", 0, "horizontalpodautoscaler.autoscaling/older configured", OlderScaler.Replace("70", "75", StringComparison.Ordinal)),
        new("get hpa web older -o jsonpath={.items[*].spec.metrics[0].resource.target.averageUtilization}", 0, "^60 75$"),
        new("describe hpa older", 0, "(?i)deployment/web"),
        new("delete horizontalpodautoscalers.v1.autoscaling web older", 0, "(?s)\"web\" deleted.*\"older\" deleted"),
        new("run one --image=busybox:1 --restart=Never --command -- sh -c 'exit 3'", 0, "pod/one created"),
        new("wait --for=jsonpath='{.status.phase}'=Failed pod/one --timeout=30s", null, "condition met|unrecognized condition"), // kubectl before 1.23 knows conditions only
        new("run two --image=busybox:1 --command -- sleep 1000", 0, "pod/two created"),
        new("wait --for=condition=Ready pod/two --timeout=60s", 0, "met"),
        new("get pod two -o jsonpath={.spec.restartPolicy}", 0, "^Always$"),
        new("delete pod two --grace-period=1", 0, "deleted"),
        new("delete pod one --force --grace-period=0", 0, "force deleted"),
        new("get pod two", 1, "not found"),
        new("cordon {node}", 0, "cordoned"),
        new("get node {node}", 0, "SchedulingDisabled"),
        new("drain {node} --pod-selector=app=web --ignore-daemonsets --delete-emptydir-data --timeout=60s", 0, "evicted|drained"),
        new("uncordon {node}", 0, "uncordoned"),
        new("rollout status deployment/web --timeout=120s", 0, "successfully"),
        new("taint node {node} battery=yes:PreferNoSchedule", 0, "tainted"),
        new("get node {node} -o jsonpath={.spec.taints[*].key}", 0, "battery"),
        new("taint node {node} battery-", 0, "untainted"),
        new("delete deploy web --cascade=orphan", 0, "deleted"),
        new("get rs -l app=web -o jsonpath={.items[0].status.replicas}", 0, @"^\d$"),
        new("delete rs -l app=web", 0, "deleted"),
        new("wait --for=delete pod -l app=web --timeout=60s", 0, null),
        new("get pods -l app=web", 0, "No resources found"),
    ];

    public static TheoryData<string> Days => ["reads of the cluster", "configuration is written", "work is run"];

    [Theory]
    [MemberData(nameof(Days))]
    public async Task Every_command_ends_as_it_does_with_kubernetes(string day)
    {
        var steps = day switch { "reads of the cluster" => ReadsOfTheCluster, "configuration is written" => ConfigurationIsWritten, _ => WorkIsRun };
        await using var space = await instance.NamespaceAsync();
        var kustomization = Directory.CreateTempSubdirectory("cloudorch-kustomization-");
        await File.WriteAllTextAsync(Path.Combine(kustomization.FullName, "one.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {k: v}\n");
        await File.WriteAllTextAsync(Path.Combine(kustomization.FullName, "kustomization.yaml"), "nameSuffix: -customized\ncommonAnnotations: {by: kustomize}\nresources: [one.yaml]\n");
        var wrong = new List<string>();
        foreach (var step in steps)
        {
            string[] words = step.Words(space.Name, instance.NodeName, kustomization.FullName);
            string[] scope = words.Contains("-A") || words.Contains("-n") ? [] : ["--namespace", space.Name];
            var output = step.Input is null ? await instance.KubectlAsync([.. scope, .. words]) : await instance.KubectlWithAsync(step.Input, [.. scope, .. words]);
            string? prints = step.Prints?.Replace("{ns}", space.Name, StringComparison.Ordinal).Replace("{node}", instance.NodeName, StringComparison.Ordinal);
            if ((step.Code is { } code && output.Code != code) || (prints is not null && !Regex.IsMatch(output.Out + output.Error, prints)))
                wrong.Add($"expected exit code {step.Code} and «{prints}»:\n{output}");
        }

        kustomization.Delete(recursive: true);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {steps.Length} commands:\n\n{string.Join("\n\n", wrong)}");
    }

    [Fact]
    public void There_are_as_many_commands_as_the_clients_need() =>
        Assert.True(ReadsOfTheCluster.Length + ConfigurationIsWritten.Length + WorkIsRun.Length >= 120);
}
