using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.KindTests;

public class MetadataRulesTests
{
    private const string Label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Qualified = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    [Theory]
    [InlineData("""{"namespace":"default"}""", "metadata.name: Required value: name or generateName is required")]
    [InlineData("""{"name":"Web","namespace":"default"}""", $"metadata.name: Invalid value: \"Web\": {Subdomain}")]
    [InlineData("""{"name":"web","namespace":"My_Space"}""", $"metadata.namespace: Invalid value: \"My_Space\": {Label}")]
    [InlineData("""{"name":"web"}""", "metadata.namespace: Required value")]
    [InlineData("""{"generateName":"Web-","namespace":"default"}""", $"metadata.generateName: Invalid value: \"Web-\": {Subdomain}")]
    [InlineData("""{"name":"web","namespace":"default","labels":{"-a":"b"}}""", $"metadata.labels: Invalid value: \"-a\": name part {Qualified}")]
    [InlineData("""{"name":"web","namespace":"default","labels":{"x/y/z":"b"}}""", $"metadata.labels: Invalid value: \"x/y/z\": a qualified name {Qualified} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')")]
    [InlineData("""{"name":"web","namespace":"default","labels":{"/z":"b"}}""", "metadata.labels: Invalid value: \"/z\": prefix part must be non-empty")]
    [InlineData("""{"name":"web","namespace":"default","labels":{"a":"b c"}}""", "metadata.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("""{"name":"web","namespace":"default","annotations":{"a b":"c"}}""", $"metadata.annotations: Invalid value: \"a b\": name part {Qualified}")]
    [InlineData("""{"name":"web","namespace":"default","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p"}]}""", "metadata.ownerReferences[0].uid: Invalid value: \"\": must not be empty")]
    [InlineData("""{"name":"web","namespace":"default","finalizers":["orphan","foregroundDeletion"]}""", "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and finalizer foregroundDeletion cannot be both set")]
    public void Bad_metadata_is_refused_in_the_words_of_Kubernetes(string metadata, string problem) =>
        Assert.Equal([problem], Check.Problems(ResourceTypes.ConfigMaps, $$"""{"metadata":{{metadata}}}"""));

    [Fact]
    public void Two_controllers_are_one_too_many() => Assert.Contains(
        Check.Problems(ResourceTypes.ConfigMaps, """
            {"metadata":{"name":"c","namespace":"default","ownerReferences":[
              {"apiVersion":"v1","kind":"Pod","name":"a","uid":"1","controller":true},{"apiVersion":"v1","kind":"Pod","name":"b","uid":"2","controller":true}]}}
            """),
        p => p.EndsWith("Only one reference can have Controller set to true. Found \"true\" in references for Pod a and Pod b", StringComparison.Ordinal));

    [Fact]
    public void Names_have_the_lengths_of_Kubernetes()
    {
        Assert.Empty(Check.Problems(ResourceTypes.ConfigMaps, $$$"""{"metadata":{"namespace":"default","name":"{{{new string('a', 253)}}}"}}"""));
        Assert.StartsWith("metadata.name: Invalid value: \"aaa", Check.Problems(ResourceTypes.ConfigMaps, $$$"""{"metadata":{"namespace":"default","name":"{{{new string('a', 254)}}}"}}""").Single(), StringComparison.Ordinal);
        Assert.EndsWith("must be no more than 63 characters", Check.Problems(ResourceTypes.Namespaces, $$$"""{"metadata":{"name":"{{{new string('a', 64)}}}"}}""")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_ends_in_a_line_feed_is_no_name() =>
        Assert.NotEmpty(Check.Problems(ResourceTypes.ConfigMaps, """{"metadata":{"namespace":"default","name":"web\n"}}"""));

    [Fact]
    public void All_annotations_together_have_a_limit() => Assert.Equal(["metadata.annotations: Too long: may not be more than 262144 bytes"],
        Check.Problems(ResourceTypes.ConfigMaps, $$$$"""{"metadata":{"namespace":"default","name":"c","annotations":{"a":"{{{{new string('x', 262144)}}}}"}}}"""));

    [Fact]
    public void A_cluster_scoped_kind_takes_no_namespace() => Assert.Equal(["metadata.namespace: Forbidden: not allowed on this type"],
        Check.Problems(ResourceTypes.Namespaces, """{"metadata":{"name":"n","namespace":"default"}}"""));

    [Theory]
    [InlineData("""{"name":"other","namespace":"default"}""", "metadata.name: Invalid value: \"other\": field is immutable")]
    [InlineData("""{"name":"c","namespace":"other"}""", "metadata.namespace: Invalid value: \"other\": field is immutable")]
    [InlineData("""{"name":"c","namespace":"default","creationTimestamp":"2020-01-01T00:00:00Z"}""", "metadata.creationTimestamp: Invalid value: \"2020-01-01T00:00:00Z\": field is immutable")]
    [InlineData("""{"name":"c","namespace":"default","deletionTimestamp":"2020-01-01T00:00:00Z"}""", "metadata.deletionTimestamp: Invalid value: \"2020-01-01T00:00:00Z\": field is immutable")]
    public void What_the_system_sets_cannot_be_changed(string metadata, string problem) => Assert.Equal([problem],
        Check.UpdateProblems(ResourceTypes.ConfigMaps, """{"metadata":{"name":"c","namespace":"default"}}""", $$"""{"metadata":{{metadata}}}"""));
}
