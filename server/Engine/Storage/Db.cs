using System.Data.Common;
using Dapper;
using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>
/// The one door to PostgreSQL. Each kind of access runs under a database role of its own, and access to a
/// workspace sets <c>holdfast.workspace</c> as the first statement of the batch, which row security tests.
/// </summary>
public sealed class Db : IAsyncDisposable
{
    // What is written is looked up by key, in tables of any size. One plan for each statement, made once, and never one
    // that reads a table because it was small, or unknown, when the plan was made.
    private const string ByKeyAlone =
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

    // Logs are followed in order from some place on. While a table has no statistics yet, PostgreSQL believes that little
    // follows, and would collect and sort all of it each time for the next few entries.
    private const string InOrder = "SET enable_bitmapscan = off";

    // A group holds its workspaces while it works, so no statement of it may take long. Who waits for someone else's lock
    // gives up sooner: then he knows that it was not his own work that took so long.
    private const string NotForLong = "SET statement_timeout = '5s'; SET lock_timeout = '4s'";

    /// <summary>How many lists and histories are read at once; see <see cref="BeginQueryAsync"/>.</summary>
    internal const int MostQueries = 8;

    /// <summary>How long a list or a history may take.</summary>
    internal static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(5);

    private readonly DbTraffic _traffic;
    private readonly NpgsqlDataSource _app;
    private readonly NpgsqlDataSource _snapshots;
    private readonly NpgsqlDataSource _queries;
    private readonly NpgsqlDataSource _system;
    private readonly NpgsqlDataSource _signs;
    private readonly NpgsqlDataSource _writer;

    static Db() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <param name="connectionString">An Npgsql connection string of a login that may <c>SET ROLE</c> to the roles in <see cref="DbRoles"/>.</param>
    public Db(string connectionString)
        : this(connectionString, DbTraffic.Free)
    {
    }

    internal Db(string connectionString, DbTraffic traffic)
    {
        _traffic = traffic;
        _app = DbRoles.DataSource(connectionString, DbRoles.App, maxPoolSize: 30);
        // Few, and apart: whoever reads much makes others wait who read much, and nobody else.
        _snapshots = DbRoles.DataSource(connectionString, DbRoles.App, maxPoolSize: 8);
        // Apart from those too: how long a search takes is up to whoever writes it, and rights are read among the snapshots.
        _queries = DbRoles.DataSource(connectionString, DbRoles.App, MostQueries, $"SET statement_timeout = {LongestQuery.TotalMilliseconds}");
        _system = DbRoles.DataSource(connectionString, DbRoles.System, maxPoolSize: 5, InOrder);
        _signs = DbRoles.DataSource(connectionString, DbRoles.System, maxPoolSize: 2);
        _writer = DbRoles.DataSource(connectionString, DbRoles.Writer, maxPoolSize: 20, $"{ByKeyAlone}; {NotForLong}");
    }

    /// <summary>State of the instance that belongs to no workspace: users, credentials, sessions.</summary>
    public DbAccess Instance => new(_traffic, _app, workspace: null);

    /// <summary>
    /// Reads across workspaces, for polling and for finding whose workspace something is, and writes there what the server needs to
    /// run: jobs, cursors of consumers, series. Never for a person's request on records.
    /// </summary>
    public DbAccess System => new(_traffic, _system, workspace: null);

    /// <summary>
    /// Signs of life alone, on connections apart: whoever is late with one loses what he has claimed, however much else is being
    /// read across workspaces.
    /// </summary>
    internal DbAccess SignsOfLife => new(_traffic, _signs, workspace: null);

    /// <summary>Reads records and writes machine state of one workspace.</summary>
    public DbAccess In(Guid workspace) => new(_traffic, _app, workspace);

    /// <summary>A transaction on the machine state of one workspace, for what is committed only if a statement of it held.</summary>
    internal Task<DbTransaction> BeginAsync(Guid workspace, CancellationToken cancel) =>
        DbTransaction.BeginAsync(_traffic, _app, [workspace], global::System.Data.IsolationLevel.ReadCommitted, cancel);

    /// <summary>A transaction of the write path, in one workspace or in several.</summary>
    internal Task<DbTransaction> BeginWriteAsync(IReadOnlyCollection<Guid> workspaces, CancellationToken cancel) =>
        DbTransaction.BeginAsync(_traffic, _writer, workspaces, global::System.Data.IsolationLevel.ReadCommitted, cancel);

    /// <summary>
    /// Several reads that see one state of the workspace. Short only: a long snapshot holds back the clean-up of the whole
    /// database. Whoever holds one must not wait for another, nor for a person: there are few.
    /// </summary>
    internal Task<DbTransaction> BeginSnapshotAsync(Guid workspace, CancellationToken cancel) =>
        DbTransaction.BeginAsync(_traffic, _snapshots, [workspace], global::System.Data.IsolationLevel.RepeatableRead, cancel);

    /// <summary>
    /// The same for what people ask one request at a time, such as a search, whose cost is up to them. A statement that takes
    /// longer than <see cref="LongestQuery"/> ends with <see cref="PostgresErrorCodes.QueryCanceled"/>. Whoever begins one has a turn.
    /// </summary>
    internal Task<DbTransaction> BeginQueryAsync(Guid workspace, CancellationToken cancel) =>
        DbTransaction.BeginAsync(_traffic, _queries, [workspace], global::System.Data.IsolationLevel.RepeatableRead, cancel);

    /// <summary>A connection for hearing notifications, which is never given back while it works.</summary>
    internal Task<NpgsqlConnection> OpenListenerAsync(CancellationToken cancel) => DbFaults.OpenAsync(_system, cancel);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _snapshots.DisposeAsync();
        await _queries.DisposeAsync();
        await _system.DisposeAsync();
        await _signs.DisposeAsync();
        await _writer.DisposeAsync();
    }
}

/// <summary>
/// Runs statements under one role and, where given, in one workspace. The statements of one call are one
/// transaction and one round trip.
/// </summary>
public readonly struct DbAccess : IDbReads
{
    private readonly DbTraffic _traffic;
    private readonly NpgsqlDataSource _source;
    private readonly Guid? _workspace;

    internal DbAccess(DbTraffic traffic, NpgsqlDataSource source, Guid? workspace)
    {
        _traffic = traffic;
        _source = source;
        _workspace = workspace;
    }

    /// <summary>All rows, mapped by column name (snake_case to PascalCase) to <typeparamref name="T"/>.</summary>
    public Task<IReadOnlyList<T>> QueryAsync<T>(Sql sql, CancellationToken cancel = default) => QueryAsync<T>([], sql, cancel);

    /// <summary>The same after other statements, which give no rows; all or nothing.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(IEnumerable<Sql> before, Sql sql, CancellationToken cancel = default)
    {
        await using var connection = await _traffic.OpenAsync(_source, cancel);
        await using var batch = Batch(connection, [.. before, sql]);
        await using var reader = await _traffic.ReadAsync(batch, cancel);
        if (_workspace is not null)
            await reader.NextResultAsync(cancel);
        return await ReadAllAsync<T>(reader, cancel);
    }

    /// <summary>The first row, or the default of <typeparamref name="T"/> where there is none.</summary>
    public async Task<T?> FirstAsync<T>(Sql sql, CancellationToken cancel = default)
    {
        var rows = await QueryAsync<T>(sql, cancel);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>Runs the statements in order, all or nothing.</summary>
    /// <returns>The number of rows that the last statement changed.</returns>
    public async Task<int> ExecuteAsync(params Sql[] statements)
    {
        await using var connection = await _traffic.OpenAsync(_source, CancellationToken.None);
        await using var batch = Batch(connection, statements);
        await _traffic.ExecuteAsync(batch, CancellationToken.None);
        return (int)batch.BatchCommands[^1].RecordsAffected;
    }

    private NpgsqlBatch Batch(NpgsqlConnection connection, Sql[] statements)
    {
        var batch = connection.CreateBatch();
        if (_workspace is { } workspace)
            batch.BatchCommands.Add(DbTransaction.Enter(workspace.ToString()));
        foreach (var sql in statements)
            batch.BatchCommands.Add(sql.ToCommand());
        return batch;
    }

    internal static async Task<List<T>> ReadAllAsync<T>(DbDataReader reader, CancellationToken cancel)
    {
        var rows = new List<T>();
        var parse = reader.GetRowParser(typeof(T));
        while (await reader.ReadAsync(cancel))
            rows.Add((T)parse(reader));
        return rows;
    }
}
