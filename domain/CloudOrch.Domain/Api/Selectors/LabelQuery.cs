using System.Globalization;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Api.Selectors;

/// <summary>The query parameter <c>labelSelector</c>: <c>app=web,tier!=cache,env in (a,b),env notin (c),ready,!old,cores&gt;4</c>.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#list-and-watch-filtering. All requirements must hold.</remarks>
public sealed class LabelQuery
{
    public static readonly LabelQuery Everything = new([]);

    private readonly IReadOnlyList<Requirement> requirements;

    private LabelQuery(IReadOnlyList<Requirement> requirements) => this.requirements = requirements;

    public bool MatchesEverything => requirements.Count == 0;

    public bool Matches(ValueMap<string>? labels) => requirements.All(r => r.Holds(labels ?? ValueMap<string>.Empty));

    /// <param name="text">null and empty match everything.</param>
    /// <param name="problem">Says what is wrong, when the answer is false.</param>
    public static bool TryParse(string? text, out LabelQuery query, out string problem)
    {
        (query, problem) = (Everything, "");
        if (string.IsNullOrWhiteSpace(text))
            return true;
        var parser = new Parser(text);
        if (parser.Run() is { } wrong)
        {
            problem = $"unable to parse requirement: {wrong} in label selector \"{text}\"";
            return false;
        }
        query = new(parser.Requirements);
        return true;
    }

    private sealed record Requirement(string Key, string Operator, IReadOnlyList<string> Values)
    {
        public bool Holds(ValueMap<string> labels)
        {
            bool has = labels.TryGetValue(Key, out string? value);
            return Operator switch
            {
                "in" => has && Values.Contains(value!),
                "notin" => !has || !Values.Contains(value!),
                "exists" => has,
                "!" => !has,
                _ => has && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                    && (Operator == ">" ? number > long.Parse(Values[0], CultureInfo.InvariantCulture) : number < long.Parse(Values[0], CultureInfo.InvariantCulture)),
            };
        }
    }

    /// <summary>Recursive descent over the text; every method answers a problem, or null.</summary>
    private sealed class Parser(string text)
    {
        private const string Special = "=!(),<>";
        private int at;

        public List<Requirement> Requirements { get; } = [];

        public string? Run()
        {
            while (true)
            {
                if (One() is { } problem)
                    return problem;
                string token = Next();
                if (token.Length == 0)
                    return null;
                if (token != ",")
                    return $"found '{token}', expected: ',' or 'end of string'";
            }
        }

        private string? One()
        {
            string first = Next();
            bool not = first == "!";
            string key = not ? Next() : first;
            if (key.Length == 0 || Special.Contains(key[0], StringComparison.Ordinal))
                return $"found '{key}', expected: !, identifier, or 'end of string'";
            if (Names.Qualified(key).FirstOrDefault() is { } wrongKey)
                return $"key \"{key}\": {wrongKey}";
            string next = Peek();
            if (not || next is "" or ",")
            {
                Requirements.Add(new(key, not ? "!" : "exists", []));
                return null;
            }
            string symbol = Next();
            return symbol switch
            {
                "=" or "==" => Value(key, "in"),
                "!=" => Value(key, "notin"),
                ">" or "<" => Number(key, symbol),
                "in" or "notin" => Set(key, symbol),
                _ => $"found '{symbol}', expected: in, notin, =, ==, !=, gt, lt",
            };
        }

        private string? Value(string key, string @operator)
        {
            // "key=" means the empty value.
            string value = Peek() is "" or "," ? "" : Next();
            return Add(key, @operator, [value]);
        }

        private string? Number(string key, string symbol)
        {
            string value = Next();
            return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                ? Add(key, symbol, [value])
                : $"for '>', '<' operators, the value must be an integer, got \"{value}\"";
        }

        private string? Set(string key, string @operator)
        {
            if (Next() is var open and not "(")
                return $"found '{open}', expected: '('";
            var values = new List<string>();
            while (true)
            {
                values.Add(Peek() is "," or ")" ? "" : Next());
                string token = Next();
                if (token == ")")
                    return Add(key, @operator, values);
                if (token != ",")
                    return $"found '{token}', expected: ',' or ')'";
            }
        }

        private string? Add(string key, string @operator, List<string> values)
        {
            foreach (string value in values)
            {
                if (value.Length > 0 && Special.Contains(value[0], StringComparison.Ordinal))
                    return $"found '{value}', expected: identifier";
                if (@operator is "in" or "notin" && Names.LabelValue(value).FirstOrDefault() is { } wrong)
                    return $"value \"{value}\" of key \"{key}\": {wrong}";
            }
            Requirements.Add(new(key, @operator, values));
            return null;
        }

        private string Peek()
        {
            int before = at;
            string token = Next();
            at = before;
            return token;
        }

        /// <summary>The next token; "" at the end.</summary>
        private string Next()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                return "";
            int start = at;
            if (Special.Contains(text[at], StringComparison.Ordinal))
            {
                at++;
                if (text[start] is '=' or '!' && at < text.Length && text[at] == '=')
                    at++;
                return text[start..at];
            }
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && !Special.Contains(text[at], StringComparison.Ordinal))
                at++;
            return text[start..at];
        }
    }
}
