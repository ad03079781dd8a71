using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.OpenApi;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.ApiTests;

/// <summary>Keeps descriptions.txt true: it holds the doc comments of the types and fields that OpenAPI describes.</summary>
public partial class DescriptionsTests
{
    /// <remarks>To write the file anew, delete it, run this test, and build again.</remarks>
    [Fact]
    public void The_descriptions_are_the_doc_comments()
    {
        string path = Path.Combine(Root(), "domain", "CloudOrch.Domain", "Api", "OpenApi", "descriptions.txt");
        string text = Gathered();
        if (!File.Exists(path))
        {
            File.WriteAllText(path, text);
            Assert.Fail($"{path} did not exist and was written: review it");
        }
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("A.B: One. Two: three.\nbroken\n", "A.B", "One. Two: three.")]
    [InlineData("A.B: One.", "A.C", null)]
    public void A_line_is_a_key_and_its_sentence(string lines, string key, string? sentence) =>
        Assert.Equal(sentence, new Descriptions(new StringReader(lines)).Of(key));

    [Fact]
    public void Every_kind_and_every_field_of_the_kinds_that_are_used_most_is_described()
    {
        var descriptions = Descriptions.Read();
        var kinds = KindRegistry.Served.Where(k => k.Kind is "Pod" or "Deployment" or "ReplicaSet" or "Service" or "ConfigMap" or "Secret" or "Namespace" or "Node");
        var missing = kinds.SelectMany(k => Reached(ApiSchema.Of(k.ClrType))).Distinct().SelectMany(s => s.Fields.Values)
            .Where(f => descriptions.Of(f.Property) is null).Select(f => Descriptions.KeyOf(f.Property));
        Assert.Empty(missing.Concat(KindRegistry.Served.Where(k => descriptions.Of(k.ClrType) is null).Select(k => k.Kind)));
    }

    private static string Gathered()
    {
        var comments = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "CloudOrch.Domain.xml")).Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")!, StringComparer.Ordinal);
        var schemas = KindRegistry.Served.SelectMany(k => Reached(ApiSchema.Of(k.ClrType))).Distinct().ToList();
        var keys = schemas.Select(s => ("T", Descriptions.KeyOf(s.ClrType)))
            .Concat(schemas.SelectMany(s => s.Fields.Values).Select(f => ("P", Descriptions.KeyOf(f.Property))))
            .Append(("T", Descriptions.KeyOf(typeof(Quantity)))).Append(("T", Descriptions.KeyOf(typeof(IntOrString))));
        var text = new StringBuilder();
        foreach (var (sort, key) in keys.Distinct().OrderBy(k => k.Item2, StringComparer.Ordinal))
        {
            if (comments.TryGetValue($"{sort}:CloudOrch.Domain.{key}", out var comment))
                text.Append($"{key}: {Plain(comment)}\n");
        }
        return text.ToString();
    }

    /// <summary>The objects that an object holds, and itself.</summary>
    private static HashSet<ApiSchema> Reached(ApiSchema schema, HashSet<ApiSchema>? seen = null)
    {
        seen ??= [];
        while (schema.Item is not null)
            schema = schema.Item;
        if (schema.Shape == SchemaShape.Object && seen.Add(schema))
        {
            foreach (var field in schema.Fields.Values)
                Reached(field.Schema, seen);
        }
        return seen;
    }

    /// <summary>The words of a comment; a member that it names, as its JSON name.</summary>
    private static string Plain(XElement summary)
    {
        foreach (var see in summary.Descendants("see").ToList())
        {
            string name = see.Attribute("cref")!.Value;
            string last = name[(name.LastIndexOf('.') + 1)..];
            see.ReplaceWith(name.StartsWith("P:", StringComparison.Ordinal) ? JsonName(name) ?? last : last);
        }
        return Space().Replace(summary.Value, " ").Trim();
    }

    private static string? JsonName(string property)
    {
        int dot = property.LastIndexOf('.');
        return typeof(Descriptions).Assembly.GetType(property[2..dot]) is { } type
            ? ApiSchema.Of(type).Fields.Values.SingleOrDefault(f => f.Property.Name == property[(dot + 1)..])?.Name
            : null;
    }

    private static string Root([CallerFilePath] string here = "")
    {
        string directory = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(directory, "CloudOrch.sln")))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
