using Npgsql;
using Npgsql.Replication;
using NpgsqlTypes;

namespace Holdfast.Host.Backups;

/// <summary>How the archive follows the database.</summary>
/// <param name="Place">Up to where the write-ahead log is in the archive.</param>
/// <param name="Trouble">Why it does not go on at the moment; null while it does.</param>
internal sealed record ArchiveState(ulong Place, string? Trouble);

/// <summary>
/// Brings the write-ahead log into the archive as it is written, a second behind. PostgreSQL keeps for it what has not arrived,
/// by a replication slot: a pause of server, network or archive leaves no gap. If it lasts until more has gathered than
/// PostgreSQL may keep, a new stream begins, which needs a base copy of its own.
/// </summary>
/// <param name="archive">Where to.</param>
/// <param name="superuser">The connection string of the cluster's superuser.</param>
/// <param name="memory">Told how far the archive reaches.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Told of trouble, and of its end.</param>
internal sealed class WalArchiver(BackupArchive archive, string superuser, BackupMemory memory, TimeProvider clock, ILogger logger)
{
    /// <summary>The most that what was committed waits before it is sent off.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    // So many pieces become one, for restores and listings to stay quick.
    private const int ManyPieces = 60;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly List<string> _pieces = [];
    private byte[] _buffer = [];
    private TimeSpan _pause = FirstPause;

    public ArchiveState State { get; private set; } = new(0, Trouble: null);

    /// <summary>Follows the log until it is told to stop, whatever happens meanwhile.</summary>
    /// <param name="started">Told once the stream is being followed.</param>
    /// <param name="cancel">Stops; what has been received is kept first.</param>
    public async Task RunAsync(Action<WalStream> started, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(started, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: to give up for good would be worse.
                if (State.Trouble is null)
                    logger.LogError("Backups do not go on, and are tried again: {Reason}", e.Message);
                State = State with { Trouble = e.Message };
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }

            await Task.Delay(_pause, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(Action<WalStream> started, CancellationToken cancel)
    {
        await using var control = new NpgsqlConnection(superuser + ";Pooling=false");
        await control.OpenAsync(cancel);
        var slot = await WalSlot.TakeAsync(control, archive, cancel);
        var stream = slot.Stream;
        _buffer = new byte[stream.SegmentSize];

        await using var line = new PhysicalReplicationConnection(new NpgsqlConnectionStringBuilder(superuser) { Pooling = false }.ConnectionString);
        await line.Open(cancel);
        var timeline = (await line.IdentifySystem(cancel)).Timeline;
        var pieces = await stream.ListAsync(cancel);
        // After a crash PostgreSQL may not know how much it was told that it need not keep.
        var place = Math.Max(slot.From, pieces.Count == 0 ? 0 : pieces.Max(piece => piece.End));
        var segment = WalSegment.At(timeline, place, stream.SegmentSize);
        _pieces.Clear();
        _pieces.AddRange(pieces.Where(piece => piece.Segment == segment && !piece.IsWhole).Select(piece => piece.Name));
        State = State with { Place = place };

        // From the segment's begin, because a whole one is put together from what is received.
        var messages = line.StartReplication(new PhysicalReplicationSlot(slot.Name), new NpgsqlLogSequenceNumber(segment.Start), cancel, timeline).GetAsyncEnumerator(cancel);
        started(stream);
        var received = segment.Start;
        var until = clock.GetUtcNow();
        long? waiting = null;
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next ??= messages.MoveNextAsync().AsTask();
                if (waiting is { } since && !next.IsCompleted)
                {
                    var rest = Delay - clock.GetElapsedTime(since);
                    if (rest > TimeSpan.Zero)
                        await Task.WhenAny(next, Task.Delay(rest, clock, CancellationToken.None));
                }

                if (waiting is { } begun && clock.GetElapsedTime(begun) >= Delay)
                {
                    await KeepAsync(stream, segment, received, until, cancel);
                    await ConfirmAsync(line, cancel);
                    GoesOn();
                    waiting = null;
                    continue;
                }

                if (waiting is not null && !next.IsCompleted)
                    continue;
                if (!await next)
                    return;
                var message = messages.Current;
                next = null;
                var start = (ulong)message.WalStart;
                if (start != received)
                    throw new IOException($"PostgreSQL sent its log from {message.WalStart} and not from {new NpgsqlLogSequenceNumber(received)}.");
                for (int read; (read = await message.Data.ReadAsync(_buffer.AsMemory((int)(received - segment.Start)), cancel)) > 0;)
                {
                    received += (ulong)read;
                    if (received == segment.End)
                    {
                        if (received > State.Place)
                            await KeepAsync(stream, segment, received, new DateTimeOffset(message.ServerClock.ToUniversalTime()), cancel);
                        await ConfirmAsync(line, cancel);
                        segment = segment with { Number = segment.Number + 1 };
                    }
                }

                if (received == State.Place)
                    GoesOn();
                until = new DateTimeOffset(message.ServerClock.ToUniversalTime());
                waiting = received > State.Place ? waiting ?? clock.GetTimestamp() : null;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (received > State.Place)
                await KeepAsync(stream, segment, received, until, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Only what has arrived ends a trouble: a place that is full can be reached all the same.</summary>
    private void GoesOn()
    {
        if (State.Trouble is null)
            return;
        logger.LogInformation("Backups go on");
        State = State with { Trouble = null };
        _pause = FirstPause;
    }

    private async Task KeepAsync(WalStream stream, WalSegment segment, ulong received, DateTimeOffset until, CancellationToken cancel)
    {
        var to = (int)(received - segment.Start);
        var from = to == segment.Size || _pieces.Count >= ManyPieces ? 0 : (int)(Math.Max(State.Place, segment.Start) - segment.Start);
        await stream.PutAsync(segment, from, _buffer.AsMemory(from, to - from), until, from == 0 ? [.. _pieces] : [], cancel);
        if (from == 0)
            _pieces.Clear();
        if (to < segment.Size)
            _pieces.Add(stream.Name(segment, from, to));
        State = State with { Place = received };
        memory.Note(archive, stream, received, until);
    }

    /// <summary>Lets PostgreSQL forget what has arrived.</summary>
    private async Task ConfirmAsync(PhysicalReplicationConnection line, CancellationToken cancel)
    {
        line.SetReplicationStatus(new NpgsqlLogSequenceNumber(State.Place));
        await line.SendStatusUpdate(cancel);
    }
}
