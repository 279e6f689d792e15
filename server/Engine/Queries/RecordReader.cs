using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Queries;

/// <summary>
/// Answers people who ask for records one request at a time. What is read and what may be read are of one moment. What
/// may not be read is not there: the answers are the same.
/// </summary>
public sealed class RecordReader(Db db, RecordRegistry registry, AccessReader accesses, History history, TimeProvider clock)
{
    private const int RetryAfter = 2;

    /// <summary>How many times as much as it holds is read for a page of a history.</summary>
    private const int MostRounds = 20;

    private static readonly int Seconds = (int)Db.LongestQuery.TotalSeconds;
    private readonly QueryTurns _turns = new(clock);

    /// <summary>One page of the records of a type, as JSON: <c>{"records":[…],"next":token or null,"count":{"exact":n}}</c>.</summary>
    public Task<(byte[]? Json, Failure? Failure)> ListAsync(Guid workspace, Actor person, string type, ListRequest request, CancellationToken cancel) =>
        AskAsync(workspace, person, TooSlow(), async (database, access, either) =>
        {
            if (Readable(type, access) is not { } known)
                return (null, NotFound(type, access));
            var custom = await CustomFields.ReadAsync(database, registry, workspace, known, either);
            if (RecordList.Read(registry, known, access, custom, request, clock.GetUtcNow(), out var list) is { } failure)
                return (null, failure);
            return (await list!.ReadAsync(database, workspace, either), null);
        }, cancel);

    /// <summary>One record as it is now, as JSON.</summary>
    public async Task<(byte[]? Json, Failure? Failure)> FindAsync(Guid workspace, Actor person, string type, Guid id, CancellationToken cancel)
    {
        await using var visit = await accesses.EnterAsync(workspace, person, cancel);
        if (visit is null)
            return (null, WriteFailures.NotHere());
        var (database, access) = visit;
        return Readable(type, access) is { } known && await FindAsync(database, workspace, known, id, access, cancel) is { } record
            ? (JsonText.Bytes(json => known.Write(json, record, Seen(known, access))), null)
            : (null, NotFound(type, access));
    }

    /// <summary>One record as it was right after an entry of the log, as JSON, for whoever may read it today.</summary>
    public Task<(byte[]? Json, Failure? Failure)> FindAtAsync(Guid workspace, Actor person, string type, Guid id, long seq, CancellationToken cancel) =>
        AskAsync(workspace, person, PastTooLong(), async (database, access, either) =>
        {
            if (await PastAsync(database, workspace, type, id, access, either) is not { } known)
                return (null, NotFound(type, access));
            if (await History.CompactedAsync(database, workspace, either) is var compacted && seq < compacted)
                return (null, LogBase.Refuse(compacted, "at"));
            return await history.AtAsync(database, workspace, known, id, seq, either) is { } past
                ? (JsonText.Bytes(json => past.Write(json, Seen(known, access))), null)
                : (null, NotFound(type, access));
        }, cancel);

    /// <summary>What happened to one record, newest first, as JSON, for whoever may read it today: see <see cref="RecordHistory"/>.</summary>
    /// <param name="workspace">Whose.</param>
    /// <param name="person">Who asks.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="id">The record, live or deleted.</param>
    /// <param name="from">The version to begin with: the <c>next</c> of the page before. Null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<(byte[]? Json, Failure? Failure)> HistoryAsync(
        Guid workspace, Actor person, string type, Guid id, long? from, int limit, CancellationToken cancel)
    {
        if (limit is < 1 or > ListRequest.MaxLimit)
            return (null, ListRequest.BadLimit());
        return await AskAsync(workspace, person, PastTooLong(), async (database, access, either) =>
        {
            if (await PastAsync(database, workspace, type, id, access, either) is not { } known)
                return (null, NotFound(type, access));
            var sees = Seen(known, access);
            var (versions, next) = await TellingAsync(database, workspace, known, id, sees, from, limit, either);
            if (versions.Count == 0 && await History.CompactedAsync(database, workspace, either) is var compacted && from < compacted)
                return (null, LogBase.Refuse(compacted, "from"));
            return (JsonText.Bytes(json => RecordHistory.Write(json, versions, next, sees)), null);
        }, cancel);
    }

    /// <summary>The versions that tell the reader anything, and where the next of them lies: he goes past the others without learning of them.</summary>
    private async Task<(IReadOnlyList<RecordVersion> Versions, long? Next)> TellingAsync(
        DbTransaction database, Guid workspace, RecordType type, Guid id, Func<Field, bool> sees, long? from, int limit, CancellationToken cancel)
    {
        var telling = new List<RecordVersion>();
        for (var round = 0; round < MostRounds; round++)
        {
            // One more than a page holds: with it the next one begins.
            var versions = await history.OfAsync(database, workspace, type, id, from, limit + 1, cancel);
            telling.AddRange(versions.Where(version => RecordHistory.Tells(version.Change, sees)));
            if (telling.Count > limit)
                return (telling[..limit], telling[limit].Seq);
            if (versions is not [.., { Change.Previous: > 0 } last])
                return (telling, null);
            from = last.Change.Previous;
        }

        // So much that is hidden from him is no reason to read without an end: he asks on from here.
        return (telling, from);
    }

    /// <summary>The names of the fields that the person sees in records of a type, with those that the workspace defined; none where he reads none.</summary>
    internal async Task<IReadOnlyList<string>> FieldsAsync(Guid workspace, Actor person, string type, CancellationToken cancel)
    {
        await using var visit = await accesses.EnterAsync(workspace, person, cancel);
        if (visit is null || Readable(type, visit.Access) is not { } known)
            return [];
        var (database, access) = visit;
        var custom = await CustomFields.InUseAsync(database, registry, workspace, known, cancel);
        return
        [
            .. known.Fields.Where(Seen(known, access)).Select(field => field.Name),
            .. custom.Select(definition => CustomValues.Prefix + definition.Key),
        ];
    }

    /// <summary>Answers what costs as much as whoever asks makes it cost: when it is his turn, within a time, and of one moment.</summary>
    private async Task<(byte[]? Json, Failure? Failure)> AskAsync(
        Guid workspace, Actor person, Failure tooLong, Func<DbTransaction, Access, CancellationToken, Task<(byte[]? Json, Failure? Failure)>> answer, CancellationToken cancel)
    {
        using var turn = _turns.Ask(workspace, person.User!.Value);
        if (!await turn.CameAsync(cancel))
            return (null, QueryFailures.Busy.With($"Wait for the answers to your others; then try again in {RetryAfter} s.", null, ("retryAfter", RetryAfter)));
        // The database ends a statement that takes too long; this ends many that take too long together.
        using var time = new CancellationTokenSource(Db.LongestQuery, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, time.Token);
        try
        {
            await using var database = await db.BeginQueryAsync(workspace, either.Token);
            return await accesses.ReadAsync(database, workspace, person, person.User!.Value, either.Token) is { } access
                ? await answer(database, access, either.Token)
                : (null, WriteFailures.NotHere());
        }
        catch (Exception e) when (e is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return (null, tooLong);
        }
    }

    /// <summary>The type, where the person may read the record today: by the keys that it has, or had when it was deleted.</summary>
    private async Task<RecordType?> PastAsync(DbTransaction database, Guid workspace, string type, Guid id, Access access, CancellationToken cancel) =>
        Readable(type, access) is { } known
        && (await FindAsync(database, workspace, known, id, access, cancel) is not null || await WasReadableAsync(database, workspace, known, id, access, cancel))
            ? known
            : null;

    private static async Task<Record?> FindAsync(DbTransaction database, Guid workspace, RecordType type, Guid id, Access access, CancellationToken cancel)
    {
        await using var reader = await database.ReadAsync([type.Sql.SelectWhere(workspace, $"id = {id} AND ({Reading.Where(type, access)})")], cancel);
        return await reader.ReadAsync(cancel) ? type.Sql.Read(reader) : null;
    }

    private static async Task<bool> WasReadableAsync(DbTransaction database, Guid workspace, RecordType type, Guid id, Access access, CancellationToken cancel)
    {
        await using var reader = await database.ReadAsync(
            [$"SELECT before::text FROM engine.tombstones WHERE workspace_id = {workspace} AND type = {type.Name} AND record_id = {id}"], cancel);
        return await reader.ReadAsync(cancel) && Reading.Allows(type, access, type.KeysIn(id, reader.GetString(0)));
    }

    /// <summary>The type, where it exists and holds anything that could be read.</summary>
    private RecordType? Readable(string name, Access access) =>
        registry.Find(name) is { } type && Reading.AllowsSome(type, access) ? type : null;

    private static Func<Field, bool> Seen(RecordType type, Access access) => field => Reading.Sees(type, access, field);

    private static Failure TooSlow() => QueryFailures.TooSlow.With(
        $"It took longer than {Seconds} s. Ask for less: fewer words, or a field to look in, as in name:ada.", "query", ("seconds", Seconds));

    private static Failure PastTooLong() => QueryFailures.PastTooLong.With(
        $"It took longer than {Seconds} s. Read the history in smaller pages, by from and limit.", null, ("seconds", Seconds));

    private Failure NotFound(string type, Access access) => Readable(type, access) is null
        ? OperationFailures.TypeUnknown.With("There is no such record type, or nothing of it that you may read.")
        : WriteFailures.NotFound.With("There is no such record, or you may not read it.");
}
