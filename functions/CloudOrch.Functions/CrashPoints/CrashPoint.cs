using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace CloudOrch.Functions.CrashPoints;

/// <summary>Places where a test lets this process die as if its power were cut. Only in a build with <c>-p:CrashPoints=true</c>.</summary>
/// <remarks>
/// Armed by a file (setting <c>CrashPointFile</c>) whose text is the name of a point. The first process of the app that comes by takes the file away,
/// so that exactly one dies, once, and writes beside it (<c>.hit</c>) which it was.
/// </remarks>
public sealed class CrashPoint(IConfiguration settings)
{
    /// <summary>Half of the changes of a commit chain are committed.</summary>
    public const string MidCommitChain = "mid-commit-chain";

    /// <summary>The commit is in the store; nobody has been told.</summary>
    public const string AfterCommit = "after-commit";

    /// <summary>The pods are bound; no node has its new assignment.</summary>
    public const string BeforeDispatch = "before-dispatch";

    /// <summary>The pass is done; its message is not completed.</summary>
    public const string BeforeComplete = "before-complete";

    private readonly string? _file = settings["CrashPointFile"];

    public bool IsArmed(string point) => _file is not null && File.Exists(_file) && Read(_file) == point;

    /// <summary>Dies by SIGKILL when this point is armed and no other process was first.</summary>
    public void Pass(string point)
    {
        if (!IsArmed(point))
            return;
        try
        {
            File.Move(_file!, $"{_file}.{Environment.ProcessId}");
        }
        catch (FileNotFoundException)
        {
            return;   // another process dies for it
        }

        File.WriteAllText($"{_file}.hit", $"{point} {Environment.ProcessId}\n");
        using var self = Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();   // SIGKILL is delivered before this returns
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (IOException)
        {
            return "";   // taken between the look and the reading
        }
    }
}
