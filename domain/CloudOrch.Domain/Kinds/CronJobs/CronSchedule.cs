using System.Globalization;
using System.Text.RegularExpressions;

namespace CloudOrch.Domain.Kinds.CronJobs;

/// <summary>The schedules that Kubernetes takes (github.com/robfig/cron/v3: ParseStandard): minute, hour, day of month, month, day of week.</summary>
public static partial class CronSchedule
{
    private static readonly string[] Named = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly (string Name, int Low, int High, string[] Words)[] Parts =
        [("minute", 0, 59, []), ("hour", 0, 23, []), ("day of month", 1, 31, []), ("month", 1, 12, Months), ("day of week", 0, 6, Days)];

    /// <summary>As Go writes durations: <c>1h30m</c>.</summary>
    [GeneratedRegex(@"^@every \+?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$", RegexOptions.CultureInvariant)]
    private static partial Regex Every();

    /// <returns>What is wrong; null: nothing.</returns>
    public static string? Problem(string schedule)
    {
        if (schedule.StartsWith('@'))
            return Named.Contains(schedule) || Every().IsMatch(schedule) ? null : $"unrecognized descriptor: {schedule}";
        string[] fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Parts.Length)
            return $"expected exactly {Parts.Length} fields, found {fields.Length}: {schedule}";
        return fields.Select((field, i) => field.Split(',').Select(range => Range(range, i)).FirstOrDefault(p => p is not null)).FirstOrDefault(p => p is not null);
    }

    /// <summary><c>*</c>, <c>5</c>, <c>1-5</c>, <c>*/15</c>, <c>mon-fri</c></summary>
    private static string? Range(string text, int part)
    {
        var (name, low, high, _) = Parts[part];
        string[] steps = text.Split('/');
        string[] ends = steps[0].Split('-');
        if (steps.Length > 2)
            return $"too many slashes: {text}";
        if (ends.Length > 2)
            return $"too many hyphens: {text}";
        if (steps.Length == 2 && (!int.TryParse(steps[1], NumberStyles.None, CultureInfo.InvariantCulture, out int step) || step == 0))
            return $"step of range should be a positive number: {text}";
        if (ends is ["*" or "?"])
            return null;
        if (Number(ends[0], part) is not { } first || Number(ends[^1], part) is not { } last)
            return $"no {name}: {text}";
        if (first < low)
            return $"beginning of range ({first}) below minimum ({low}): {text}";
        if (last > high)
            return $"end of range ({last}) above maximum ({high}): {text}";
        return first > last ? $"beginning of range ({first}) beyond end of range ({last}): {text}" : null;
    }

    private static int? Number(string text, int part)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number;
        int word = Array.IndexOf(Parts[part].Words, text.ToLowerInvariant());
        return word < 0 ? null : word + Parts[part].Low;
    }
}
