using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>What came of reading YAML.</summary>
public abstract record YamlOutcome
{
    private YamlOutcome() { }

    /// <param name="Problems">Keys that a mapping holds twice, with their lines; of such the last counts.</param>
    public sealed record Converted(byte[] Json, IReadOnlyList<string> Problems) : YamlOutcome;

    public sealed record Refused(string Message) : YamlOutcome;
}

/// <summary>YAML to JSON as Kubernetes' own reader (sigs.k8s.io/yaml) understands it: YAML 1.1 with merge keys, one document.</summary>
/// <remarks>
/// A body costs no more than its limits allow: nesting as deep as JSON bodies may have it, and as much JSON as a body may hold, however often its
/// aliases repeat their anchors. Lines are counted from 1.
/// </remarks>
public static partial class YamlBody
{
    private const string Prefix = "tag:yaml.org,2002:";

    /// <param name="mostBytes">Of the JSON.</param>
    public static YamlOutcome ToJson(ReadOnlyMemory<byte> yaml, int mostBytes)
    {
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(yaml.Span);
            var composer = new Composer(new GuardedParser(new Parser(new StringReader(text))));
            if (composer.ReadDocument() is not { } root)
                return new YamlOutcome.Refused("the body holds no YAML document");
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = KubeJson.Options.Encoder, SkipValidation = true }))
                new Printer(writer, mostBytes).Write(root, 0);
            return new YamlOutcome.Converted(buffer.WrittenSpan.ToArray(), composer.Problems);
        }
        catch (YamlException e)
        {
            return new YamlOutcome.Refused($"yaml: line {e.Start.Line}: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            return new YamlOutcome.Refused("yaml: the body is not UTF-8");
        }
    }

    /// <summary>The library tells some mistakes of syntax by other exceptions than its own.</summary>
    private sealed class GuardedParser(Parser parser) : IParser
    {
        public ParsingEvent? Current => parser.Current;

        public bool MoveNext()
        {
            var at = parser.Current?.End ?? Mark.Empty;
            try
            {
                return parser.MoveNext();
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or NullReferenceException)
            {
                throw new YamlException(at, at, "the document cannot be understood after this", e);
            }
        }
    }

    /// <summary>A node of the document; aliases lead to the node of their anchor.</summary>
    private abstract record Node(Mark Start);

    private sealed record Plain(Mark Start, string Text, bool IsPlain, string Tag) : Node(Start);

    private sealed record Sequence(Mark Start, List<Node> Items) : Node(Start);

    private sealed record Mapping(Mark Start, List<(string Key, Node Value)> Members, List<Node> Merged) : Node(Start);

    private sealed class Composer(IParser parser)
    {
        private readonly Dictionary<string, Node> anchors = new(StringComparer.Ordinal);

        public List<string> Problems { get; } = [];

        public Node? ReadDocument()
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var root = ReadNode(0);
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
                throw new YamlException(second.Start, second.End, "the body holds more than one document");
            return root is Plain { IsPlain: true, Text: "" } ? null : root;
        }

        private Node ReadNode(int depth)
        {
            var next = parser.Current ?? throw new YamlException("the document ends early");
            if (depth > ObjectReader.MaxDepth)
                throw new YamlException(next.Start, next.End, $"the document is nested more than {ObjectReader.MaxDepth} levels deep");
            if (parser.TryConsume<AnchorAlias>(out var alias))
                return anchors.TryGetValue(alias.Value.Value, out var known) ? known : throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value.Value}' referenced");
            Node node = next switch
            {
                Scalar => ReadScalar(parser.Consume<Scalar>()),
                SequenceStart => ReadSequence(parser.Consume<SequenceStart>(), depth),
                MappingStart => ReadMapping(parser.Consume<MappingStart>(), depth),
                _ => throw new YamlException(next.Start, next.End, "a value is expected"),
            };
            if (((NodeEvent)next).Anchor is { IsEmpty: false } anchor)
                anchors[anchor.Value] = node;
            return node;
        }

        private static Plain ReadScalar(Scalar scalar) =>
            new(scalar.Start, scalar.Value, scalar.Style == ScalarStyle.Plain, scalar.Tag.IsEmpty ? "" : scalar.Tag.Value);

        private Sequence ReadSequence(SequenceStart start, int depth)
        {
            var items = new List<Node>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(ReadNode(depth + 1));
            return new(start.Start, items);
        }

        private Mapping ReadMapping(MappingStart start, int depth)
        {
            var mapping = new Mapping(start.Start, [], []);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = ReadNode(depth + 1) as Plain ?? throw new YamlException(start.Start, start.End, "a key of a mapping must be a plain value");
                var value = ReadNode(depth + 1);
                if (key is { IsPlain: true, Text: "<<" })
                {
                    Node[] sources = value is Sequence several ? [.. several.Items] : [value];
                    if (Array.Exists(sources, s => s is not Mapping))
                        throw new YamlException(key.Start, key.Start, "map merge requires map or sequence of maps as the value");
                    mapping.Merged.AddRange(sources);
                    continue;
                }
                string name = NameOf(key);
                if (!seen.Add(name))
                    Problems.Add($"line {key.Start.Line}: key {JsonSerializer.Serialize(name, KubeJson.Options)} already set in map");
                mapping.Members.Add((name, value));
            }
            return mapping;
        }

        /// <summary>Numbers and flags are keys by their text in JSON.</summary>
        private static string NameOf(Plain key) => Resolve(key) switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new YamlException(key.Start, key.Start, "a key of a mapping must not be null"),
        };
    }

    private sealed class Printer(Utf8JsonWriter writer, int mostBytes)
    {
        private long merged;

        public void Write(Node node, int depth)
        {
            if (writer.BytesCommitted + writer.BytesPending > mostBytes)
                throw new YamlException(node.Start, node.Start, $"the document is too large with what its aliases repeat: the limit is {mostBytes} bytes of JSON");
            if (depth > ObjectReader.MaxDepth)
                throw new YamlException(node.Start, node.Start, $"the document is nested more than {ObjectReader.MaxDepth} levels deep");
            switch (node)
            {
                case Plain scalar:
                    WriteScalar(scalar);
                    break;
                case Sequence sequence:
                    writer.WriteStartArray();
                    foreach (var item in sequence.Items)
                        Write(item, depth + 1);
                    writer.WriteEndArray();
                    break;
                case Mapping mapping:
                    writer.WriteStartObject();
                    foreach (var (name, value) in Members(mapping, 0))
                    {
                        writer.WritePropertyName(name);
                        Write(value, depth + 1);
                    }
                    writer.WriteEndObject();
                    break;
            }
        }

        /// <summary>Each name once: of repeated ones the last, before those that are merged in, of which the first.</summary>
        private Dictionary<string, Node> Members(Mapping mapping, int depth)
        {
            merged += 1 + mapping.Members.Count;
            if (depth > 0 && merged > mostBytes)
                throw new YamlException(mapping.Start, mapping.Start, "the document merges maps too often");
            if (depth > ObjectReader.MaxDepth)
                throw new YamlException(mapping.Start, mapping.Start, $"maps are merged more than {ObjectReader.MaxDepth} levels deep");
            var members = new Dictionary<string, Node>(StringComparer.Ordinal);
            foreach (var (name, value) in mapping.Members)
                members[name] = value;
            foreach (var source in mapping.Merged)
            {
                foreach (var (name, value) in Members((Mapping)source, depth + 1))
                    members.TryAdd(name, value);
            }
            return members;
        }

        private void WriteScalar(Plain scalar)
        {
            switch (Resolve(scalar))
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                case long number:
                    writer.WriteNumberValue(number);
                    break;
                case ulong number:
                    writer.WriteNumberValue(number);
                    break;
                case double number when double.IsFinite(number):
                    writer.WriteNumberValue(number);
                    break;
                case double:
                    throw new YamlException(scalar.Start, scalar.Start, $"{scalar.Text} cannot be written as JSON");
                case string text:
                    writer.WriteStringValue(text);
                    break;
            }
        }
    }

    /// <returns>null, bool, long, ulong, double or string.</returns>
    private static object? Resolve(Plain scalar)
    {
        string tag = scalar.Tag.StartsWith(Prefix, StringComparison.Ordinal) ? scalar.Tag[Prefix.Length..] : scalar.Tag;
        if (tag is "str" or "!" || (tag.Length == 0 && !scalar.IsPlain))
            return scalar.Text;
        if (tag == "binary")
            return Encoding.UTF8.GetString(FromBase64(scalar));
        if (tag is not ("" or "null" or "bool" or "int" or "float" or "timestamp"))
            throw new YamlException(scalar.Start, scalar.Start, $"the tag {scalar.Tag} is not supported");
        object? value = ResolvePlain(scalar.Text);
        bool fits = tag switch
        {
            "null" => value is null,
            "bool" => value is bool,
            "int" => value is long or ulong,
            "float" => value is double or long or ulong,
            _ => true,
        };
        return fits ? value : throw new YamlException(scalar.Start, scalar.Start, $"the value is no !!{tag}");
    }

    private static byte[] FromBase64(Plain scalar)
    {
        var bytes = new byte[scalar.Text.Length];
        return Convert.TryFromBase64String(scalar.Text, bytes, out int length)
            ? bytes[..length]
            : throw new YamlException(scalar.Start, scalar.Start, "!!binary value contains invalid base64 data");
    }

    private static object? ResolvePlain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return true;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return false;
            case ".nan" or ".NaN" or ".NAN":
                return double.NaN;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF":
                return double.NegativeInfinity;
        }
        if (text[0] is not (>= '0' and <= '9' or '+' or '-' or '.') || text.Length > 64)
            return text;
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(digits) is { } integer)
            return integer;
        return Number().IsMatch(digits) && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : text;
    }

    /// <summary>Decimal, 0x…, 0b…, and with a leading zero octal, as file modes are written.</summary>
    private static object? Integer(string text)
    {
        bool negative = text.StartsWith('-');
        string digits = negative || text.StartsWith('+') ? text[1..] : text;
        var (from, radix) = digits switch
        {
            ['0', 'x' or 'X', ..] => (2, 16),
            ['0', 'b' or 'B', ..] => (2, 2),
            ['0', 'o' or 'O', ..] => (2, 8),
            ['0', _, ..] => (1, 8),
            _ => (0, 10),
        };
        if (digits.Length <= from)
            return null;
        BigInteger value = 0;
        foreach (char digit in digits.AsSpan(from))
        {
            int part = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (part >= radix)
                return null;
            value = value * radix + part;
        }
        value = negative ? -value : value;
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value > 0 && value <= ulong.MaxValue ? (ulong)value : null;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
