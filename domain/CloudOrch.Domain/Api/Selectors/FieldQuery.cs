using System.Text;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.Selectors;

/// <summary>The query parameter <c>fieldSelector</c>: <c>spec.nodeName=n1,status.phase!=Failed</c>. All terms must hold.</summary>
public sealed class FieldQuery
{
    public static readonly FieldQuery Everything = new([]);

    private readonly IReadOnlyList<Term> terms;

    private FieldQuery(IReadOnlyList<Term> terms) => this.terms = terms;

    public bool MatchesEverything => terms.Count == 0;

    public bool Matches(KubeObject value) => terms.All(t => t.Equal == (t.Read(value) == t.Value));

    /// <summary>The value that a field must have, when the query says so: lets <c>metadata.name=web</c> be a point read.</summary>
    public string? Required(string field) => terms.FirstOrDefault(t => t.Field == field && t.Equal)?.Value;

    /// <param name="problem">Names the fields that the kind supports, when the answer is false.</param>
    public static bool TryParse(string? text, KindDefinition kind, out FieldQuery query, out string problem)
    {
        (query, problem) = (Everything, "");
        if (string.IsNullOrWhiteSpace(text))
            return true;
        var terms = new List<Term>();
        foreach (string part in Split(text))
        {
            if (part.Trim().Length == 0)
                continue;
            if (Operator(part) is not var (start, length, equal))
            {
                problem = $"invalid selector: '{part}'; can't understand it: use field=value, field==value or field!=value";
                return false;
            }
            string field = part[..start].Trim();
            if (Reader(kind, field) is not { } read)
            {
                problem = $"\"{field}\" is not a known field selector: only {string.Join(", ", Supported(kind).Select(f => $"\"{f}\""))}";
                return false;
            }
            terms.Add(new(field, equal, Unescape(part[(start + length)..]), read));
        }
        query = new(terms);
        return true;
    }

    /// <summary>What a <c>fieldSelector</c> of this kind may name.</summary>
    public static IReadOnlyList<string> Supported(KindDefinition kind) =>
        [.. new[] { "metadata.name", "metadata.namespace" }.Concat(kind.SelectableFields.Keys).Order(StringComparer.Ordinal)];

    private static Func<KubeObject, string>? Reader(KindDefinition kind, string field) => field switch
    {
        "metadata.name" => o => o.Metadata.Name ?? "",
        "metadata.namespace" => o => o.Metadata.Namespace ?? "",
        _ => kind.SelectableFields.GetValueOrDefault(field),
    };

    private static (int Start, int Length, bool Equal)? Operator(string part)
    {
        for (int i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\')
                i++;
            else if (part[i] == '!' && i + 1 < part.Length && part[i + 1] == '=')
                return (i, 2, false);
            else if (part[i] == '=')
                return (i, i + 1 < part.Length && part[i + 1] == '=' ? 2 : 1, true);
        }
        return null;
    }

    /// <summary>At commas that no backslash escapes.</summary>
    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return value;
        var plain = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
            plain.Append(value[i] == '\\' && i + 1 < value.Length ? value[++i] : value[i]);
        return plain.ToString();
    }

    private sealed record Term(string Field, bool Equal, string Value, Func<KubeObject, string> Read);
}
