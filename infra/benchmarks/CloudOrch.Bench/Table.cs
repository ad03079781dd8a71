namespace CloudOrch.Bench;

/// <summary>Results as Markdown, to be read and to be pasted into docs/performance.md.</summary>
public static class Table
{
    public static void Print(string title, string[] header, params string[][] rows)
    {
        Console.WriteLine($"\n### {title}\n");
        int[] widths = [.. header.Select((h, i) => rows.Append(header).Max(r => r[i].Length))];
        Write(header);
        Console.WriteLine($"|{string.Join('|', widths.Select(w => new string('-', w + 2)))}|");
        foreach (string[] row in rows)
            Write(row);

        void Write(string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells.Select((c, i) => c.PadRight(widths[i])))} |");
    }

    public static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.00}";

    public static string Seconds(IEnumerable<TimeSpan> times) => string.Join(", ", times.Select(Seconds));

    public static TimeSpan Median(IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>Nearest rank; 0 when there are no values.</summary>
    public static double Percentile(IEnumerable<double> values, int percent)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(sorted.Length * percent / 100.0) - 1];
    }

    public static void Budget(string what, bool kept) => Console.WriteLine($"\n{(kept ? "kept" : "NOT KEPT")}: {what}");
}
