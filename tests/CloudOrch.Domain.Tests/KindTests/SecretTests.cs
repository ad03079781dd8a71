using System.Text;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Secrets;

namespace CloudOrch.Domain.Tests.KindTests;

public class SecretTests
{
    [Fact]
    public void Plain_values_are_taken_over_as_base64_and_win()
    {
        var secret = Of("""{"data":{"a":"b2xk","b":"Yg=="},"stringData":{"a":"new"}}""");
        Assert.Equal("Opaque", secret.Type);
        Assert.Equal("bmV3", secret.Data!["a"]);
        Assert.Equal("Yg==", secret.Data["b"]);
        Assert.Null(secret.StringData);
    }

    [Theory]
    [InlineData("""{"data":{"a b":"Yg=="}}""", "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")]
    [InlineData("""{"data":{"a":"hunter2"}}""", "data[a]: Invalid value: \"<secret contents redacted>\": must be base64")]
    [InlineData("""{"type":"kubernetes.io/tls","data":{"tls.crt":"Yg=="}}""", "data[tls.key]: Required value")]
    [InlineData("""{"type":"kubernetes.io/ssh-auth"}""", "data[ssh-privatekey]: Required value")]
    [InlineData("""{"type":"kubernetes.io/dockerconfigjson"}""", "data[.dockerconfigjson]: Required value")]
    [InlineData("""{"type":"kubernetes.io/dockercfg","stringData":{".dockercfg":"hunter2"}}""", "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": must be a JSON object")]
    [InlineData("""{"type":"kubernetes.io/service-account-token"}""", "metadata.annotations[kubernetes.io/service-account.name]: Required value")]
    public void A_bad_secret_is_refused_without_what_it_holds(string body, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.Secrets, Document(body)));

    [Fact]
    public void Basic_authentication_needs_a_name_or_a_password()
    {
        Assert.Equal(["data[username]: Required value", "data[password]: Required value"], Check.Problems(ResourceTypes.Secrets, Document("""{"type":"kubernetes.io/basic-auth"}""")));
        Assert.Empty(Check.Problems(ResourceTypes.Secrets, Document("""{"type":"kubernetes.io/basic-auth","stringData":{"password":""}}""")));
    }

    [Fact]
    public void A_secret_holds_one_MiB() => Assert.Equal(["data: Too long: may not be more than 1048576 bytes"],
        Check.Problems(ResourceTypes.Secrets, Document($$$"""{"stringData":{"a":"{{{new string('x', 1048577)}}}"}}""")));

    [Fact]
    public void The_type_is_immutable_and_so_is_everything_when_it_says_so()
    {
        string old = Document("""{"stringData":{"a":"1"},"immutable":true}""");
        Assert.Empty(Check.UpdateProblems(ResourceTypes.Secrets, old, old));
        Assert.Equal(["type: Invalid value: \"other\": field is immutable"], Check.UpdateProblems(ResourceTypes.Secrets, Document("{}"), Document("""{"type":"other"}""")));
        Assert.Equal(["data: Forbidden: field is immutable when `immutable` is set"],
            Check.UpdateProblems(ResourceTypes.Secrets, old, old.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)));
        Assert.Equal(["immutable: Forbidden: field is immutable when `immutable` is set"],
            Check.UpdateProblems(ResourceTypes.Secrets, old, old.Replace("true", "false", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"data":{"pin":123456}}""")]
    [InlineData("""{"data":["123456"]}""")]
    [InlineData("""{"stringData":{"pin":{"deep":123456}}}""")]
    [InlineData("""{"stringData":{"pin":["123456"]}}""")]
    [InlineData("""{"data":123456}""")]
    public void A_body_of_the_wrong_shape_is_refused_without_what_it_holds(string body)
    {
        var refused = Assert.IsType<DecodeOutcome.Refused>(ObjectReader.Read(KindRegistry.Of<Secret>(), Encoding.UTF8.GetBytes(body), FieldValidation.Strict));
        Assert.Contains("ata", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_as_text_is_its_name()
    {
        var secret = Of("""{"stringData":{"a":"hunter2"}}""");
        Assert.Equal("Secret default/s", $"{secret}");
    }

    private static Secret Of(string body) => (Secret)Check.Default(KindRegistry.Of<Secret>(), Document(body));

    private static string Document(string body) => $$"""{"metadata":{"name":"s","namespace":"default"}{{(body.Length > 2 ? "," : "")}}{{body[1..]}}""";
}
