using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Azure;
using CloudOrch.Agent.Connection;
using CloudOrch.Agent.Pods;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Logs;

/// <summary>Writes logs that were asked for into the node's rows of table <c>streams</c>, chunk by chunk, as long as somebody reads.</summary>
public sealed partial class LogStreams(NodeLink link, PodKeeper pods, IContainerRuntime runtime, TimeProvider clock, ILogger<LogStreams> log)
{
    /// <summary>How far the agent may be ahead of the reader.</summary>
    private const int WindowChunks = 64;

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan LookForReader = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, bool> _streams = new();

    /// <summary>Begins a stream; a command that comes twice begins one.</summary>
    public void Begin(LogStreamCommand command, CancellationToken ct)
    {
        if (!_streams.TryAdd(command.StreamId, true))
            return;
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await StreamAsync(command, ct).ConfigureAwait(false);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    Log.Broke(log, e.Message.Split('\n')[0], command.PodUid, command.Container);
                }
                finally
                {
                    _streams.TryRemove(command.StreamId, out _);
                }
            },
            ct);
    }

    private async Task StreamAsync(LogStreamCommand command, CancellationToken ct)
    {
        if (await pods.FindAsync(command.PodUid, command.Container, command.Previous, ct).ConfigureAwait(false) is not { } container)
        {
            string which = command.Previous ? $"previous terminated container \"{command.Container}\" not found" : $"container \"{command.Container}\" has not started yet";
            await link.Tables.WriteChunkAsync(command.StreamId, 0, default, end: true, which, ct).ConfigureAwait(false);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * NodeRows.ChunkBytes, resumeWriterThreshold: 2 * NodeRows.ChunkBytes));
        var reader = new ReaderState();
        var filling = FillAsync(pipe.Writer, container.Id, command, stop.Token);
        var watching = WatchReaderAsync(command, reader, stop);
        try
        {
            await DrainAsync(pipe.Reader, command, reader, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await filling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FillAsync(PipeWriter writer, string containerId, LogStreamCommand command, CancellationToken ct)
    {
        var options = new LogOptions
        {
            Follow = command.Follow,
            Timestamps = command.Timestamps,
            TailLines = command.TailLines,
            Since = command.SinceTime ?? (command.SinceSeconds is { } seconds ? clock.GetUtcNow() - TimeSpan.FromSeconds(seconds) : null),
        };
        try
        {
            long left = command.LimitBytes ?? long.MaxValue;
            await foreach (var piece in runtime.ReadLogAsync(containerId, options, ct).ConfigureAwait(false))
            {
                await writer.WriteAsync(piece[..(int)Math.Min(piece.Length, left)], ct).ConfigureAwait(false);
                if ((left -= piece.Length) <= 0)
                    break;
            }

            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await writer.CompleteAsync(e).ConfigureAwait(false); // the reader is told
        }
    }

    private async Task DrainAsync(PipeReader reader, LogStreamCommand command, ReaderState state, CancellationToken ct)
    {
        long index = 0;
        string? error = null;
        for (bool more = true; more;)
        {
            try
            {
                var read = await reader.ReadAsync(ct).ConfigureAwait(false);
                if (!read.IsCompleted && read.Buffer.Length < NodeRows.ChunkBytes)
                {
                    reader.AdvanceTo(read.Buffer.Start);
                    await Task.Delay(Gather, clock, ct).ConfigureAwait(false);
                    read = await reader.ReadAsync(ct).ConfigureAwait(false);
                }

                var chunk = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, NodeRows.ChunkBytes));
                if (chunk.Length > 0)
                {
                    await state.WaitForRoomAsync(index - WindowChunks, clock, ct).ConfigureAwait(false);
                    await link.Tables.WriteChunkAsync(command.StreamId, index++, chunk.ToArray(), end: false, null, ct).ConfigureAwait(false);
                }

                reader.AdvanceTo(chunk.End);
                more = !(read.IsCompleted && read.Buffer.Length == chunk.Length);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && e is not RequestFailedException)
            {
                (error, more) = (e.Message, false); // whatever ended the log at the engine, the reader is told
            }
        }

        await link.Tables.WriteChunkAsync(command.StreamId, index, default, end: true, error, ct).ConfigureAwait(false);
    }

    /// <summary>A reader that does not renew its row for as long as the command says is gone.</summary>
    private async Task WatchReaderAsync(LogStreamCommand command, ReaderState state, CancellationTokenSource stop)
    {
        var patience = TimeSpan.FromSeconds(command.ReaderTimeoutSeconds);
        string? mark = null;
        long seen = clock.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await link.Tables.ReadReaderAsync(command.StreamId, stop.Token).ConfigureAwait(false) is { } reader)
                {
                    if (reader.Mark != mark)
                        (mark, seen) = (reader.Mark, clock.GetTimestamp());
                    state.ReadTo = reader.ReadTo;
                }
            }
            catch (RequestFailedException e)
            {
                Log.Broke(log, e.Message.Split('\n')[0], command.PodUid, command.Container); // asked again; patience counts on
            }

            if (clock.GetElapsedTime(seen) > patience)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                return;
            }

            await Task.Delay(LookForReader, clock, stop.Token).ConfigureAwait(false);
        }
    }

    private sealed class ReaderState
    {
        private long _readTo;

        public long ReadTo
        {
            get => Volatile.Read(ref _readTo);
            set => Volatile.Write(ref _readTo, value);
        }

        public async Task WaitForRoomAsync(long floor, TimeProvider clock, CancellationToken ct)
        {
            while (ReadTo < floor)
                await Task.Delay(Gather, clock, ct).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "log stream of {PodUid}/{Container}: {Problem}")]
        public static partial void Broke(ILogger logger, string problem, string podUid, string container);
    }
}
