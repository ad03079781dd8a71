using System.Text;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>Kinds that are served in more versions than the one in which they are stored.</summary>
public class ViewTests
{
    private const string Bounds = """ "scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"minReplicas":1,"maxReplicas":3""";
    private const string Alpha = "autoscaling.alpha.kubernetes.io/";

    private static readonly KindDefinition Scaler = KindRegistry.Find("autoscaling/v1", "HorizontalPodAutoscaler")!;
    private static readonly KindDefinition Event = KindRegistry.Find("events.k8s.io/v1", "Event")!;

    [Fact]
    public void The_versions_are_served_beside_the_stored_ones_and_the_newest_comes_first()
    {
        Assert.Equal(["autoscaling/v1 HorizontalPodAutoscaler", "events.k8s.io/v1 Event"],
            KindRegistry.Served.Except(KindRegistry.All).Select(k => $"{k.ApiVersion} {k.Kind}"));
        Assert.All(KindRegistry.Served, k => Assert.Same(k, KindRegistry.FindServed(k.Type, k.Version)));
        Assert.Same(Scaler.Stored, KindRegistry.Find(Scaler.Type));
        Assert.Null(KindRegistry.Find(Event.Type));
    }

    /// <summary>Fields of version 2, and what version 1 says instead.</summary>
    public static TheoryData<string, string, string> Scalers => new()
    {
        {
            """ "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}]""",
            """ "targetCPUUtilizationPercentage":50""", "{}"
        },
        { "", "", "{}" },
        {
            """
             "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}},
             {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}},
             {"type":"ContainerResource","containerResource":{"name":"cpu","container":"main","target":{"type":"Utilization","averageUtilization":60}}},
             {"type":"Pods","pods":{"metric":{"name":"hits","selector":{"matchLabels":{"a":"b"}}},"target":{"type":"AverageValue","averageValue":"10"}}},
             {"type":"Object","object":{"describedObject":{"kind":"Ingress","name":"in"},"metric":{"name":"rate"},"target":{"type":"Value","value":"2k"}}},
             {"type":"Object","object":{"describedObject":{"kind":"Ingress","name":"in"},"metric":{"name":"rate"},"target":{"type":"AverageValue","averageValue":"5"}}},
             {"type":"External","external":{"metric":{"name":"queue"},"target":{"type":"AverageValue","averageValue":"30"}}}]
            """,
            """ "targetCPUUtilizationPercentage":50""",
            """
            {"autoscaling.alpha.kubernetes.io/metrics":[
             {"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}},
             {"type":"ContainerResource","containerResource":{"name":"cpu","container":"main","targetAverageUtilization":60}},
             {"type":"Pods","pods":{"metricName":"hits","selector":{"matchLabels":{"a":"b"}},"targetAverageValue":"10"}},
             {"type":"Object","object":{"target":{"kind":"Ingress","name":"in"},"metricName":"rate","targetValue":"2k"}},
             {"type":"Object","object":{"target":{"kind":"Ingress","name":"in"},"metricName":"rate","targetValue":"0","averageValue":"5"}},
             {"type":"External","external":{"metricName":"queue","targetAverageValue":"30"}}]}
            """
        },
        {
            """ "behavior":{"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15}]}}""", "",
            """{"autoscaling.alpha.kubernetes.io/behavior":{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}]}}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Scalers))]
    public void What_version_1_has_no_field_for_stands_in_annotations(string stored, string shown, string annotations)
    {
        string document = $$"""{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"web"},"spec":{ {{Bounds}}{{Comma(stored)}} } }""";
        var view = Shown(Scaler, document);
        Equal($$"""{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v1","spec":{ {{Bounds}}{{Comma(shown)}} } }""", Without(view, "metadata"));
        var told = new JsonObject();
        foreach (var (key, value) in view["metadata"]!["annotations"] as JsonObject ?? [])
            told[key] = JsonNode.Parse(value!.ToString());
        Equal(annotations, told);
        Equal(document, Stored(Scaler, view));
    }

    [Fact]
    public void The_status_of_version_1_keeps_all_of_version_2()
    {
        const string Status = """
            {"observedGeneration":2,"lastScaleTime":"2026-01-02T03:04:05Z","currentReplicas":2,"desiredReplicas":3,
             "currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":40,"averageValue":"400m"}}}],
             "conditions":[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-02T03:04:05Z","reason":"Ready","message":"may scale"}]}
            """;
        string document = $$"""{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"web","annotations":{"own":"kept"} },"spec":{ {{Bounds}} },"status":{{Status}} }""";
        var view = Shown(Scaler, document);
        Equal("""{"observedGeneration":2,"lastScaleTime":"2026-01-02T03:04:05Z","currentReplicas":2,"desiredReplicas":3,"currentCPUUtilizationPercentage":40}""", view["status"]!);
        Assert.Equal([$"{Alpha}conditions", $"{Alpha}current-metrics", "own"], view["metadata"]!["annotations"]!.AsObject().Select(a => a.Key));
        Equal(document, Stored(Scaler, view));
    }

    [Theory]
    [InlineData("metrics", "not json")]
    [InlineData("metrics", "{}")]
    [InlineData("metrics", "[null]")]
    [InlineData("metrics", """[{"type":5}]""")]
    [InlineData("metrics", """[{"type":"Resource","type":"Resource"}]""")]
    [InlineData("current-metrics", """[{"type":"Resource","resource":{"currentAverageValue":"much"}}]""")]
    [InlineData("behavior", """{"ScaleUp":{"Policies":[null]}}""")]
    [InlineData("conditions", "7")]
    public void An_annotation_that_cannot_be_read_is_left_out(string name, string text)
    {
        var view = JsonNode.Parse($$"""{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v1","metadata":{"name":"web"},"spec":{ {{Bounds}} },"status":{"desiredReplicas":1} }""")!;
        view["metadata"]!["annotations"] = new JsonObject { [Alpha + name] = text };
        Equal($$"""{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"web"},"spec":{ {{Bounds}} },"status":{"desiredReplicas":1} }""", Stored(Scaler, view));
    }

    [Fact]
    public void A_pointer_to_nothing_that_Go_wrote_is_nothing()
    {
        var view = JsonNode.Parse($$"""{"metadata":{"name":"web"},"spec":{ {{Bounds}} } }""")!;
        view["metadata"]!["annotations"] = new JsonObject { [$"{Alpha}behavior"] = """{"ScaleUp":null,"ScaleDown":{"SelectPolicy":"Min","Policies":null}}""" };
        Equal("""{"scaleDown":{"selectPolicy":"Min"}}""", Stored(Scaler, view)["spec"]!["behavior"]!);
    }

    [Fact]
    public void An_Event_has_other_words_in_the_group_of_its_own()
    {
        const string Core = """
            {"kind":"Event","apiVersion":"v1","metadata":{"name":"e","namespace":"default"},"involvedObject":{"kind":"Pod","name":"web","namespace":"default"},
             "reason":"Started","message":"started it","source":{"component":"cloudorch","host":"n1"},"firstTimestamp":"2026-01-02T03:04:05Z",
             "lastTimestamp":"2026-01-02T03:05:05Z","count":2,"type":"Normal","eventTime":"2026-01-02T03:04:05.000001Z",
             "series":{"count":3,"lastObservedTime":"2026-01-02T03:06:05.000002Z"},"action":"Start","related":{"kind":"Node","name":"n1"},
             "reportingComponent":"example.com/c","reportingInstance":"c-1"}
            """;
        var view = Shown(Event, Core);
        Equal("""
            {"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"e","namespace":"default"},"regarding":{"kind":"Pod","name":"web","namespace":"default"},
             "reason":"Started","note":"started it","deprecatedSource":{"component":"cloudorch","host":"n1"},"deprecatedFirstTimestamp":"2026-01-02T03:04:05Z",
             "deprecatedLastTimestamp":"2026-01-02T03:05:05Z","deprecatedCount":2,"type":"Normal","eventTime":"2026-01-02T03:04:05.000001Z",
             "series":{"count":3,"lastObservedTime":"2026-01-02T03:06:05.000002Z"},"action":"Start","related":{"kind":"Node","name":"n1"},
             "reportingController":"example.com/c","reportingInstance":"c-1"}
            """, view);
        Equal(Core, Stored(Event, view));
    }

    private static JsonObject Shown(KindDefinition view, string stored) => JsonNode.Parse(view.Write(view.Stored.Read(Encoding.UTF8.GetBytes(stored))))!.AsObject();

    private static JsonNode Stored(KindDefinition view, JsonNode shown) => JsonNode.Parse(view.Stored.Write(view.Read(Encoding.UTF8.GetBytes(shown.ToJsonString()))))!;

    private static JsonObject Without(JsonObject document, string member)
    {
        var copy = document.DeepClone().AsObject();
        copy.Remove(member);
        return copy;
    }

    private static string Comma(string members) => members.Length == 0 ? "" : "," + members;

    private static void Equal(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {JsonNode.Parse(expected)!.ToJsonString()}\nactual   {actual.ToJsonString()}");
}
