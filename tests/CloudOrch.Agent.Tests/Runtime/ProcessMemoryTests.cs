using System.Globalization;
using CloudOrch.Agent.Docker;

namespace CloudOrch.Agent.Tests.Runtime;

public class ProcessMemoryTests
{
    [Theory]
    [InlineData("r-xp", "/usr/lib/libc.so.6", 0, true)]
    [InlineData("r--p", "/usr/lib/libc.so.6", 0, true)]
    [InlineData("r--s", "/opt/agent/CloudOrch.Agent.dll", 0, true)]
    [InlineData("r-xp", "/usr/lib/libc.so.6", 4, false)] // a page was relocated: the file does not have it
    [InlineData("rw-p", "/usr/lib/libc.so.6", 0, false)]
    [InlineData("rw-p", "", 0, false)]
    [InlineData("r-xp", "[vdso]", 0, false)]
    [InlineData("r-xs", "/memfd:doublemapper (deleted)", 0, false)]
    [InlineData("r--s", "/memfd:doublemapper (deleted)", 0, false)]
    public void Only_pages_that_the_file_still_has_are_unmapped(string rights, string file, int anonymous, bool unmapped)
    {
        string[] smaps =
        [
            $"7f30c2a28000-7f30c2b7d000 {rights} 00028000 fe:00 1835035                    {file}",
            "Size:               1364 kB",
            "Rss:                 840 kB",
            $"Anonymous:             {anonymous} kB",
            "VmFlags: rd ex mr mw me sd",
            "7f30c2b7d000-7f30c2bd5000 rw-p 0017d000 fe:00 1835035                    /usr/lib/libc.so.6",
            "Anonymous:             0 kB",
        ];
        nuint begin = nuint.Parse("7f30c2a28000", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        Assert.Equal(unmapped ? [(begin, (nuint)0x155000)] : Array.Empty<(nuint, nuint)>(), ProcessMemory.UnchangedFiles(smaps));
    }

    [Fact]
    public void The_process_goes_on_after_its_files_were_unmapped()
    {
        ProcessMemory.ReturnFree();
        ProcessMemory.UnmapFiles();
        Assert.Equal(42, int.Parse("42", CultureInfo.InvariantCulture));
    }
}
