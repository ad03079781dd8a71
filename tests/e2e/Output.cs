using System.Diagnostics;

namespace CloudOrch.EndToEnd;

/// <summary>How a command ended, and what it said.</summary>
public sealed record Output(string Command, int Code, string Out, string Error)
{
    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What a person would have seen, for the message of a failed assertion.</summary>
    public override string ToString() => $"$ {Command}\n{Out}{Error}(exit code {Code})";

    /// <exception cref="CommandFailedException">It did not end with 0.</exception>
    public Output Succeeded() => Code == 0 ? this : throw new CommandFailedException(this);

    /// <summary>Columns of a table as kubectl prints it: one row per line, by header.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Table()
    {
        if (Lines.Count == 0)
            return [];
        string header = Lines[0];
        // A column begins where a header word follows two or more blanks; «NOMINATED NODE» is one column.
        var starts = Enumerable.Range(0, header.Length).Where(i => header[i] != ' ' && (i == 0 || (header[i - 1] == ' ' && (i < 2 || header[i - 2] == ' ')))).ToArray();
        return [.. Lines.Skip(1).Select(line => (IReadOnlyDictionary<string, string>)starts.Select((start, n) =>
        {
            int end = n + 1 < starts.Length ? starts[n + 1] : int.MaxValue;
            string name = header[start..Math.Min(end, header.Length)].Trim();
            return (name, cell: start >= line.Length ? "" : line[start..Math.Min(end, line.Length)].Trim());
        }).ToDictionary(c => c.name, c => c.cell))];
    }
}

public sealed class CommandFailedException(Output output) : Exception(output.ToString());

/// <summary>A command that goes on, such as <c>get -w</c>: its lines are read while it runs, and disposing kills it.</summary>
public sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    public RunningCommand(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += Add;
        _process.ErrorDataReceived += Add;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Add(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_lines)
            _lines.Add(line.Data);
    }
}
