using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;

namespace CloudOrch.Domain.Tests.ApiTests;

public class ObjectReaderTests
{
    [Theory]
    [InlineData("""{"spec":{"replicas":"three"}}""", "spec.replicas: expected a whole number (32 bits), got \"three\"")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":7}]}}}}""", "spec.template.spec.containers[1].name: expected a string, got 7")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":{"name":"a"}}}}}""", "spec.template.spec.containers: expected a list, got {\"name\":\"a\"}")]
    [InlineData("""{"spec":[]}""", "spec: expected an object, got []")]
    [InlineData("""{"spec":{"paused":"yes"}}""", "spec.paused: expected true or false, got \"yes\"")]
    [InlineData("""{"metadata":{"labels":{"a":1}}}""", "metadata.labels.a: expected a string, got 1")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""", "metadata.creationTimestamp: expected a time such as 2030-01-31T10:00:00Z, got \"yesterday\"")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}}}""", "spec.template.spec.containers[0].resources.limits.cpu: expected a quantity such as 250m, 1.5Gi or 1e3, got \"lots\"")]
    [InlineData("""{"spec":{"replicas":3000000000}}""", "spec.replicas: expected a whole number (32 bits), got 3000000000")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[null]}}}}""", "spec.template.spec.containers[0]: expected an object, got null")]
    public void A_field_of_the_wrong_type_is_named_with_its_value_and_what_was_expected(string body, string problem)
    {
        var refused = Assert.IsType<DecodeOutcome.Refused>(Read(body));
        Assert.Equal($"Deployment in version \"v1\" cannot be handled as a Deployment: {problem}", refused.Message);
    }

    [Theory]
    [InlineData("{", "the body is not valid JSON")]
    [InlineData("", "the body is not valid JSON")]
    [InlineData("[]", "the body is not an object of kind Deployment")]
    [InlineData("""{"kind":"Pod"}""", "no kind \"Pod\" is accepted here: the path takes Deployment of apps/v1")]
    [InlineData("""{"apiVersion":"v1"}""", "the API version in the data (v1) does not match the expected API version (apps/v1)")]
    public void A_body_that_is_no_such_object_is_refused(string body, string problem) =>
        Assert.Contains(problem, Assert.IsType<DecodeOutcome.Refused>(Read(body)).Message, StringComparison.Ordinal);

    [Fact]
    public void Strict_validation_refuses_unknown_and_repeated_fields_and_names_all_of_them()
    {
        const string body = """{"spec":{"replicas":1,"replicas":2,"foo":1,"template":{"spec":{"containers":[{"name":"a","imagee":"x"}]}}}}""";
        var refused = Assert.IsType<DecodeOutcome.Refused>(Read(body, FieldValidation.Strict));
        Assert.Equal("Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: duplicate field \"spec.replicas\", " +
            "unknown field \"spec.foo\", unknown field \"spec.template.spec.containers[0].imagee\"", refused.Message);
    }

    [Fact]
    public void Unknown_fields_are_warned_of_and_survive()
    {
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(Read("""{"spec":{"foo":{"bar":1}}}"""));
        Assert.Equal(["unknown field \"spec.foo\""], decoded.Warnings);
        Assert.Equal("""{"bar":1}""", ((Deployment)decoded.Object).Spec.Unknown!["foo"].GetRawText());
        Assert.Empty(Assert.IsType<DecodeOutcome.Decoded>(Read("""{"spec":{"foo":1}}""", FieldValidation.Ignore)).Warnings);
    }

    [Fact]
    public void A_field_that_nothing_acts_on_is_answered_with_a_warning_that_names_it()
    {
        const string body = """{"spec":{"template":{"spec":{"hostPID":true,"hostIPC":false,"affinity":{},"runtimeClassName":"gvisor","containers":[]}}}}""";
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(Read(body, FieldValidation.Strict));
        Assert.Equal(
            ["spec.template.spec.hostPID: this field is stored, but nothing acts on it", "spec.template.spec.runtimeClassName: this field is stored, but nothing acts on it"],
            decoded.Warnings);
    }

    [Theory]
    [InlineData("""{"containers":[{"resources":{"limits":{"cpu":"1","ephemeral-storage":"1Gi"},"requests":{"ephemeral-storage":"1Gi"}}}]}""", "containers[0].resources.limits.ephemeral-storage")]
    [InlineData("""{"containers":[{"resources":{"limits":{"cpu":"1","memory":"1Gi","example.com/gpu":"1"}}}]}""", null)]
    [InlineData("""{"volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Gi"}}]}""", "volumes[0].emptyDir.sizeLimit")]
    [InlineData("""{"volumes":[{"name":"v","emptyDir":{"medium":"","sizeLimit":"1Gi"}}]}""", "volumes[0].emptyDir.sizeLimit")]
    [InlineData("""{"volumes":[{"name":"v","emptyDir":{"medium":"Memory","sizeLimit":"1Gi"}}]}""", null)]
    public void A_limit_that_nobody_keeps_is_answered_with_a_warning_and_one_that_is_kept_is_not(string pod, string? warned)
    {
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(Read($$$"""{"spec":{"template":{"spec":{{{pod}}} } } }""", FieldValidation.Strict));
        Assert.Equal(warned is null ? [] : [$"spec.template.spec.{warned}: this field is stored, but nothing acts on it"], decoded.Warnings);
    }

    [Theory]
    [InlineData("dnsPolicy", "ClusterFirst", false)]
    [InlineData("dnsPolicy", "None", true)]
    [InlineData("serviceAccountName", "default", false)]
    [InlineData("serviceAccountName", "robot", true)]
    public void A_default_that_a_client_sends_back_needs_no_warning(string field, string value, bool warned)
    {
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(Read($$$"""{"spec":{"template":{"spec":{"{{{field}}}":"{{{value}}}"} } } }"""));
        Assert.Equal(warned ? [$"spec.template.spec.{field}: this field is stored, but nothing acts on it"] : [], decoded.Warnings);
    }

    [Fact]
    public void What_was_defaulted_can_be_written_back_without_a_warning()
    {
        var kind = KindRegistry.Of<Deployment>();
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(ObjectReader.Read(kind, kind.Write(CloudOrch.Testing.A.Deployment("web")), FieldValidation.Strict));
        Assert.Empty(decoded.Warnings);
    }

    [Fact]
    public void Null_means_absent_as_Go_clients_write_it()
    {
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(Read("""
            {"metadata":{"creationTimestamp":null,"labels":{"a":null}},"spec":{"template":{"metadata":null,"spec":{"containers":null}}},"status":null}
            """, FieldValidation.Strict));
        var deployment = (Deployment)decoded.Object;
        Assert.Equal("", deployment.Metadata.Labels!["a"]);
        Assert.Empty(deployment.Spec.Template.Spec.Containers);
        Assert.NotNull(deployment.Spec.Template.Metadata);
    }

    [Fact]
    public void Bodies_of_kinds_that_are_not_stored_are_read_the_same_way()
    {
        byte[] body = Encoding.UTF8.GetBytes("""{"kind":"Scale","apiVersion":"autoscaling/v1","spec":{"replicas":4}}""");
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(ObjectReader.Read<Scale>("Scale", "autoscaling/v1", body, FieldValidation.Strict));
        Assert.Equal(4, ((Scale)decoded.Object).Spec!.Replicas);
    }

    [Fact]
    public void A_body_nested_too_deeply_is_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);
        Assert.Contains("not valid JSON", Assert.IsType<DecodeOutcome.Refused>(Read(deep)).Message, StringComparison.Ordinal);
    }

    private static DecodeOutcome Read(string body, FieldValidation validation = FieldValidation.Warn) =>
        ObjectReader.Read(KindRegistry.Of<Deployment>(), Encoding.UTF8.GetBytes(body), validation);
}
