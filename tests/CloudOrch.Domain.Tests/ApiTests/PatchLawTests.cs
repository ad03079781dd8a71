using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Patches;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Tests.KindTests;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.ApiTests;

/// <summary>What holds for every patch, over seeded documents.</summary>
public class PatchLawTests
{
    [Theory]
    [MemberData(nameof(RegistryTests.All), MemberType = typeof(RegistryTests))]
    public void Patching_an_object_with_itself_changes_nothing(string type)
    {
        var kind = RegistryTests.Kind(type);
        byte[] document = kind.Write(RegistryTests.Minimal(kind));
        foreach (var patch in new[] { PatchType.Merge, PatchType.StrategicMerge })
            AssertSame(document, Apply(patch, document, document, kind.ClrType), $"{type} {patch}");
    }

    [Fact]
    public void A_merge_patch_of_the_differences_gives_the_other_document() => Seeds.Each(500, seed =>
    {
        var random = new Random(seed);
        var (from, to) = (Document(random, 3), Document(random, 3));
        var patch = Difference(from, to);
        AssertSame(Bytes(to), Apply(PatchType.Merge, Bytes(from), Bytes(patch), typeof(Deployment)), patch.ToJsonString());
    });

    [Fact]
    public void A_strategic_merge_patch_applied_twice_is_applied_once() => Seeds.Each(300, seed =>
    {
        var random = new Random(seed);
        byte[] from = Bytes(Deployment(random)), patch = Bytes(Deployment(random));
        byte[] once = Apply(PatchType.StrategicMerge, from, patch, typeof(Deployment));
        AssertSame(once, Apply(PatchType.StrategicMerge, once, patch, typeof(Deployment)), "twice");
    });

    [Fact]
    public void A_strategic_merge_patch_loses_no_container_that_it_does_not_name() => Seeds.Each(300, seed =>
    {
        var random = new Random(seed);
        JsonObject from = Deployment(random), patch = Deployment(random);
        var result = JsonNode.Parse(Apply(PatchType.StrategicMerge, Bytes(from), Bytes(patch), typeof(Deployment)))!;
        Assert.Equal(Names(from).Union(Names(patch)).Order(StringComparer.Ordinal), Names(result).Order(StringComparer.Ordinal));
        // What the patch names comes in its order.
        Assert.Equal(Names(patch), Names(result).Where(n => Names(patch).Contains(n)));
    });

    private static byte[] Apply(PatchType type, byte[] document, byte[] patch, Type clrType) =>
        Patch.Apply(type, document, patch, clrType) is PatchOutcome.Patched patched ? patched.Json : throw new InvalidOperationException("refused");

    private static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, KubeJson.Options);

    private static void AssertSame(byte[] expected, byte[] actual, string what) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"{what}: expected {JsonNode.Parse(expected)}, was {JsonNode.Parse(actual)}");

    private static JsonObject Document(Random random, int depth)
    {
        var result = new JsonObject();
        foreach (string name in new[] { "a", "b", "c" })
        {
            switch (random.Next(depth > 0 ? 5 : 3))
            {
                case 0:
                    break;
                case 1:
                    result[name] = random.Next(3);
                    break;
                case 2:
                    result[name] = new JsonArray(random.Next(3), "x");
                    break;
                default:
                    result[name] = Document(random, depth - 1);
                    break;
            }
        }
        return result;
    }

    private static JsonObject Difference(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in from)
        {
            if (!to.ContainsKey(name))
                patch[name] = null;
        }
        foreach (var (name, value) in to)
        {
            if (from[name] is JsonObject old && value is JsonObject members)
                patch[name] = Difference(old, members);
            else if (!JsonNode.DeepEquals(from[name], value))
                patch[name] = value!.DeepClone();
        }
        return patch;
    }

    private static JsonObject Deployment(Random random)
    {
        var containers = new JsonArray();
        foreach (string name in new[] { "a", "b", "c", "d" }.OrderBy(_ => random.Next()))
        {
            if (random.Next(2) == 0)
                containers.Add((JsonNode)new JsonObject { ["name"] = name, ["image"] = $"i:{random.Next(3)}", ["args"] = new JsonArray($"{random.Next(3)}") });
        }
        return new() { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = containers } } } };
    }

    private static string[] Names(JsonNode document) => [.. document["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(c => c!["name"]!.ToString())];
}
