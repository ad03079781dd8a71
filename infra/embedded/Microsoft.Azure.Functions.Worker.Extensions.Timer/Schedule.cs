using System.Globalization;

namespace Microsoft.Azure.Functions.Worker.Extensions.Timer;

/// <summary>When a timer is due: NCRONTAB or a constant interval.</summary>
/// <remarks>As NCrontab: day and weekday must both fit, Sunday is 0, names of months and days may be used, instants are whole seconds in UTC.</remarks>
internal abstract class Schedule
{
    /// <summary>The first instant after <paramref name="after"/>.</summary>
    public abstract DateTimeOffset Next(DateTimeOffset after);

    /// <exception cref="FormatException">Neither cron nor a positive time span.</exception>
    public static Schedule Parse(string text)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero && text.Contains(':', StringComparison.Ordinal))
            return new Constant(interval);
        string[] fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length == 5)
            fields = ["0", .. fields];
        if (fields.Length != 6)
            throw new FormatException($"The schedule expression '{text}' was not recognized as a valid cron expression or timespan string.");
        return new Cron(fields);
    }

    private sealed class Constant(TimeSpan interval) : Schedule
    {
        public override DateTimeOffset Next(DateTimeOffset after) => after + interval;
    }

    private sealed class Cron(string[] fields) : Schedule
    {
        private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

        private readonly bool[] _seconds = Field(fields[0], 0, 59, []);
        private readonly bool[] _minutes = Field(fields[1], 0, 59, []);
        private readonly bool[] _hours = Field(fields[2], 0, 23, []);
        private readonly bool[] _days = Field(fields[3], 1, 31, []);
        private readonly bool[] _months = Field(fields[4], 1, 12, Months);
        private readonly bool[] _weekdays = Field(fields[5], 0, 6, Days);

        public override DateTimeOffset Next(DateTimeOffset after)
        {
            var t = new DateTimeOffset(after.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero).AddSeconds(1);
            var end = t.AddYears(8);   // 29 February comes at least every eight years
            while (t < end)
            {
                if (!_months[t.Month])
                    t = new DateTimeOffset(t.Year, t.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
                else if (!_days[t.Day] || !_weekdays[(int)t.DayOfWeek])
                    t = new DateTimeOffset(t.Year, t.Month, t.Day, 0, 0, 0, TimeSpan.Zero).AddDays(1);
                else if (!_hours[t.Hour])
                    t = t.AddMinutes(-t.Minute).AddSeconds(-t.Second).AddHours(1);
                else if (!_minutes[t.Minute])
                    t = t.AddSeconds(-t.Second).AddMinutes(1);
                else if (!_seconds[t.Second])
                    t = t.AddSeconds(1);
                else
                    return t;
            }

            throw new FormatException($"The schedule '{string.Join(' ', fields)}' is never due.");
        }

        // `*`, `a`, `a-b`, each with `/step`, in a list of commas.
        private static bool[] Field(string text, int min, int max, string[] names)
        {
            var set = new bool[max + 1];
            foreach (string part in text.Split(','))
            {
                string[] stepped = part.Split('/');
                string[] range = stepped[0].Split('-');
                int step = stepped.Length == 2 ? Number(stepped[1], 1, max - min + 1, []) : 1;
                if (stepped.Length > 2 || range.Length > 2)
                    throw new FormatException($"'{text}' is not a valid crontab field expression.");
                bool all = stepped[0] is "*";
                int from = all ? min : Number(range[0], min, max, names);
                int to = all || (range.Length == 1 && stepped.Length == 2) ? max : Number(range[^1], min, max, names);
                for (int i = from; i <= to; i += step)
                    set[i] = true;
            }

            return set;
        }

        private static int Number(string text, int min, int max, string[] names)
        {
            int named = Array.FindIndex(names, n => text.Length >= 3 && text.StartsWith(n, StringComparison.OrdinalIgnoreCase));
            int value = named >= 0 ? named + min : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1;
            return value >= min && value <= max ? value : throw new FormatException($"'{text}' is not a number from {min} to {max}.");
        }
    }
}
