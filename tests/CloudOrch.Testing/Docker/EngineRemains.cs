using System.Globalization;

namespace CloudOrch.Testing.Docker;

/// <summary>Removes everything that an engine of these names can have left: processes, mounts, control groups, links, namespace, files.</summary>
internal static class EngineRemains
{
    public static async Task RemoveAsync(EngineNames names)
    {
        await KillAsync(names).ConfigureAwait(false);
        foreach (string mount in Mounts(names))
            await Command.TryAsync("umount", ["-l", mount]).ConfigureAwait(false);
        foreach (string group in ControlGroups(names))
            await Command.TryAsync("find", [group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]).ConfigureAwait(false);
        if (File.Exists($"/run/netns/{names.NetworkNamespace}"))
            await Command.RunAsync("ip", ["netns", "del", names.NetworkNamespace]).ConfigureAwait(false);
        // The outer end goes with the inner one, which a namespace that is still in use keeps.
        await Command.TryAsync("ip", ["link", "del", names.OuterLink]).ConfigureAwait(false);
        if (Directory.Exists(names.Directory))
            await Command.RunAsync("rm", ["-rf", names.Directory]).ConfigureAwait(false);
    }

    private static async Task KillAsync(EngineNames names)
    {
        await Eventually.Async(
            async () =>
            {
                int[] found = Processes(names);
                foreach (int pid in found)
                    await Command.TryAsync("kill", ["-KILL", pid.ToString(CultureInfo.InvariantCulture)]).ConfigureAwait(false);
                return found.Length == 0;
            },
            TimeSpan.FromSeconds(20),
            $"the processes of {names.Directory} are dead").ConfigureAwait(false);
    }

    /// <summary>
    /// The daemon and its helpers by their command line, the containers' processes by their control group, and by its environment what was to become
    /// a container when the daemon ended: it waits for ever.
    /// </summary>
    private static int[] Processes(EngineNames names)
    {
        var daemons = Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => n.All(char.IsAsciiDigit))
            .Where(n => ReadOrEmpty($"/proc/{n}/cmdline").Contains(names.Directory + "/", StringComparison.Ordinal)
                || ReadOrEmpty($"/proc/{n}/environ").Contains($"_LIBCONTAINER_STATEDIR={names.Directory}/", StringComparison.Ordinal)).Select(n => int.Parse(n, CultureInfo.InvariantCulture));
        var contained = ControlGroups(names).SelectMany(g => Directory.EnumerateFiles(g, "cgroup.procs", SearchOption.AllDirectories))
            .SelectMany(f => ReadOrEmpty(f).Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(n => int.Parse(n, CultureInfo.InvariantCulture));
        return [.. daemons.Concat(contained).Distinct().Where(p => p > 1)];
    }

    private static string[] Mounts(EngineNames names) =>
        [.. File.ReadLines("/proc/mounts").Select(line => line.Split(' ')[1]).Where(m => m.StartsWith(names.Directory + "/", StringComparison.Ordinal)).Reverse()];

    private static string[] ControlGroups(EngineNames names) =>
        Directory.Exists("/sys/fs/cgroup")
            ? [.. Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(d => Path.Combine(d, names.ControlGroup)).Where(Directory.Exists)]
            : [];

    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return string.Empty; // it ended meanwhile
        }
    }
}
