using System.Runtime.CompilerServices;
using System.Text;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Api.Selectors;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Tests.ApiTests;

/// <summary>Keeps docs/api-compatibility.md true: it is written from the registry.</summary>
public class CompatibilityTests
{
    /// <remarks>To write the page anew, delete it and run this test.</remarks>
    [Fact]
    public void The_page_on_compatibility_says_what_the_registry_says()
    {
        string path = Path.Combine(Root(), "docs", "api-compatibility.md");
        string page = Page();
        if (!File.Exists(path))
        {
            File.WriteAllText(path, page);
            Assert.Fail($"{path} did not exist and was written: review it");
        }
        Assert.Equal(page, File.ReadAllText(path));
    }

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("""
            # What of Kubernetes' API is served

            Written from the registry of kinds by `CompatibilityTests`; a test fails when it is out of date. Seen with kubectl 1.20, 1.27, 1.32 and 1.33,
            `@kubernetes/client-node` 1.4 and the .NET `KubernetesClient` 21.

            Bodies: JSON, YAML, and protobuf for the kinds below. Patches: strategic merge, merge (RFC 7386), JSON patch (RFC 6902), and server-side apply of objects,
            their status and their scale, with managed fields as Kubernetes keeps them. Writes of the control plane itself are tracked where objects have managers already
            (`cloudorch`), and never of the status.
            Answers: JSON and tables. Discovery: aggregated (v2, v2beta1) and legacy. OpenAPI: versions 2 and 3, both with
            schemas and descriptions, for `kubectl explain` and for kubectl's own validation before 1.25.

            ## Kinds

            A kind with two versions is one kind: whatever is written in one of them is read, listed and watched in both.


            """);
        page.Append("| kind | apiVersion | scope | short names | verbs | subresources | protobuf bodies |\n|---|---|---|---|---|---|---|\n");
        foreach (var kind in Kinds())
        {
            bool protobuf = KindMessages.Kinds.ContainsKey((kind.ApiVersion, kind.Kind));
            page.Append($"| {kind.Kind} | {kind.ApiVersion} | {(kind.OfTenant ? "tenant" : kind.Namespaced ? "namespace" : "cluster")} | {string.Join(", ", kind.ShortNames)} " +
                $"| {string.Join(", ", kind.Verbs)} | {string.Join(", ", kind.Subresources)} | {(protobuf ? "yes" : "")} |\n");
        }
        page.Append("""

            ## Subresources that are refused

            Known to clients, in no discovery document, and answered 405 at once with a message that says what to do instead: `pods/exec`, `pods/attach`, `pods/portforward`,
            `pods/ephemeralcontainers` and `proxy`. A pod or a template with `ephemeralContainers` is refused (422).

            ## Tokens of service accounts

            `kubectl create token` gives out a token that this API accepts as `system:serviceaccount:<namespace>:<name>`, until its time is over or the account, or the object
            that the token is bound to, is gone. It opens the cluster that it was made in and no other. An account has the rights of every user and no more, since RoleBindings
            are only stored; nobody but this API can check a token (there are no keys to fetch, and no TokenReview), and pods get none.

            """);
        page.Append("\n## Field selectors\n\n");
        foreach (var kind in Kinds())
            page.Append($"- {NameOf(kind)}: {string.Join(", ", FieldQuery.Supported(kind).Select(f => $"`{f}`"))}\n");
        page.Append("\n## Kinds that are stored but that nothing acts on\n\nTheir objects are defaulted and validated as in Kubernetes; a request that writes one is answered with a `Warning` header:\n\n");
        foreach (string sentence in Kinds().Select(k => k.NotActedOn).OfType<string>().Distinct())
            page.Append($"- {sentence}\n");
        page.Append("\n## Fields that are stored but that nothing acts on\n\nA request that sets one of these is answered with a `Warning` header that names it. A field that is not known at all is\n" +
            "refused (`fieldValidation=Strict`, kubectl's default since 1.27) or answered with a warning. Pod templates have the fields of pods, init containers those of\ncontainers.\n\n");
        foreach (var kind in Kinds())
        {
            string[] fields = [.. Unused(ApiSchema.Of(kind.ClrType), "", [])];
            if (fields.Length > 0)
                page.Append($"- {NameOf(kind)}: {string.Join(", ", fields.Select(f => $"`{f}`"))}\n");
        }
        return page.ToString();
    }

    private static string NameOf(KindDefinition kind) => kind is KindView ? $"{kind.Kind} of {kind.ApiVersion}" : kind.Kind;

    private static IEnumerable<KindDefinition> Kinds() => KindRegistry.Served.OrderBy(k => k.ApiVersion, StringComparer.Ordinal).ThenBy(k => k.Kind, StringComparer.Ordinal);

    private static IEnumerable<string> Unused(ApiSchema schema, string path, HashSet<Type> above)
    {
        if (schema.Shape is SchemaShape.List or SchemaShape.Map)
            return Unused(schema.Item!, path + "[]", above);
        if (schema.Shape != SchemaShape.Object || above.Contains(schema.ClrType) || schema.ClrType == typeof(PodTemplateSpec))
            return [];
        return schema.Fields.Values.Where(f => f.Name is not ("initContainers" or "ephemeralContainers")).SelectMany(f =>
        {
            string at = path.Length == 0 ? f.Name : $"{path}.{f.Name}";
            return f.NotActedOn is null ? f.KeysNotActedOn.Select(k => $"{at}.{k}").Concat(Unused(f.Schema, at, [.. above, schema.ClrType]))
                : f.ActedOnWith is { } unless ? [$"{at} (unless {unless})"]
                : [f.NotActedOn.Count == 0 ? at : $"{at} (other than {string.Join(", ", f.NotActedOn)})"];
        });
    }

    private static string Root([CallerFilePath] string here = "")
    {
        string directory = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(directory, "CloudOrch.sln")))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }
}
