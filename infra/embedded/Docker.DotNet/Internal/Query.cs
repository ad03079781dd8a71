using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Docker.DotNet;

/// <summary>A path with the parameters that are set; null means left out, so that the engine's default holds.</summary>
internal sealed class Query(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _any;

    public Query Add(string name, string value)
    {
        if (string.IsNullOrEmpty(value))
            return this;
        _text.Append(_any ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _any = true;
        return this;
    }

    public Query Add(string name, bool? value) => Add(name, value switch { true => "1", false => "0", null => null });

    public Query Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Repeats the parameter once for each value.</summary>
    public Query Add(string name, IEnumerable<string> values)
    {
        foreach (string value in values ?? [])
            Add(name, value);
        return this;
    }

    /// <summary>The engine's filters: a JSON object of filter name to the set of its values.</summary>
    public Query Add(string name, IDictionary<string, IDictionary<string, bool>> filters) =>
        filters is null ? this : Add(name, JsonSerializer.Serialize(filters, DockerJson.Default.IDictionaryStringIDictionaryStringBoolean));

    public override string ToString() => _text.ToString();
}
