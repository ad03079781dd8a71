namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>A field of a message: its JSON name and how it is written there.</summary>
/// <param name="Type">string, int, bool, bytes, Quantity, IntOrString, Time, MicroTime, ignored, or a message's name.</param>
/// <param name="Keep">Zero, false and "" mean something: a pointer in Go. Otherwise they mean absent.</param>
/// <param name="Inline">The message's fields stand in the parent's JSON.</param>
internal sealed record ProtoField(string Name, string Type, bool Repeated, bool Map, bool Keep, bool Inline);

/// <summary>Descriptions of messages, read from text: a new kind is a few lines of it.</summary>
/// <remarks>
/// One message a paragraph: its name, then lines of field number, JSON name and type. After a type, <c>[]</c> means repeated and <c>*</c> a
/// pointer; <c>map:T</c> is a map from string to T; <c>inline:T</c> a message whose fields stand in the parent's JSON.
/// </remarks>
internal sealed class ProtoDescription
{
    private readonly Dictionary<string, Dictionary<int, ProtoField>> messages = new(StringComparer.Ordinal);

    public ProtoDescription(params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
            Read(text);
    }

    public IEnumerable<string> Messages => messages.Keys;

    public IReadOnlyDictionary<int, ProtoField> this[string message] => messages[message];

    /// <summary>Types that no message describes and that are no plain type: a slip in the text.</summary>
    public IEnumerable<string> Undescribed() => messages.Values.SelectMany(f => f.Values).Select(f => f.Type)
        .Where(t => !messages.ContainsKey(t) && t is not ("string" or "int" or "bool" or "bytes" or "json" or "Quantity" or "IntOrString" or "Time" or "MicroTime" or "ignored"))
        .Distinct();

    private void Read(string text)
    {
        Dictionary<int, ProtoField>? message = null;
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words.Length)
            {
                case 0:
                    message = null;
                    break;
                case 1:
                    messages.Add(words[0], message = []);
                    break;
                case 3 when message is not null:
                    message.Add(int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), FieldOf(words[1], words[2]));
                    break;
                default:
                    throw new FormatException($"not a line of a message's description: {line}");
            }
        }
    }

    private static ProtoField FieldOf(string name, string type)
    {
        bool map = type.StartsWith("map:", StringComparison.Ordinal), inline = type.StartsWith("inline:", StringComparison.Ordinal);
        string plain = type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..];
        bool repeated = plain.EndsWith("[]", StringComparison.Ordinal), keep = plain.EndsWith('*');
        return new(name, plain.TrimEnd('[', ']', '*'), repeated, map, keep, inline);
    }
}
