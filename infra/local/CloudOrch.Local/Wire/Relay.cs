namespace CloudOrch.Local.Wire;

/// <summary>Carries frames from one device to the other, each as late as the line says: one thread reads, one writes.</summary>
public sealed class Relay(TapDevice from, TapDevice to, DelayLine line, TimeProvider clock, Action<IOException> failed)
{
    private readonly long _started = clock.GetTimestamp();
    private readonly object _gate = new();   // not a Lock: the writer waits on it for the next frame

    /// <summary>Both threads end with the process.</summary>
    public void Start()
    {
        new Thread(Read) { IsBackground = true }.Start();
        new Thread(Write) { IsBackground = true }.Start();
    }

    private void Read()
    {
        byte[] buffer = new byte[TapDevice.LargestFrame];
        try
        {
            while (true)
            {
                int length = from.Read(buffer);
                lock (_gate)
                {
                    if (line.Put(buffer[..length], Now))
                        Monitor.Pulse(_gate);
                }
            }
        }
        catch (IOException e)
        {
            failed(e);
        }
        catch (ObjectDisposedException)
        {
            // The wire is stopped.
        }
    }

    private void Write()
    {
        try
        {
            while (true)
                to.Write(Next());
        }
        catch (ObjectDisposedException)
        {
            // The wire is stopped.
        }
    }

    private byte[] Next()
    {
        lock (_gate)
        {
            byte[]? frame;
            while (!line.TryTake(Now, out frame))
            {
                if (line.NextDueAt is { } due)
                    Monitor.Wait(_gate, Math.Max(1, (int)Math.Ceiling((due - Now).TotalMilliseconds)));
                else
                    Monitor.Wait(_gate);
            }

            return frame;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_started);
}
