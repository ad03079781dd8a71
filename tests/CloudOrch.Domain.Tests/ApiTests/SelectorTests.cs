using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Selectors;
using CloudOrch.Domain.Kinds;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.ApiTests;

public class SelectorTests
{
    private static readonly ValueMap<string> Labels = ValueMap.Of(("app", "web"), ("tier", "front"), ("cores", "8"), ("example.com/ready", ""));

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web", true)]
    [InlineData("app = web , tier=front", true)]
    [InlineData("app=web,tier=back", false)]
    [InlineData("app!=web", false)]
    [InlineData("missing!=web", true)]
    [InlineData("app in (web, api)", true)]
    [InlineData("app in (api)", false)]
    [InlineData("app notin (api)", true)]
    [InlineData("missing notin (api)", true)]
    [InlineData("app", true)]
    [InlineData("missing", false)]
    [InlineData("!missing", true)]
    [InlineData("!app", false)]
    [InlineData("example.com/ready", true)]
    [InlineData("example.com/ready=", true)]
    [InlineData("app=", false)]
    [InlineData("cores>4", true)]
    [InlineData("cores<4", false)]
    [InlineData("app>4", false)]
    [InlineData("in in (in)", false)]
    public void A_label_selector_matches_by_every_operator(string text, bool expected)
    {
        Assert.True(LabelQuery.TryParse(text, out var query, out string problem), problem);
        Assert.Equal(expected, query.Matches(Labels));
    }

    [Theory]
    [InlineData("=web", "found '=', expected: !, identifier")]
    [InlineData("app in web", "found 'web', expected: '('")]
    [InlineData("app in (web", "expected: ',' or ')'")]
    [InlineData("app web", "found 'web', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("app=web tier", "found 'tier', expected: ','")]
    [InlineData("cores>many", "the value must be an integer")]
    [InlineData("-app=web", "key \"-app\"")]
    [InlineData("app=we$b", "value \"we$b\" of key \"app\"")]
    [InlineData("app,,tier", "found ','")]
    public void A_label_selector_that_cannot_be_read_says_why(string text, string problem)
    {
        Assert.False(LabelQuery.TryParse(text, out _, out string actual));
        Assert.Contains(problem, actual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("metadata.name=web", true)]
    [InlineData("metadata.name==web,metadata.namespace=default", true)]
    [InlineData("spec.nodeName=n1", true)]
    [InlineData("spec.nodeName!=n1", false)]
    [InlineData("spec.nodeName=n1,status.phase!=Succeeded,status.phase!=Failed", true)]
    [InlineData("status.phase=Pending", true)]
    [InlineData("metadata.name=w\\,b", false)]
    public void A_field_selector_compares_the_fields_that_the_kind_offers(string text, bool expected)
    {
        var pods = KindRegistry.Find(ResourceTypes.Pods)!;
        Assert.True(FieldQuery.TryParse(text, pods, out var query, out string problem), problem);
        Assert.Equal(expected, query.Matches(A.Pod("web").On("n1")));
    }

    [Fact]
    public void An_unknown_field_is_refused_with_the_names_of_those_supported()
    {
        Assert.False(FieldQuery.TryParse("spec.foo=1", KindRegistry.Find(ResourceTypes.Namespaces)!, out _, out string problem));
        Assert.Equal("\"spec.foo\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\", \"status.phase\"", problem);
        Assert.False(FieldQuery.TryParse("metadata.name", KindRegistry.Find(ResourceTypes.Namespaces)!, out _, out problem));
        Assert.Contains("can't understand it", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_query_demands_of_a_field_can_be_asked()
    {
        Assert.True(FieldQuery.TryParse("metadata.name=web,spec.nodeName!=n1", KindRegistry.Find(ResourceTypes.Pods)!, out var query, out _));
        Assert.Equal("web", query.Required("metadata.name"));
        Assert.Null(query.Required("spec.nodeName"));
    }
}
