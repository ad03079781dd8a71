using System.Reflection;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>A sentence for each API type and field: their doc comments, which <c>DescriptionsTests</c> gathers in <c>descriptions.txt</c>.</summary>
/// <remarks>Read when OpenAPI is first asked for, and not kept.</remarks>
public sealed class Descriptions
{
    private const string Root = "CloudOrch.Domain.";

    private readonly Dictionary<string, string> sentences = new(StringComparer.Ordinal);

    public Descriptions(TextReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0)
                sentences[line[..colon]] = line[(colon + 2)..];
        }
    }

    /// <summary>The doc comments of this build; none while descriptions.txt is being written anew.</summary>
    public static Descriptions Read()
    {
        using var stream = typeof(Descriptions).Assembly.GetManifestResourceStream(typeof(Descriptions), "descriptions.txt") ?? Stream.Null;
        using var reader = new StreamReader(stream);
        return new(reader);
    }

    public string? Of(Type type) => Of(KeyOf(type));

    public string? Of(PropertyInfo property) => Of(KeyOf(property));

    public string? Of(string key) => sentences.GetValueOrDefault(key);

    /// <summary>As in the compiler's documentation file, without <c>T:CloudOrch.Domain.</c></summary>
    public static string KeyOf(Type type)
    {
        string name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');
        return name.StartsWith(Root, StringComparison.Ordinal) ? name[Root.Length..] : name;
    }

    public static string KeyOf(PropertyInfo property) => $"{KeyOf(property.DeclaringType!)}.{property.Name}";
}
