using System.ComponentModel;
using System.Runtime.InteropServices;
using CloudOrch.Agent.Reporting;

namespace CloudOrch.Agent.Fencing;

/// <summary>clock_gettime(2) with CLOCK_BOOTTIME, and the kernel's own boot id.</summary>
public sealed partial class LinuxBootClock : IBootClock
{
    private const int ClockBootTime = 7;

    public string BootId { get; } = NodeFacts.BootId;

    public TimeSpan Now => GetTime(ClockBootTime, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000)
        : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Time time);

    /// <summary>struct timespec of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
