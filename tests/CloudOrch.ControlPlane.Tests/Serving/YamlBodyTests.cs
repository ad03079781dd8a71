using System.Text;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Serving;

public class YamlBodyTests
{
    private const int Limit = 1 << 20;

    private static YamlOutcome Read(string yaml) => YamlBody.ToJson(Encoding.UTF8.GetBytes(yaml), Limit);

    private static string Json(string yaml) => Read(yaml) switch
    {
        YamlOutcome.Converted converted => Encoding.UTF8.GetString(converted.Json),
        YamlOutcome.Refused refused => refused.Message,
        _ => "",
    };

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-7", "-7")]
    [InlineData("0644", "420")]
    [InlineData("0o17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("0b101", "5")]
    [InlineData("1_000", "1000")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("1.5", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData("089", "89")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("250m", "\"250m\"")]
    [InlineData("2026-11-22", "\"2026-11-22\"")]
    [InlineData("2026-11-22T10:00:00Z", "\"2026-11-22T10:00:00Z\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("\"yes\"", "\"yes\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int \"12\"", "12")]
    [InlineData("!!binary aGk=", "\"hi\"")]
    [InlineData("|\n  a\n  b\n", "\"a\\nb\\n\"")]
    [InlineData(">-\n  a\n  b\n", "\"a b\"")]
    public void Values_are_read_as_Kubernetes_reads_them(string yaml, string json) => Assert.Equal($$"""{"v":{{json}}}""", Json($"v: {yaml}"));

    [Theory]
    [InlineData("{\"a\": [1, {\"b\": null}], \"c\": \"ü\"}", """{"a":[1,{"b":null}],"c":"ü"}""")]
    [InlineData("a:\n- x\n- z: 1\n", """{"a":["x",{"z":1}]}""")]
    [InlineData("1: a\ntrue: b\n", """{"1":"a","true":"b"}""")]
    [InlineData("a: &x {b: 1}\nc: *x\n", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", """{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}""")]
    [InlineData("a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n", """{"a":{"b":1},"c":{"b":2,"d":3},"e":{"b":1,"d":3}}""")]
    [InlineData("---\na: 1\n...\n", """{"a":1}""")]
    public void Documents_become_JSON(string yaml, string json) => Assert.Equal(json, Json(yaml));

    [Theory]
    [InlineData("", "no YAML document")]
    [InlineData("a: 1\n---\nb: 2\n", "more than one document")]
    [InlineData("a: [1, 2", "yaml: line")]
    [InlineData("kind: [ConfigMap\ndata: x", "yaml: line")]
    [InlineData("a: *missing\n", "unknown anchor 'missing'")]
    [InlineData("a: &x [*x]\n", "unknown anchor 'x'")]
    [InlineData("? [a]\n: b\n", "must be a plain value")]
    [InlineData("~: b\n", "must not be null")]
    [InlineData("a: .inf\n", "cannot be written as JSON")]
    [InlineData("a: !mine x\n", "the tag !mine is not supported")]
    [InlineData("a: !!int x\n", "the value is no !!int")]
    [InlineData("a:\n  <<: 5\n", "map merge requires")]
    public void What_has_no_meaning_is_refused_with_its_line(string yaml, string why) => Assert.Contains(why, Json(yaml), StringComparison.Ordinal);

    [Fact]
    public void A_repeated_key_is_told_and_the_last_counts()
    {
        var read = (YamlOutcome.Converted)Read("a: 1\nb:\n  c: 1\n  c: 2\n");
        Assert.Equal("""{"a":1,"b":{"c":2}}""", Encoding.UTF8.GetString(read.Json));
        Assert.Equal("line 4: key \"c\" already set in map", Assert.Single(read.Problems));
    }

    /// <summary>«Billion laughs»: ten levels of ten aliases each.</summary>
    [Theory]
    [InlineData("[", "]", "*x{0}")]
    [InlineData("{", "}", "k{1}: *x{0}")]
    public void Aliases_do_not_blow_up(string open, string close, string item)
    {
        var yaml = new StringBuilder("x0: &x0 lol\n");
        for (int i = 1; i <= 20; i++)
            yaml.Append($"x{i}: &x{i} {open}{string.Join(", ", Enumerable.Range(0, 10).Select(k => string.Format(System.Globalization.CultureInfo.InvariantCulture, item, i - 1, k)))}{close}\n");
        Assert.Contains("too large with what its aliases repeat", Json(yaml.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_do_not_blow_up()
    {
        var yaml = new StringBuilder("x0: &x0 {a: 1}\n");
        for (int i = 1; i <= 40; i++)
            yaml.Append($"x{i}: &x{i} {{<<: [{string.Join(", ", Enumerable.Repeat($"*x{i - 1}", 10))}]}}\n");
        Assert.Contains("merges maps too often", Json(yaml.ToString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(70, false)]
    [InlineData(100_000, false)]
    public void Nesting_has_the_limit_of_JSON(int depth, bool fits)
    {
        string json = Json($"a: {new string('[', depth)}{new string(']', depth)}");
        Assert.Equal(fits, !json.Contains("levels deep", StringComparison.Ordinal));
    }

    /// <summary>Whatever comes is read or refused in words.</summary>
    [Fact]
    public void Nothing_breaks_the_reader()
    {
        string[] parts = ["a", ": ", "- ", "[", "]", "{", "}", ",", "\n", "  ", "&x ", "*x", "<<: ", "!!str ", "!!int ", "|", ">-", "\"", "'", "#", "---\n", "...\n", "? ", "%YAML 1.1\n", "\t", "\\", "0x", "1", "~", "\u0085", "\u00e9", "!<x>", "@", "`"];
        Seeds.Each(20_000, seed =>
        {
            var random = new Random(seed);
            string yaml = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => parts[random.Next(parts.Length)]));
            if (Read(yaml) is YamlOutcome.Converted converted)
                System.Text.Json.JsonDocument.Parse(converted.Json).Dispose();
        });
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Equal("yaml: the body is not UTF-8", ((YamlOutcome.Refused)YamlBody.ToJson(new byte[] { 0x61, 0x3a, 0x20, 0xff }, Limit)).Message);
}
