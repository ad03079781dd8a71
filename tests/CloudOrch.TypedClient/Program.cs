// CloudOrch.TypedClient NAMESPACE: uses the typed .NET client as programs do, against the cluster of KUBECONFIG, and says what it sees, a line each.
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

string space = args[0];
using var client = new Kubernetes(KubernetesClientConfiguration.BuildDefaultConfig());
using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
var stop = enough.Token;

Say("version", (await client.Version.GetCodeAsync(stop)).Major);
var map = await client.CoreV1.CreateNamespacedConfigMapAsync(Map("typed", "1"), space, cancellationToken: stop);
var patched = await client.CoreV1.PatchNamespacedConfigMapAsync(Patch("""{"data":{"a":"2"}}""", V1Patch.PatchType.MergePatch), "typed", space, cancellationToken: stop);
Say("patched", patched.Data["a"]);
Say("conflict", await RefusedAsync(() => client.CoreV1.ReplaceNamespacedConfigMapAsync(map, "typed", space, cancellationToken: stop)));
Say("exists", await RefusedAsync(() => client.CoreV1.CreateNamespacedConfigMapAsync(Map("typed", "3"), space, cancellationToken: stop)));
Say("invalid", await RefusedAsync(() => client.CoreV1.CreateNamespacedConfigMapAsync(Map("Not_A_Name", "3"), space, cancellationToken: stop)));

// Server-side apply by two managers.
Say("applied", (await ApplyAsync("one", """{"color":"blue"}""")).Data["color"]);
Say("owned", await RefusedAsync(() => ApplyAsync("two", """{"color":"red"}""")));
Say("forced", (await ApplyAsync("two", """{"color":"red"}""", force: true)).Data["color"]);
Say("managers", string.Join(' ', (await client.CoreV1.ReadNamespacedConfigMapAsync("applied", space, cancellationToken: stop)).Metadata.ManagedFields.Select(m => $"{m.Manager}/{m.Operation}").Order()));

// A watch from where a list ended.
var listed = await client.CoreV1.ListNamespacedConfigMapAsync(space, cancellationToken: stop);
Say("listed", string.Join(' ', listed.Items.Select(m => m.Metadata.Name)));
await client.CoreV1.CreateNamespacedConfigMapAsync(Map("watched", "1"), space, cancellationToken: stop);
await client.CoreV1.DeleteNamespacedConfigMapAsync("watched", space, cancellationToken: stop);
await foreach (var (type, seen) in client.CoreV1.WatchListNamespacedConfigMapAsync(space, resourceVersion: listed.Metadata.ResourceVersion, cancellationToken: stop))
{
    Say(type.ToString(), seen.Metadata.Name);
    if (type == WatchEventType.Deleted)
        break;
}

// A Deployment, its scale, its pod's log.
await client.AppsV1.CreateNamespacedDeploymentAsync(new V1Deployment
{
    Metadata = new V1ObjectMeta { Name = "typed" },
    Spec = new V1DeploymentSpec
    {
        Replicas = 1,
        Selector = new V1LabelSelector { MatchLabels = Labels() },
        Template = new V1PodTemplateSpec
        {
            Metadata = new V1ObjectMeta { Labels = Labels() },
            Spec = new V1PodSpec
            {
                TerminationGracePeriodSeconds = 1,
                Containers =
                [
                    new V1Container
                    {
                        Name = "main", Image = "busybox:1", Command = ["sh", "-c", "echo from the container; exec sleep 1000"],
                        Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("10m"), ["memory"] = new("8Mi") } },
                    },
                ],
            },
        },
    },
}, space, cancellationToken: stop);
string pod = "";
await foreach (var (_, seen) in client.CoreV1.WatchListNamespacedPodAsync(space, labelSelector: "app=typed", cancellationToken: stop))
{
    pod = seen.Metadata.Name;
    if (seen.Status.Phase == "Running")
        break;
}

await using (var log = await client.CoreV1.ReadNamespacedPodLogAsync(pod, space, cancellationToken: stop))
using (var text = new StreamReader(log))
    Say("logged", (await text.ReadToEndAsync(stop)).Trim());
var scale = await client.AppsV1.ReadNamespacedDeploymentScaleAsync("typed", space, cancellationToken: stop);
scale.Spec.Replicas = 0;
Say("scaled", (await client.AppsV1.ReplaceNamespacedDeploymentScaleAsync(scale, "typed", space, cancellationToken: stop)).Spec.Replicas);
var deleted = await client.AppsV1.DeleteNamespacedDeploymentAsync("typed", space, new V1DeleteOptions { PropagationPolicy = "Foreground" }, cancellationToken: stop);
Say("deleted", deleted.Status ?? "with its pods");
Say("gone", await RefusedAsync(() => client.CoreV1.ReadNamespacedConfigMapAsync("nothing", space, cancellationToken: stop)));

// Review, nodes with their quantities, and a kind by name only.
var review = await client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
    new V1SelfSubjectAccessReview { Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = new V1ResourceAttributes { Verb = "list", Resource = "pods", NamespaceProperty = space } } }, cancellationToken: stop);
Say("allowed", review.Status.Allowed);
var nodes = await client.CoreV1.ListNodeAsync(cancellationToken: stop);
Say("nodes", nodes.Items.All(n => n.Status.Capacity["memory"].ToDecimal() > 1_000_000 && n.Status.Conditions.Any(c => c.Type == "Ready")));
using var generic = new GenericClient(client, "", "v1", "configmaps", disposeClient: false);
Say("generic", (await generic.ReadNamespacedAsync<V1ConfigMap>(space, "applied", stop)).Data["color"]);

static void Say(string what, object? value) => Console.WriteLine($"{what} {value}");

static Dictionary<string, string> Labels() => new() { ["app"] = "typed" };

static V1ConfigMap Map(string name, string value) => new() { Metadata = new V1ObjectMeta { Name = name }, Data = new Dictionary<string, string> { ["a"] = value } };

static V1Patch Patch(string body, V1Patch.PatchType type) => new(body, type);

Task<V1ConfigMap> ApplyAsync(string manager, string data, bool force = false) => client.CoreV1.PatchNamespacedConfigMapAsync(
    Patch($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied"},"data":{{{data}}}}""", V1Patch.PatchType.ApplyPatch), "applied", space, fieldManager: manager, force: force, cancellationToken: stop);

static async Task<string> RefusedAsync(Func<Task> call)
{
    try
    {
        await call();
        return "not refused";
    }
    catch (HttpOperationException e)
    {
        return $"{(int)e.Response.StatusCode} {JsonDocument.Parse(e.Response.Content).RootElement.GetProperty("reason").GetString()}";
    }
}
