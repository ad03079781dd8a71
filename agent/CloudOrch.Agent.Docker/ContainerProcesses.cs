using System.Globalization;
using System.Runtime.InteropServices;

namespace CloudOrch.Agent.Docker;

/// <summary>The processes of containers as the kernel has them: what can be killed without the engine.</summary>
/// <remarks>The engine names a container's control group by its id, with every cgroup driver; so no process of anybody else is meant.</remarks>
internal static partial class ContainerProcesses
{
    private const int Kill = 9;

    /// <summary>Sends SIGKILL to every process of these containers.</summary>
    /// <returns>How many there were.</returns>
    public static int KillAll(IReadOnlyCollection<string> containerIds)
    {
        int found = 0;
        foreach (var (pid, directory, groups) in All())
        {
            if (!containerIds.Any(id => groups.Contains(id, StringComparison.Ordinal)) || IsZombie(directory))
                continue;
            found++;
            _ = Signal(pid, Kill);
        }

        return found;
    }

    /// <summary>Every process that is in a control group, with its directory and what its file <c>cgroup</c> says.</summary>
    public static IEnumerable<(int Pid, string Directory, string Groups)> All()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && GroupsOf(directory) is { Length: > 0 } groups)
                yield return (pid, directory, groups);
        }
    }

    private static string? GroupsOf(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "cgroup"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended
        }
    }

    /// <summary>Dead, and only waiting for its parent to notice.</summary>
    private static bool IsZombie(string directory)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(directory, "stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}
