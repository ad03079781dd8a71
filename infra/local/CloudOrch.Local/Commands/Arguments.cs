using System.Globalization;

namespace CloudOrch.Local.Commands;

/// <summary>Options of the form <c>--name value</c>; an option may be given more than once.</summary>
public sealed class Arguments
{
    private readonly List<(string Name, string Value)> _options = [];

    /// <exception cref="UsageException">A word that is no option, or an option without its value.</exception>
    public static Arguments Parse(IEnumerable<string> words)
    {
        var arguments = new Arguments();
        using var word = words.GetEnumerator();
        while (word.MoveNext())
        {
            string name = word.Current;
            if (!name.StartsWith("--", StringComparison.Ordinal))
                throw new UsageException($"«{name}» is not an option");
            if (!word.MoveNext())
                throw new UsageException($"{name} needs a value");
            arguments._options.Add((name[2..], word.Current));
        }

        return arguments;
    }

    /// <summary>Every value given for the option, in order.</summary>
    public IReadOnlyList<string> All(string name) => [.. _options.Where(o => o.Name == name).Select(o => o.Value)];

    /// <summary>The last value given for the option.</summary>
    public string? Optional(string name) => All(name) is { Count: > 0 } all ? all[^1] : null;

    /// <exception cref="UsageException">It was not given.</exception>
    public string Required(string name) => Optional(name) ?? throw new UsageException($"--{name} is missing");

    /// <summary>A comma-separated list, given once or several times; empty parts do not count.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. All(name).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    /// <exception cref="UsageException">The value is not a number.</exception>
    public double Number(string name, double otherwise) =>
        Optional(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
        : throw new UsageException($"--{name} is not a number: {text}");

    /// <exception cref="UsageException">The value is not an absolute URL.</exception>
    public Uri Url(string name) => ToUrl(name, Required(name));

    public static Uri ToUrl(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw new UsageException($"--{name} is not an absolute URL: {text}");
}

/// <summary>The command line does not say what is needed; the message names the option.</summary>
public sealed class UsageException(string message) : Exception(message);
