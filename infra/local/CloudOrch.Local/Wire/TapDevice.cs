using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CloudOrch.Local.Wire;

/// <summary>The inner end of a TAP device: reads what the kernel sends on that link, one Ethernet frame at a time, and writes what it shall receive.</summary>
public sealed partial class TapDevice : IDisposable
{
    /// <summary>Room for any frame that a TAP without offloads hands out.</summary>
    public const int LargestFrame = 65_536;

    private const nuint TunSetIff = 0x400454ca;
    private const short IffTap = 0x0002;
    private const short IffNoPacketInformation = 0x1000;
    private const int NameSize = 16;

    private readonly SafeFileHandle _handle;

    /// <summary>Opens the device of that name, and makes it unless it is there.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public TapDevice(string name)
    {
        byte[] request = new byte[40];   // struct ifreq: the name, then a union that begins with the flags
        if (Encoding.ASCII.GetBytes(name, request) >= NameSize)
            throw new IOException($"«{name}» is too long for a link's name");
        BitConverter.TryWriteBytes(request.AsSpan(NameSize), (short)(IffTap | IffNoPacketInformation));
        _handle = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (Control(_handle, TunSetIff, request) < 0)
        {
            string problem = Marshal.GetLastPInvokeErrorMessage();
            _handle.Dispose();
            throw new IOException($"TAP device {name}: {problem}");
        }
    }

    /// <summary>Waits for a frame and returns its length.</summary>
    /// <exception cref="IOException">The device is gone.</exception>
    public int Read(Span<byte> frame)
    {
        nint length = Read(_handle, ref MemoryMarshal.GetReference(frame), (nuint)frame.Length);
        return length > 0 ? (int)length : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <returns>False when the link is down and so the frame is lost.</returns>
    public bool Write(ReadOnlySpan<byte> frame) => Write(_handle, in MemoryMarshal.GetReference(frame), (nuint)frame.Length) >= 0;

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, byte[] argument);

    // Not RandomAccess, which refuses a file of this kind.
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, in byte buffer, nuint count);
}
