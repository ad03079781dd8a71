using System.Globalization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Printing;

/// <summary>How kubectl's columns show ages, names and selectors (k8s.io/kubernetes/pkg/printers).</summary>
public static class Print
{
    public const string None = "<none>";
    public const string Unknown = "<unknown>";

    public static PrinterColumn Name => new("Name", "string", "Name must be unique within a namespace.", 0, (o, _) => o.Metadata.Name, "name");

    public static PrinterColumn Age => new("Age", "string", "Time since the object was created.", 0, (o, now) => Since(o.Metadata.CreationTimestamp, now));

    public static PrinterColumn CreatedAt => new("Created At", "date", "When the object was created.", 0,
        (o, _) => o.Metadata.CreationTimestamp?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public static PrinterColumn Of<T>(string name, string description, Func<T, object?> value, int priority = 0, string type = "string")
        where T : KubeObject => new(name, type, description, priority, (o, _) => value((T)o));

    public static PrinterColumn Timed<T>(string name, string description, Func<T, DateTimeOffset, object?> value, int priority = 0, string type = "string")
        where T : KubeObject => new(name, type, description, priority, (o, now) => value((T)o, now));

    public static string Since(DateTimeOffset? time, DateTimeOffset now) => time is { } at ? Duration(now - at) : Unknown;

    /// <summary>At most two units: 119s, 2m, 9m59s, 179m, 7h59m, 47h, 7d23h, 729d, 7y364d.</summary>
    public static string Duration(TimeSpan elapsed)
    {
        long seconds = (long)elapsed.TotalSeconds, minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => $"{seconds}s",
            _ when minutes < 10 => Two(minutes, 'm', seconds % 60, 's'),
            _ when minutes < 180 => $"{minutes}m",
            _ when hours < 8 => Two(hours, 'h', minutes % 60, 'm'),
            _ when hours < 48 => $"{hours}h",
            _ when days < 8 => Two(days, 'd', hours % 24, 'h'),
            _ when days < 365 * 2 => $"{days}d",
            _ when days < 365 * 8 => Two(days / 365, 'y', days % 365, 'd'),
            _ => $"{days / 365}y",
        };
    }

    private static string Two(long major, char majorUnit, long minor, char minorUnit) =>
        minor == 0 ? $"{major}{majorUnit}" : $"{major}{majorUnit}{minor}{minorUnit}";

    public static string OrNone(string? text) => string.IsNullOrEmpty(text) ? None : text;

    public static string ContainerNames(PodSpec spec) => string.Join(',', spec.Containers.Select(c => c.Name));

    public static string Images(PodSpec spec) => string.Join(',', spec.Containers.Select(c => c.Image));

    /// <summary><c>app=web,tier=front</c>: labels, or a plain selector.</summary>
    public static string Labels(ValueMap<string>? labels) =>
        labels is not { Count: > 0 } ? None : string.Join(',', labels.Select(l => $"{l.Key}={l.Value}"));

    /// <summary>At most three, and how many there are beside them.</summary>
    public static string Some(IReadOnlyCollection<string> items) =>
        string.Join(',', items.Take(3)) + (items.Count > 3 ? $" + {items.Count - 3} more..." : "");

    /// <summary><c>app=web,tier in (a,b),!old</c>: sorted by key.</summary>
    public static string Selector(LabelSelector? selector)
    {
        if (selector is null)
            return None;
        var parts = new List<(string Key, string Text)>();
        foreach (var (key, value) in selector.MatchLabels ?? ValueMap<string>.Empty)
            parts.Add((key, $"{key}={value}"));
        foreach (var e in selector.MatchExpressions ?? [])
        {
            string values = string.Join(',', (e.Values ?? []).Order(StringComparer.Ordinal));
            parts.Add((e.Key, e.Operator switch
            {
                "In" => $"{e.Key} in ({values})",
                "NotIn" => $"{e.Key} notin ({values})",
                "Exists" => e.Key,
                _ => $"!{e.Key}",
            }));
        }
        return parts.Count == 0 ? None : string.Join(',', parts.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Text));
    }
}
