using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Holdfast.Engine.Sync;

/// <summary>
/// Tells the other processes on the same database that the log of a workspace has grown, and hears it from them. A hint
/// may get lost; the poll of the hub finds out later. Hints go out after the commit, on a connection of their own: NOTIFY
/// in the write transaction would make all of them commit one after the other.
/// </summary>
internal sealed partial class Hints(Db db, TimeProvider clock, ILogger logger)
{
    private const string Name = "holdfast_log";
    private const long Presence = 0x486F6C6448696E74;
    private const int MostInOne = 100;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _process = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
    private readonly ConcurrentDictionary<Guid, long> _waiting = new();
    private readonly Channel<bool> _any = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _hasOthers;

    /// <summary>Notes that the log of a workspace has grown. Says nothing where nobody listens.</summary>
    internal void Send(Guid workspace, long seq)
    {
        if (!_hasOthers)
            return;
        _waiting.AddOrUpdate(workspace, seq, (_, known) => Math.Max(known, seq));
        _any.Writer.TryWrite(true);
    }

    /// <summary>Looks whether other processes listen: each holds a lock of a name that all know.</summary>
    internal async Task LookForOthersAsync(CancellationToken cancel) => _hasOthers = await db.System.FirstAsync<long>(
        $"""
        SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
          AND classid::bigint = {Presence >> 32} AND objid::bigint = {Presence & 0xFFFFFFFF} AND objsubid = 1
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """, cancel) > 1;

    /// <summary>Sends what is to be sent, a few at a time.</summary>
    internal async Task SpeakAsync(CancellationToken cancel)
    {
        while (true)
        {
            await _any.Reader.ReadAsync(cancel);
            await Task.Delay(Gather, clock, cancel);
            var words = new List<string>();
            foreach (var workspace in _waiting.Keys.Take(MostInOne))
            {
                if (_waiting.TryRemove(workspace, out var seq))
                    words.Add($"{workspace:N}{seq}");
            }

            if (!_waiting.IsEmpty)
                _any.Writer.TryWrite(true);
            if (words.Count == 0)
                continue;
            try
            {
                var payload = $"{_process} {string.Join(' ', words)}";
                await db.Instance.ExecuteAsync($"SELECT pg_notify({Name}, {payload})");
            }
            catch (NpgsqlException e)
            {
                LogLost(logger, e);
            }
        }
    }

    /// <summary>Hears the hints of others, for as long as the server runs.</summary>
    /// <param name="heard">Told of a workspace and how far its log is known to reach.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task ListenAsync(Action<Guid, long> heard, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await using var connection = await db.OpenListenerAsync(cancel);
                connection.Notification += (_, hint) => Read(hint.Payload, heard);
                await using (var listen = new NpgsqlCommand($"LISTEN {Name}; SELECT pg_advisory_lock_shared({Presence})", connection))
                    await listen.ExecuteNonQueryAsync(cancel);
                while (true)
                    await connection.WaitAsync(cancel);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or ObjectDisposedException && !cancel.IsCancellationRequested)
            {
                LogDeaf(logger, e);
                await Task.Delay(Pause, clock, cancel);
            }
        }
    }

    private void Read(string payload, Action<Guid, long> heard)
    {
        var words = payload.Split(' ');
        if (words[0] == _process)
            return;
        foreach (var word in words.Skip(1))
        {
            if (word.Length > 32 && Guid.TryParseExact(word[..32], "N", out var workspace) && long.TryParse(word[32..], NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
                heard(workspace, seq);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A hint to the other processes was lost; they find out within seconds")]
    private static partial void LogLost(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The hints of other processes are not heard; listening again")]
    private static partial void LogDeaf(ILogger logger, Exception exception);
}
