namespace CloudOrch.Agent.Journal;

/// <summary>Files that hold either what they held before or what was written, whatever happens in between; only their owner reads them.</summary>
internal static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(temporary, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        using var directory = File.OpenHandle(Path.GetDirectoryName(path)!, FileMode.Open, FileAccess.Read);
        RandomAccess.FlushToDisk(directory);
    }

    public static byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
}
