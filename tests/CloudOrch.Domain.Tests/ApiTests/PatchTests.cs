using System.Text;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Patches;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Tests.ApiTests;

public class PatchTests
{
    /// <summary>RFC 7386, appendix A.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_merge_patch_follows_the_examples_of_RFC_7386(string target, string patch, string expected) =>
        AssertPatched(expected, Apply(PatchType.Merge, target, patch));

    /// <summary>RFC 6902, appendix A.</summary>
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"baz":"qux","foo":"bar"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo","foo":"bar"}""")]
    [InlineData("""{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""", """{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"baz":"qux","foo":["a",2,"c"]}""", """[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]""", """{"baz":"qux","foo":["a",2,"c"]}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/child","value":{"grandchild":{}}}]""", """{"foo":"bar","child":{"grandchild":{}}}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10}]""", """{"/":9,"~1":10}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc","def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"copy","from":"/a","path":"/c"},{"op":"replace","path":"/c/b","value":2}]""", """{"a":{"b":1},"c":{"b":2}}""")]
    [InlineData("""{"a":["x","y"]}""", """[{"op":"replace","path":"/a/1","value":"z"}]""", """{"a":["x","z"]}""")]
    public void A_json_patch_follows_the_examples_of_RFC_6902(string target, string patch, string expected) =>
        AssertPatched(expected, Apply(PatchType.Json, target, patch));

    [Theory]
    [InlineData("""{"baz":"qux"}""", """[{"op":"test","path":"/baz","value":"bar"}]""", 422, "operation 0: testing value /baz failed: expected \"bar\", found another value")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz/bat","value":"qux"}]""", 422, "nothing is at \"/baz\"")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/3","value":"x"}]""", 422, "\"3\" is no index")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", 422, "nothing is at \"/baz\"")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a","path":"/a/b"}]""", 422, "into itself")]
    [InlineData("""{}""", """[{"op":"jump","path":"/a"}]""", 400, "unknown op \"jump\"")]
    [InlineData("""{}""", """[{"op":"add","path":"/a"}]""", 400, "operation 0 has no \"value\"")]
    [InlineData("""{}""", """[{"op":"add","path":"a","value":1}]""", 400, "is not a JSON pointer")]
    [InlineData("""{}""", """{"op":"add"}""", 400, "a JSON patch is a list of operations")]
    [InlineData("""{}""", """[{""", 400, "the patch is not valid JSON")]
    public void A_json_patch_that_cannot_be_applied_says_which_operation_and_why(string target, string patch, int code, string message)
    {
        var refused = Assert.IsType<PatchOutcome.Refused>(Apply(PatchType.Json, target, patch));
        Assert.Equal(code, refused.Code);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    // Lists without a merge key are replaced.
    [InlineData("""{"spec":{"tolerations":[{"key":"a"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","args":["1","2"]}]}}""", """{"spec":{"containers":[{"name":"a","args":["3"]}]}}""", """{"spec":{"containers":[{"name":"a","args":["3"]}]}}""")]
    // Lists with one are merged; what is new comes first, as Kubernetes has it, and the rest keeps its order.
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}}""", """{"spec":{"containers":[{"name":"b","image":"2"}]}}""", """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","env":[{"name":"X","value":"1"}]}]}}""", """{"spec":{"containers":[{"name":"a","env":[{"name":"Y","value":"2"}]}]}}""", """{"spec":{"containers":[{"name":"a","env":[{"name":"Y","value":"2"},{"name":"X","value":"1"}]}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"http"}]}]}}""", """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"web"},{"containerPort":81}]}]}}""", """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"web"},{"containerPort":81}]}]}}""")]
    // Directives on items.
    [InlineData("""{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}""", """{"spec":{"containers":[{"name":"b"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"containers":[{"name":"c"},{"$patch":"replace"}]}}""", """{"spec":{"containers":[{"name":"c"}]}}""")]
    // Directives on objects.
    [InlineData("""{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"$patch":"replace","c":"3"}}}""", """{"metadata":{"labels":{"c":"3"}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"$patch":"delete"}}}""", """{"metadata":{"labels":{}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"a":null,"b":"2"}}}""", """{"metadata":{"labels":{"b":"2"}}}""")]
    // Plain values as a set.
    [InlineData("""{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"finalizers":["c"]}}""", """{"metadata":{"finalizers":["c","a","b"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}}""", """{"metadata":{"finalizers":["b"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["a","b","s"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"$setElementOrder/finalizers":["c","b"],"finalizers":["c"]}}""", """{"metadata":{"finalizers":["c","b","s"]}}""")]
    // New parts bring neither directives nor nulls with them.
    [InlineData("""{"spec":{}}""", """{"spec":{"containers":[{"name":"a","image":null}],"$setElementOrder/containers":[{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"a"}]}}""")]
    [InlineData("""{}""", """{"spec":{"securityContext":{"$patch":"replace","runAsUser":1}}}""", """{"spec":{"securityContext":{"runAsUser":1}}}""")]
    public void A_strategic_merge_patch_merges_what_has_a_key_and_replaces_the_rest(string target, string patch, string expected) =>
        AssertPatched(expected, Apply(PatchType.StrategicMerge, target, patch, typeof(Pod)));

    [Fact]
    public void Set_element_order_sorts_the_named_items_and_keeps_the_servers_own_in_place() =>
        AssertPatched(
            """{"spec":{"containers":[{"name":"server"},{"name":"c"},{"name":"a","image":"2"}]}}""",
            Apply(PatchType.StrategicMerge,
                """{"spec":{"containers":[{"name":"server"},{"name":"a","image":"1"},{"name":"c"}]}}""",
                """{"spec":{"$setElementOrder/containers":[{"name":"c"},{"name":"a"}],"containers":[{"name":"a","image":"2"}]}}""",
                typeof(Pod)));

    [Fact]
    public void Retain_keys_removes_the_member_that_the_new_strategy_does_not_have() =>
        AssertPatched(
            """{"spec":{"strategy":{"type":"Recreate"}}}""",
            Apply(PatchType.StrategicMerge,
                """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}""",
                """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""",
                typeof(Deployment)));

    [Fact]
    public void The_patch_of_kubectl_apply_changes_the_image_and_the_replicas_and_removes_a_variable() =>
        AssertPatched(
            """{"metadata":{"annotations":{"k":"new"}},"spec":{"replicas":5,"template":{"spec":{"containers":[{"name":"web","image":"web:2","env":[{"name":"KEEP","value":"1"}],"imagePullPolicy":"Always"}]}}}}""",
            Apply(PatchType.StrategicMerge,
                """{"metadata":{"annotations":{"k":"old"}},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"web","image":"web:1","env":[{"name":"GONE","value":"1"},{"name":"KEEP","value":"1"}],"imagePullPolicy":"Always"}]}}}}""",
                """{"metadata":{"annotations":{"k":"new"}},"spec":{"replicas":5,"template":{"spec":{"$setElementOrder/containers":[{"name":"web"}],"containers":[{"$setElementOrder/env":[{"name":"KEEP"}],"env":[{"$patch":"delete","name":"GONE"}],"image":"web:2","name":"web"}]}}}}""",
                typeof(Deployment)));

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"x"}]}}""", "does not contain declared merge key: name")]
    [InlineData("""{"spec":{"containers":[{"name":"a","$patch":"explode"}]}}""", "unknown patch type \"explode\"")]
    [InlineData("""{"metadata":{"$patch":"explode"}}""", "unknown patch type \"explode\"")]
    [InlineData("""{"spec":{"$retainKeys":["hostname"],"subdomain":"x"}}""", "\"subdomain\" is set but not retained")]
    [InlineData("""[]""", "a merge patch is an object")]
    public void A_strategic_merge_patch_that_makes_no_sense_is_refused(string patch, string message)
    {
        var refused = Assert.IsType<PatchOutcome.Refused>(Apply(PatchType.StrategicMerge, """{"metadata":{},"spec":{"containers":[{"name":"a"}]}}""", patch, typeof(Pod)));
        Assert.Equal(400, refused.Code);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/merge-patch+json", PatchType.Merge)]
    [InlineData("application/json-patch+json; charset=utf-8", PatchType.Json)]
    [InlineData("Application/strategic-merge-patch+json", PatchType.StrategicMerge)]
    [InlineData("application/json", null)]
    [InlineData("application/apply-patch+yaml", null)]
    public void The_content_type_says_which_patch_it_is(string contentType, PatchType? expected) => Assert.Equal(expected, Patch.TypeOf(contentType));

    private static PatchOutcome Apply(PatchType type, string target, string patch, Type? clrType = null) =>
        Patch.Apply(type, Encoding.UTF8.GetBytes(target), Encoding.UTF8.GetBytes(patch), clrType ?? typeof(Pod));

    private static void AssertPatched(string expected, PatchOutcome outcome)
    {
        var patched = outcome as PatchOutcome.Patched ?? throw new InvalidOperationException(outcome.ToString());
        string actual = Encoding.UTF8.GetString(patched.Json);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nbut was  {actual}");
    }
}
