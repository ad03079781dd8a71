using System.Text;
using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Ownership;

public class FieldSetTests
{
    private static CompactJson Json(string text) => new(Encoding.UTF8.GetBytes(text));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    [Theory]
    [InlineData("""{"f:spec":{"f:replicas":{}}}""")]
    [InlineData("""{"f:metadata":{"f:finalizers":{".":{},"v:\"a.b/c\"":{}},"f:labels":{".":{},"f:app":{}}}}""")]
    [InlineData("""{"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}""")]
    [InlineData("{}")]
    public void What_is_read_is_written_again(string json) => Assert.Equal(json, FieldSet.Parse(Json(json))!.ToString());

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"f:a":1}""")]
    [InlineData("""{"x:a":{}}""")]
    [InlineData("""{"k:[]":{}}""")]
    [InlineData("""{"k:{":{}}""")]
    [InlineData("""{"a":{}}""")]
    public void What_is_no_set_is_not_read(string json) => Assert.Null(FieldSet.Parse(Json(json)));

    [Fact]
    public void Keys_are_written_in_one_order_however_they_come() => Assert.Equal(
        FieldSet.Parse(Json("""{"k:{\"b\":1,\"a\":\"x\"}":{}}""")), FieldSet.Parse(Json("""{"k:{ \"a\": \"x\", \"b\": 1 }":{}}""")));

    [Fact]
    public void Paths_are_printed_as_Kubernetes_prints_them() => Assert.Equal(
        [".metadata.finalizers[=\"x\"]", ".spec.containers[name=\"web\"].ports[containerPort=80,protocol=\"TCP\"]", ".spec.containers[name=\"web\"].image"],
        FieldSet.Parse(Json("""{"f:metadata":{"f:finalizers":{"v:\"x\"":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{"f:image":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{}}}}}}"""))!
            .Paths().OrderBy(p => p.Contains("image", StringComparison.Ordinal)).ThenBy(p => p, StringComparer.Ordinal));

    [Fact]
    public void Sets_obey_the_laws_of_sets() => Seeds.Each(500, seed =>
    {
        var random = new Random(seed);
        var (a, b, c) = (Random(random, 3), Random(random, 3), Random(random, 3));
        HashSet<string> pa = [.. a.Paths()], pb = [.. b.Paths()];
        Assert.Equal(pa.Union(pb).Order(), a.Union(b).Paths().Order());
        Assert.Equal(pa.Except(pb).Order(), a.Without(b).Paths().Order());
        Assert.Equal(pa.Intersect(pb).Order(), a.Intersect(b).Paths().Order());
        Assert.Equal(pa.Where(p => !pb.Any(q => p == q || p.StartsWith(q + ".", StringComparison.Ordinal))).Order(), a.WithoutBranches(b).Paths().Order());
        Assert.Equal(a.Union(b).Union(c), c.Union(a.Union(b)));
        Assert.Equal(a, a.Intersect(a.Union(b)));
        Assert.True(a.Without(a).IsEmpty);
        Assert.Equal(a, FieldSet.Parse(a.ToJson()));
        Assert.Equal(a.Equals(b), pa.SetEquals(pb));
    });

    private static FieldSet Random(Random random, int depth)
    {
        var set = FieldSet.Empty;
        for (int i = random.Next(5); i > 0; i--)
            set = set.Union(FieldSet.Of([.. Enumerable.Range(0, random.Next(1, depth + 1)).Select(_ => $"{(char)('a' + random.Next(3))}")]));
        return set;
    }

    [Theory]
    [InlineData("""{"spec":{"nodeSelector":{"a":"b"}}}""", """{"f:spec":{"f:nodeSelector":{}}}""")]
    [InlineData("""{"spec":{"tolerations":[{"key":"a"}]}}""", """{"f:spec":{"f:tolerations":{}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"b"},"annotations":{}}}""", """{"f:metadata":{"f:annotations":{},"f:labels":{"f:a":{}}}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","args":["x"],"resources":{"limits":{"cpu":"1"}}}]}}""",
        """{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:args":{},"f:name":{},"f:resources":{"f:limits":{"f:cpu":{}}}}}}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","env":[{"name":"E","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}]}]}}""",
        """{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:env":{"k:{\"name\":\"E\"}":{".":{},"f:name":{},"f:valueFrom":{"f:configMapKeyRef":{}}}},"f:name":{}}}}}""")]
    [InlineData("""{"spec":{"imagePullSecrets":[{"name":"a"}],"topologySpreadConstraints":[{"topologyKey":"t","whenUnsatisfiable":"w","maxSkew":1}]}}""",
        """{"f:spec":{"f:imagePullSecrets":{"k:{\"name\":\"a\"}":{}},"f:topologySpreadConstraints":{"k:{\"topologyKey\":\"t\",\"whenUnsatisfiable\":\"w\"}":{".":{},"f:maxSkew":{},"f:topologyKey":{},"f:whenUnsatisfiable":{}}}}}""")]
    [InlineData("""{"metadata":{"ownerReferences":[{"uid":"u","name":"n"}],"finalizers":["a/b"]}}""",
        """{"f:metadata":{"f:finalizers":{"v:\"a/b\"":{}},"f:ownerReferences":{"k:{\"uid\":\"u\"}":{}}}}""")]
    [InlineData("""{"status":{"podIPs":[{"ip":"1"}],"hostIPs":[{"ip":"1"}],"conditions":[{"type":"T","status":"True"}]}}""",
        """{"f:status":{"f:conditions":{"k:{\"type\":\"T\"}":{".":{},"f:status":{},"f:type":{}}},"f:hostIPs":{},"f:podIPs":{"k:{\"ip\":\"1\"}":{".":{},"f:ip":{}}}}}""")]
    [InlineData("""{"spec":{"replicas":null,"unknownField":{"a":[1],"b":{}}}}""", """{"f:spec":{"f:unknownField":{".":{},"f:a":{},"f:b":{}}}}""")]
    public void A_document_sets_the_fields_that_Kubernetes_says(string document, string fields) =>
        Assert.Equal(fields, FieldWalk.SetOf(Parse(document), FieldPlace.Of(typeof(Pod))).ToString());
}
