using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Engine.Sync;

/// <summary>
/// All live connections of this process. The endpoint authenticates a socket and hands it to
/// <see cref="ServeAsync"/>; whoever ends a session says so by <see cref="EndSessions"/>.
/// </summary>
public sealed partial class SyncHub : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PresencePause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(10);
    private const int PollsPerNudge = 40;

    private readonly ConcurrentDictionary<Guid, Room> _rooms = new();
    private readonly ConcurrentDictionary<SyncConnection, bool> _connections = new();
    private readonly Lock _doors = new();
    private readonly ConcurrentDictionary<string, bool> _unknown = new(StringComparer.Ordinal);
    private readonly LogStore _log;
    private readonly RecordRegistry _registry;
    private readonly SyncReader _reader;
    private readonly Hints _hints;
    private readonly WritePath _writePath;
    private readonly SyncSettings _settings;
    private readonly ClientFrameReader _frames;
    private readonly TimeProvider _clock;
    private readonly ILogger<SyncHub> _logger;

    public SyncHub(Db db, LogStore log, RecordRegistry registry, AccessReader accessReader, WritePath writePath, SyncSettings settings, TimeProvider clock, ILogger<SyncHub> logger)
    {
        _log = log;
        _registry = registry;
        _reader = new SyncReader(db, log, accessReader, clock);
        _writePath = writePath;
        _settings = settings;
        _frames = new ClientFrameReader(registry);
        _clock = clock;
        _logger = logger;
        _hints = new Hints(db, clock, logger);
        writePath.Committed += (workspace, entries) =>
        {
            _rooms.GetValueOrDefault(workspace)?.Deliver(entries);
            _hints.Send(workspace, entries[^1].Seq);
        };
    }

    /// <summary>Whose turn it is to get what he asked for.</summary>
    internal SnapshotTurns Snapshots { get; } = new();

    /// <summary>The sessions behind the open sockets.</summary>
    public IReadOnlyCollection<Guid> Sessions => [.. _connections.Keys.Select(connection => connection.User.Session).Distinct()];

    /// <summary>Closes the sockets of sessions that have ended, also of those that have not said hello. Nothing that they send is read after this.</summary>
    public void EndSessions(IReadOnlyCollection<Guid> sessions)
    {
        foreach (var connection in _connections.Keys.Where(connection => sessions.Contains(connection.User.Session)))
            connection.Close(CloseCode.SessionEnded, "session ended");
    }

    /// <summary>The tokens behind the open sockets.</summary>
    public IReadOnlyCollection<Guid> Tokens => [.. _connections.Keys.Select(connection => connection.User.Token).OfType<Guid>().Distinct()];

    /// <summary>Closes the sockets that were opened by these tokens, and leaves the others of their sessions.</summary>
    public void EndTokens(IReadOnlyCollection<Guid> tokens)
    {
        foreach (var connection in _connections.Keys.Where(connection => connection.User.Token is { } token && tokens.Contains(token)))
            connection.Close(CloseCode.SessionEnded, "token ended");
    }

    /// <summary>Closes the sockets of those whose time is over (<see cref="SyncUser.Until"/>). They come back with what counts by then.</summary>
    public void EndExpired(DateTimeOffset now)
    {
        foreach (var connection in _connections.Keys.Where(connection => connection.User.Until <= now))
            connection.Close(CloseCode.SessionEnded, "token expired");
    }

    /// <summary>Talks to one browser until it leaves, its session ends, or the server stops.</summary>
    /// <param name="socket">An accepted socket, whose origin and session were checked.</param>
    /// <param name="user">Who that session belongs to.</param>
    /// <param name="cancel">The end of the underlying request.</param>
    public async Task ServeAsync(WebSocket socket, SyncUser user, CancellationToken cancel)
    {
        using var ending = new CancellationTokenSource(HelloTime, _clock);
        await using var request = cancel.Register(ending.Cancel);
        var connection = new SyncConnection(socket, user, ending, _clock);
        var conversation = new SyncConversation(connection, _reader, _registry, _writePath, _clock, this);
        _connections[connection] = true;
        if (_connections.Keys.Count(other => other.User.User == user.User) > _settings.SocketsPerPerson)
        {
            connection.Post(ServerFrame.Error(SyncFailures.TooManySockets.With($"One person has at most {_settings.SocketsPerPerson} open at once. Close some tabs.", null, ("max", _settings.SocketsPerPerson))));
            connection.Close(WebSocketCloseStatus.PolicyViolation, SyncFailures.TooManySockets.Code);
        }

        try
        {
            while (await connection.ReceiveAsync(ending.Token) is var (buffer, length))
            {
                var failure = _frames.Read(buffer.AsMemory(0, length), user.Actor, conversation.Browser, out var frame);
                if (buffer.Length > 0)
                    ArrayPool<byte>.Shared.Return(buffer);
                if (connection.IsClosing && !(connection.IsParting && frame is RevokedFrame))
                    continue;
                await conversation.HandleAsync(frame, failure, ending.Token);
                if (conversation.Room is not null)
                    ending.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The other side is gone, or the connection was ended from here.
        }
        catch (Exception e)
        {
            LogBroken(_logger, e);
            connection.Close(WebSocketCloseStatus.InternalServerError, "server.error");
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            if (conversation.Room is { } room)
                Leave(room, connection);
        }

        await connection.FarewellAsync(cancel);
    }

    internal Room Enter(Guid workspace, SyncConnection connection, LogHead head)
    {
        lock (_doors)
        {
            var room = _rooms.GetOrAdd(workspace, id => new Room(id, _reader, _registry, _clock, e => LogRoomFailed(_logger, e), NoteUnknown));
            room.Enter(connection, head);
            return room;
        }
    }

    /// <summary>Closes what older tabs of the same browser have open here. They may be frozen, and wake up in the middle of something.</summary>
    internal void Supersede(SyncConnection later)
    {
        foreach (var connection in _connections.Keys.Where(connection => connection.User.User == later.User.User && connection.Browser == later.Browser && connection.Speaks.Leader < later.Speaks.Leader))
        {
            connection.Post(ServerFrame.Error(SyncFailures.LaterSpeaks));
            connection.Close(WebSocketCloseStatus.PolicyViolation, SyncFailures.Superseded.Code);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in _connections.Keys)
        {
            // Spread over a second, so that a restart is not met by everybody at once.
            connection.Post(ServerFrame.Bye(TimeSpan.FromMilliseconds(250 + Random.Shared.Next(1000))));
            connection.Close(WebSocketCloseStatus.EndpointUnavailable, "server stopping");
        }

        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RunAsync(stoppingToken), _hints.SpeakAsync(stoppingToken), _hints.ListenAsync(Hear, stoppingToken));

    /// <summary>What the hub does by the clock: polls the logs, and tells who is where.</summary>
    internal Task RunAsync(CancellationToken cancel) => Task.WhenAll(PollAsync(cancel), PresenceAsync(cancel));

    /// <summary>Another process says that it has written.</summary>
    internal void Hear(Guid workspace, long seq) => _rooms.GetValueOrDefault(workspace)?.Hint(seq);

    private void NoteUnknown(string type)
    {
        if (_unknown.TryAdd(type, true))
            LogUnknown(_logger, type);
    }

    private void Leave(Room room, SyncConnection connection)
    {
        lock (_doors)
        {
            // Whoever is dismissed has left before: by now another room may stand in the place of his.
            if (room.Leave(connection))
                _rooms.TryRemove(KeyValuePair.Create(room.Workspace, room));
        }
    }

    /// <summary>Another process may have written and its hint got lost: what was missed is found here, half a second later at most.</summary>
    private async Task PollAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Poll, _clock);
        for (var polls = 1; await timer.WaitForNextTickAsync(cancel); polls++)
        {
            var rooms = _rooms.Values.ToArray();
            try
            {
                await _hints.LookForOthersAsync(cancel);
                if (rooms.Length == 0)
                    continue;
                foreach (var head in await _log.HeadsAsync([.. rooms.Select(room => room.Workspace)], cancel))
                    _rooms.GetValueOrDefault(head.Workspace)?.Hint(head.Seq);
                if (polls % PollsPerNudge == 0)
                {
                    foreach (var room in rooms)
                        room.Nudge();
                }
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException)
            {
                LogPollFailed(_logger, e);
            }
        }
    }

    private async Task PresenceAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(PresencePause, _clock);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            foreach (var room in _rooms.Values)
                room.SendPresence();
        }
    }

    [LoggerMessage(LogLevel.Error, "A connection broke on an error of the server")]
    private static partial void LogBroken(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The log or someone's rights could not be read; what is missing is delivered later")]
    private static partial void LogRoomFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Another process writes records of the type {Type}, which this one does not know: it is older. Its browsers get them from a newer one")]
    private static partial void LogUnknown(ILogger logger, string type);

    [LoggerMessage(LogLevel.Warning, "The heads of the logs could not be read; trying again")]
    private static partial void LogPollFailed(ILogger logger, Exception exception);
}
