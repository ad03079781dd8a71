using System.Globalization;
using System.Runtime.InteropServices;

namespace CloudOrch.Agent.Docker;

/// <summary>What of this process's memory the collector of garbage does not know.</summary>
public static partial class ProcessMemory
{
    private const int DontNeed = 4;

    /// <summary>Returns what native code (the runtime, TLS) has freed and its allocator keeps. Without glibc it does nothing.</summary>
    public static void ReturnFree()
    {
        try
        {
            _ = TrimAllocator(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl keeps little
        }
    }

    /// <summary>Unmaps the pages of program files: most were needed once, at the start. What is needed again is mapped again on touch, from the system's cache.</summary>
    /// <remarks>Only of mappings that cannot be written and of which no page was changed (by relocation, say): the file has all that is in them.</remarks>
    public static void UnmapFiles()
    {
        try
        {
            foreach (var (begin, length) in UnchangedFiles(File.ReadLines("/proc/self/smaps")))
                _ = Advise(begin, length, DontNeed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a system that does not show it: the pages stay
        }
    }

    /// <param name="smaps">As in proc(5): a line with range, rights and file of each mapping, followed by lines of numbers.</param>
    public static IEnumerable<(nuint Begin, nuint Length)> UnchangedFiles(IEnumerable<string> smaps)
    {
        (nuint Begin, nuint Length)? candidate = null;
        foreach (string line in smaps)
        {
            if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (candidate is { } mapped && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                    yield return mapped;
                candidate = null;
            }
            else if (Header(line) is { } mapping)
            {
                candidate = mapping.IsReadOnlyFile ? (mapping.Begin, mapping.End - mapping.Begin) : null;
            }
        }
    }

    /// <summary>Such as <c>7f30c2a28000-7f30c2b7d000 r-xp 00028000 fe:00 1835035    /usr/lib/libc.so.6</c>; null when it is a line of another kind.</summary>
    private static (nuint Begin, nuint End, bool IsReadOnlyFile)? Header(string line)
    {
        int dash = line.IndexOf('-', StringComparison.Ordinal);
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (dash <= 0 || space < dash || line.Length < space + 5
            || !nuint.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint begin)
            || !nuint.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out nuint end))
            return null;
        var rights = line.AsSpan(space + 1, 4);
        return (begin, end, rights is "r-xp" or "r--p" or "r--s" && line.Contains(" /", StringComparison.Ordinal) && !line.Contains(" /memfd:", StringComparison.Ordinal));
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimAllocator(nuint keep);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint begin, nuint length, int advice);
}
