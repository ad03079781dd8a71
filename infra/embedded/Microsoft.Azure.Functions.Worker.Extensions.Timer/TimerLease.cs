namespace Microsoft.Azure.Functions.Worker.Extensions.Timer;

/// <summary>Only one process of the app runs a timer; Azure uses a blob lease for it, here it is a locked file.</summary>
/// <remarks>The kernel frees the lock when its process dies, however it dies, so another takes over at its next try.</remarks>
internal sealed class TimerLease(string path) : IDisposable
{
    private FileStream? _held;

    public bool TryTake()
    {
        if (_held is not null)
            return true;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            _held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    public void Dispose() => _held?.Dispose();
}
