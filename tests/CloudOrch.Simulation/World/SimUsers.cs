using System.Globalization;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Simulation.Laws;

namespace CloudOrch.Simulation.World;

/// <summary>People with kubectl: what they do goes through the API of one of the processes, and they look at nothing but its answers.</summary>
internal sealed class SimUsers(SimWorld world)
{
    private const string Base = $"/clusters/{SimWorld.ClusterName}";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Stream = "users";
    private static readonly string[] Namespaces = ["default", "app"];

    /// <summary>Uids of objects whose deletion was accepted.</summary>
    public HashSet<string> Deleted { get; } = new(StringComparer.Ordinal);

    private Chance Chance => world.Chance;

    private ClusterModel Model => world.Laws.Model;

    public void DoSomething()
    {
        if (world.Scenario.Fencing && Chance.Hits("fenced", 0.4))
        {
            Fenced();
            return;
        }

        int what = Chance.Next(Stream, 100);
        switch (what)
        {
            case < 22:
                Apply();
                break;
            case < 40:
                Scale();
                break;
            case < 58:
                SetImage();
                break;
            case < 66:
                Undo();
                break;
            case < 74:
                DeleteDeployment();
                break;
            case < 82:
                DeletePod();
                break;
            case < 86:
                Pause(Chance.Hits(Stream, 0.5));
                break;
            case < 89:
                Namespace();
                break;
            case < 92:
                Cordon(Chance.Hits(Stream, 0.5));
                break;
            case < 95:
                ConfigMap();
                break;
            case < 97:
                BarePod();
                break;
            case < 98:
                DeleteNode();
                break;
            default:
                Look();
                break;
        }
    }

    /// <summary>Takes back what would keep the cluster from settling: pauses, cordons, images that no engine has.</summary>
    public void TidyUp()
    {
        foreach (var node in Model.Nodes.Where(n => n.Spec.Unschedulable == true).ToList())
            Must("PATCH", $"{Base}/api/v1/nodes/{node.Metadata.Name}", """{"spec":{"unschedulable":null}}""", Merge);
        foreach (var deployment in Model.Deployments.Where(d => d.Metadata.DeletionTimestamp is null).ToList())
        {
            bool bad = deployment.Spec.Template.Spec.Containers.Any(c => c.Image == SimWorld.MissingImage);
            if (deployment.Spec.Paused == true || bad)
            {
                Must("PATCH", Path(deployment), """{"spec":{"paused":false,"template":{"spec":{"containers":[{"name":"web","image":"web:1"}] } } } }""", Strategic);
            }
        }

        foreach (var pod in Model.Pods.Where(p => p.Metadata.Controller() is null && (IsFenced(p.Metadata.Annotations) || p.Spec.Containers.Any(c => c.Image == SimWorld.MissingImage))).ToList())
            Call("DELETE", $"{Base}/api/v1/namespaces/{pod.Metadata.Namespace}/pods/{pod.Metadata.Name}");
    }

    private void Apply()
    {
        string space = Chance.Pick(Stream, Namespaces), name = $"d{Chance.Next(Stream, 3)}";
        string strategy = Chance.Pick(Stream,
        [
            """{"type":"RollingUpdate"}""",
            """{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}""",
            """{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}""",
            """{"type":"RollingUpdate","rollingUpdate":{"maxSurge":2,"maxUnavailable":2}}""",
            """{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"50%","maxUnavailable":"50%"}}""",
            """{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"100%","maxUnavailable":0}}""",
            """{"type":"Recreate"}""",
        ]);
        if (world.Scenario.Scale > 1)
            strategy = """{"type":"RollingUpdate"}""";
        string tolerations = !world.Scenario.Varied || !Chance.Hits("tolerations", 0.3) ? ""
            : $$$""","tolerations":[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":{{{Chance.Pick("tolerations", [5, 30])}}}}]""";
        string sidecar = Chance.Hits(Stream, 0.2) ? ""","initContainers":[]""" : "";
        string body = $$$$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{{name}}}}","namespace":"{{{{space}}}}"},
             "spec":{"replicas":{{{{Chance.Between(Stream, 0, 6) * world.Scenario.Scale}}}},"revisionHistoryLimit":2,"minReadySeconds":{{{{Chance.Pick(Stream, [0, 0, 3])}}}},
              "selector":{"matchLabels":{"app":"{{{{name}}}}"}},"strategy":{{{{strategy}}}},
              "template":{"metadata":{"labels":{"app":"{{{{name}}}}"}},"spec":{"terminationGracePeriodSeconds":{{{{Chance.Pick(Stream, [0, 2, 30])}}}},
               "containers":[{"name":"web","image":"{{{{Image()}}}}","resources":{"requests":{"cpu":"100m"}}}]{{{{sidecar}}}}{{{{tolerations}}}} } } } }
            """;
        if (Call("POST", $"{Base}/apis/apps/v1/namespaces/{space}/deployments", body).Code == 409)
        {
            var stored = Get($"{Base}/apis/apps/v1/namespaces/{space}/deployments/{name}");
            if (stored is null)
                return;
            var wanted = JsonNode.Parse(body)!;
            Call("PATCH", $"{Base}/apis/apps/v1/namespaces/{space}/deployments/{name}", new JsonObject { ["spec"] = wanted["spec"]!.DeepClone() }.ToJsonString(), Strategic);
        }
    }

    /// <summary>A Deployment of one pod that there is never more than one of; or another pod that wants to be the same one; or one of them goes.</summary>
    private void Fenced()
    {
        string identity = $"f{Chance.Next("fenced", 3)}";
        string annotations = $$$"""{"cloudorch.io/fenced-identity":"{{{identity}}}"}""";
        string containers = $$$"""[{"name":"web","image":"web:{{{Chance.Between("fenced", 1, 4)}}}"}]""";
        var pods = Model.Pods.Where(p => IsFenced(p.Metadata.Annotations)).OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).ToList();
        switch (Chance.Next("fenced", 10))
        {
            case < 6:
                string strategy = Chance.Pick("fenced", ["""{"type":"Recreate"}""", """{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}"""]);
                Call("POST", $"{Base}/apis/apps/v1/namespaces/default/deployments", $$$$"""
                    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{{identity}}}}","namespace":"default"},
                     "spec":{"replicas":1,"selector":{"matchLabels":{"app":"{{{{identity}}}}"}},"strategy":{{{{strategy}}}},
                      "template":{"metadata":{"labels":{"app":"{{{{identity}}}}"},"annotations":{{{{annotations}}}}},"spec":{"terminationGracePeriodSeconds":{{{{Chance.Pick("fenced", [0, 5])}}}},"containers":{{{{containers}}}}} } } }
                    """);
                break;
            case < 7:
                Call("POST", $"{Base}/api/v1/namespaces/default/pods",
                    $$$$"""{"metadata":{"generateName":"twin-","annotations":{{{{annotations}}}}},"spec":{"terminationGracePeriodSeconds":2,"containers":{{{{containers}}}}} }""");
                break;
            default:
                if (pods.Count == 0)
                    return;
                var pod = Chance.Pick("fenced", pods);
                world.Laws.Availability.Forgive();
                string grace = Chance.Pick("fenced", ["", "?gracePeriodSeconds=0"]);
                if (Call("DELETE", $"{Base}/api/v1/namespaces/{pod.Metadata.Namespace}/pods/{pod.Metadata.Name}{grace}").Succeeded)
                    Deleted.Add(pod.Metadata.Uid!);
                break;
        }
    }

    private static bool IsFenced(Domain.Api.ValueMap<string>? annotations) => annotations?.ContainsKey("cloudorch.io/fenced-identity") == true;

    private void Scale()
    {
        if (AnyDeployment() is not { } d)
            return;
        int replicas = IsFenced(d.Spec.Template.Metadata.Annotations) ? Chance.Next(Stream, 2) : Chance.Between(Stream, 0, 8) * world.Scenario.Scale;
        if (Chance.Hits(Stream, 0.5))
        {
            if (Get($"{Path(d)}/scale") is { } scale)
            {
                scale["spec"]!["replicas"] = replicas;
                Call("PUT", $"{Path(d)}/scale", scale.ToJsonString());
            }

            return;
        }

        Call("PATCH", Path(d), $$$"""{"spec":{"replicas":{{{replicas}}} } }""", Merge);
    }

    private void SetImage()
    {
        if (AnyDeployment() is { } d)
            Call("PATCH", Path(d), $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"{{{Image()}}}"}] } } } }""", Strategic);
    }

    /// <summary>As kubectl rollout undo does it: the template of an older ReplicaSet is put back.</summary>
    private void Undo()
    {
        if (AnyDeployment() is not { } d)
            return;
        var list = Get($"{Base}/apis/apps/v1/namespaces/{d.Metadata.Namespace}/replicasets?labelSelector=app%3D{d.Metadata.Name}");
        var older = list?["items"]?.AsArray().Where(s => s!["metadata"]!["ownerReferences"]?[0]?["uid"]?.GetValue<string>() == d.Metadata.Uid)
            .OrderBy(Number).SkipLast(1).LastOrDefault();
        if (older is null)
            return;
        var template = older["spec"]!["template"]!.DeepClone();
        (template["metadata"]!["labels"] as JsonObject)?.Remove("pod-template-hash");
        JsonArray patch = [new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template }];
        Call("PATCH", Path(d), patch.ToJsonString(), "application/json-patch+json");

        static long Number(JsonNode? set) =>
            long.TryParse(set!["metadata"]!["annotations"]?["deployment.kubernetes.io/revision"]?.GetValue<string>(), CultureInfo.InvariantCulture, out long n) ? n : 0;
    }

    private void DeleteDeployment()
    {
        if (AnyDeployment() is not { } d)
            return;
        string policy = Chance.Pick(Stream, ["Background", "Foreground"]);
        if (Call("DELETE", $"{Path(d)}?propagationPolicy={policy}").Succeeded)
            Deleted.Add(d.Metadata.Uid!);
    }

    private void DeletePod()
    {
        var pods = Model.Pods.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).ToList();
        if (pods.Count == 0)
            return;
        var pod = Chance.Pick(Stream, pods);
        string grace = Chance.Pick(Stream, ["", "?gracePeriodSeconds=1", "?gracePeriodSeconds=0"]);
        world.Laws.Availability.Forgive();
        if (Call("DELETE", $"{Base}/api/v1/namespaces/{pod.Metadata.Namespace}/pods/{pod.Metadata.Name}{grace}").Succeeded)
            Deleted.Add(pod.Metadata.Uid!);
    }

    private void Pause(bool paused)
    {
        if (AnyDeployment() is { } d)
            Call("PATCH", Path(d), $$$"""{"spec":{"paused":{{{(paused ? "true" : "false")}}} } }""", Merge);
    }

    private void Namespace()
    {
        if (Call("POST", $"{Base}/api/v1/namespaces", """{"metadata":{"name":"app"}}""").Code != 409 || Chance.Hits(Stream, 0.5))
            return;
        var there = Model.Find(new(Domain.Kinds.ResourceTypes.Namespaces, "", "app"));
        if (Call("DELETE", $"{Base}/api/v1/namespaces/app").Succeeded && there is not null)
            Deleted.Add(there.Metadata.Uid!);
    }

    private void Cordon(bool cordon)
    {
        string node = Chance.Pick(Stream, world.Nodes).Name;
        Call("PATCH", $"{Base}/api/v1/nodes/{node}", $$$"""{"spec":{"unschedulable":{{{(cordon ? "true" : "null")}}} } }""", Merge);
    }

    private void DeleteNode()
    {
        var known = Model.Nodes.OrderBy(n => n.Metadata.Name, StringComparer.Ordinal).ToList();
        if (known.Count < 2)
            return;
        var node = Chance.Pick(Stream, known);
        world.Laws.Availability.Forgive();
        if (Call("DELETE", $"{Base}/api/v1/nodes/{node.Metadata.Name}").Succeeded)
            Deleted.Add(node.Metadata.Uid!);
    }

    private void ConfigMap()
    {
        string path = $"{Base}/api/v1/namespaces/default/configmaps";
        if (Call("POST", path, """{"metadata":{"name":"settings"},"data":{"a":"1"}}""").Code == 409)
            Call("DELETE", $"{path}/settings");
    }

    private void BarePod() => Call("POST", $"{Base}/api/v1/namespaces/{Chance.Pick(Stream, Namespaces)}/pods",
        $$$"""{"metadata":{"generateName":"bare-"},"spec":{"terminationGracePeriodSeconds":2,"containers":[{"name":"a","image":"{{{Image()}}}"},{"name":"b","image":"b:1"}]}}""");

    /// <summary>A list is the cluster at the revision that it names.</summary>
    private void Look()
    {
        var reply = Call("GET", $"{Base}/api/v1/pods");
        if (!reply.Succeeded || reply.Version is not { } version || version != Model.Revision.ToString())
            return;
        var listed = reply.Json.GetProperty("items").EnumerateArray()
            .Select(p => (p.GetProperty("metadata").GetProperty("uid").GetString()!, p.GetProperty("metadata").GetProperty("resourceVersion").GetString()!)).Order();
        if (!listed.SequenceEqual(Model.Pods.Select(p => (p.Metadata.Uid!, p.Metadata.ResourceVersion!)).Order()))
            throw new LawBrokenException($"a list is the cluster at its revision: pods at {version}");
    }

    private Deployment? AnyDeployment()
    {
        var all = Model.Deployments.Where(d => d.Metadata.DeletionTimestamp is null)
            .OrderBy(d => d.Metadata.Namespace, StringComparer.Ordinal).ThenBy(d => d.Metadata.Name, StringComparer.Ordinal).ToList();
        return all.Count == 0 ? null : Chance.Pick(Stream, all);
    }

    private string Image() => Chance.Hits(Stream, 0.1) ? SimWorld.MissingImage : $"web:{Chance.Between(Stream, 1, 4)}";

    private static string Path(Deployment d) => $"{Base}/apis/apps/v1/namespaces/{d.Metadata.Namespace}/deployments/{d.Metadata.Name}";

    private JsonNode? Get(string path) => Call("GET", path) is { Succeeded: true } reply ? JsonNode.Parse(reply.Body) : null;

    private void Must(string method, string path, string body, string type)
    {
        var reply = Call(method, path, body, type);
        if (!reply.Succeeded && reply.Code != 404)
            throw new LawBrokenException($"without faults a request succeeds: {method} {path} answers {reply.Code} {reply.Text}");
    }

    /// <summary>One request. A user who gets no answer, or is told to come back later, does not know what became of it.</summary>
    private Reply Call(string method, string path, string? body = null, string type = "application/json")
    {
        var process = world.AnyProcess(Stream);
        string who = process.Name;
        Reply reply;
        try
        {
            reply = SimWorld.Await(process.CallAsync(method, path, body, type));
        }
        catch (ProcessDiedException)
        {
            reply = new(0, "{}"u8.ToArray());
        }

        world.Trace.Add($"user at {who}: {method} {path} {Short(body)} -> {reply.Code}");
        bool died = process.Dead;
        world.Bury();
        if (reply.Code is >= 500 or 400 or 401 or 405 or 406 or 415 && !died)
            throw new LawBrokenException($"a well-formed request is never answered {reply.Code}: {method} {path} {body} -> {reply.Text}");
        if (reply.Succeeded && method is "POST" or "PATCH" or "PUT" && reply.Version is { } version && long.Parse(version, CultureInfo.InvariantCulture) > Model.Revision.Value)
            throw new LawBrokenException($"what is answered is committed: {method} {path} answers revision {version}, the store has {Model.Revision}");
        return reply;
    }

    private static string Short(string? body) => body is null ? "" : body.Length <= 160 ? body.ReplaceLineEndings("") : body[..160].ReplaceLineEndings("");
}
