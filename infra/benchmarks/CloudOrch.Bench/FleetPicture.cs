using System.Globalization;
using System.Text;

namespace CloudOrch.Bench;

/// <summary>A run of the fleet as a picture: running pods over time, and below them the nodes that are not Ready.</summary>
public static class FleetPicture
{
    private const int Width = 900, Height = 300, Left = 60, Top = 20, Bottom = 40;

    public static string Of(IReadOnlyList<(double Seconds, int Running, int NotReady)> samples, int pods)
    {
        double end = samples[^1].Seconds;
        int most = Math.Max(1, samples.Max(s => s.NotReady));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 60} {Top + Height + Bottom}" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <path d="M{Left} {Top}V{Top + Height}H{Left + Width}" fill="none" stroke="black"/>
            <text x="{Left - 6}" y="{Top + 4}" text-anchor="end">{pods}</text>
            <text x="{Left - 6}" y="{Top + Height}" text-anchor="end">0</text>
            <text x="{Left + Width + 6}" y="{Top + (Height / 2)}" fill="firebrick">{most}</text>
            <text x="{Left}" y="{Top + Height + 30}" fill="steelblue">pods that run</text>
            <text x="{Left + 120}" y="{Top + Height + 30}" fill="firebrick">nodes that are not Ready</text>

            """);
        for (int minute = 0; minute * 60 <= end; minute++)
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(minute * 60):0}\" y=\"{Top + Height + 14}\" text-anchor=\"middle\">{minute} min</text>\n");
        Line("steelblue", s => Top + Height - (s.Running * (double)Height / pods));
        Line("firebrick", s => Top + Height - (s.NotReady * (Height / 2.0) / most));
        return text.Append("</svg>\n").ToString();

        double X(double seconds) => Left + (seconds * Width / end);

        // Where nothing changes there is one line, and no point for each second.
        void Line(string colour, Func<(double Seconds, int Running, int NotReady), double> y) => text
            .Append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"").Append(colour).Append("\" points=\"")
            .AppendJoin(' ', samples.Where((s, i) => i == 0 || i == samples.Count - 1 || y(s) != y(samples[i - 1]) || y(s) != y(samples[i + 1]))
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{X(s.Seconds):0.0},{y(s):0.0}"))).Append("\"/>\n");
    }
}
