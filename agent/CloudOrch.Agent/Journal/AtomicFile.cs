using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CloudOrch.Agent.Journal;

/// <summary>Files that hold either what they held before or what was written, whatever happens in between; only their owner reads them.</summary>
internal static partial class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Replace(path, content, flush: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>As <see cref="Write"/>, for what need not outlive the machine: it waits for no disk unless asked to.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content, bool flush = false)
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
            file.Flush(flush);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>A new name is on disk only once its directory is. .NET opens no directories, so this asks the system.</summary>
    private static void FlushDirectory(string directory)
    {
        int handle = Open(directory, 0);
        if (handle < 0)
            throw new IOException($"{directory} cannot be opened", new Win32Exception(Marshal.GetLastPInvokeError()));
        try
        {
            if (Fsync(handle) != 0)
                throw new IOException($"{directory} cannot be written to disk", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);

    public static byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
}
