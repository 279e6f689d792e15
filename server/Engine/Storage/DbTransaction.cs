using System.Data;
using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>
/// An open transaction, for the write path and for consistent snapshots. Its statements reach the workspaces that it was
/// begun for, and no others.
/// </summary>
internal sealed class DbTransaction : IDbReads, IAsyncDisposable
{
    private readonly DbTraffic _traffic;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly string _workspaces;
    private string? _entered;

    private DbTransaction(DbTraffic traffic, NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyCollection<Guid> workspaces)
    {
        _traffic = traffic;
        _connection = connection;
        _transaction = transaction;
        _workspaces = string.Join(',', workspaces);
    }

    /// <param name="traffic">The way to the database.</param>
    /// <param name="source">Where from; only the writer's role may enter several workspaces at once.</param>
    /// <param name="workspaces">Those that it reaches.</param>
    /// <param name="isolation">What it sees of others.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<DbTransaction> BeginAsync(
        DbTraffic traffic, NpgsqlDataSource source, IReadOnlyCollection<Guid> workspaces, IsolationLevel isolation, CancellationToken cancel)
    {
        var connection = await traffic.OpenAsync(source, cancel);
        try
        {
            return new DbTransaction(traffic, connection, await connection.BeginTransactionAsync(isolation, cancel), workspaces);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <param name="workspaces">One, or several with commas between them.</param>
    internal static NpgsqlBatchCommand Enter(string workspaces) =>
        ((Sql)$"SELECT set_config('holdfast.workspace', {workspaces}, true)").ToCommand();

    /// <summary>Runs the statements in one round trip; the reader stands before the result of the first of them.</summary>
    internal async Task<NpgsqlDataReader> ReadAsync(IEnumerable<Sql> statements, CancellationToken cancel)
    {
        await using var batch = NewBatch();
        var skip = EnterIn(batch, _workspaces);
        foreach (var sql in statements)
            batch.BatchCommands.Add(sql.ToCommand());
        var reader = await _traffic.ReadAsync(batch, cancel);
        if (skip)
            await reader.NextResultAsync(cancel);
        return reader;
    }

    /// <summary>Reads in one round trip, each statement within its own workspace where it names one.</summary>
    internal async Task ReadAsync(ReadBatch reads, CancellationToken cancel)
    {
        await using var batch = NewBatch();
        var takes = new List<ReadBatch.Take?>();
        foreach (var (workspace, statement, take) in reads)
        {
            if (EnterIn(batch, workspace?.ToString() ?? _workspaces))
                takes.Add(null);
            batch.BatchCommands.Add(statement.ToCommand());
            takes.Add(take);
        }

        await using var reader = await _traffic.ReadAsync(batch, cancel);
        foreach (var take in takes)
        {
            if (take is not null)
                await take(reader, cancel);
            await reader.NextResultAsync(cancel);
        }
    }

    /// <summary>All rows of one statement, mapped as <see cref="DbAccess.QueryAsync{T}(Sql, CancellationToken)"/> does.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(Sql sql, CancellationToken cancel = default)
    {
        await using var reader = await ReadAsync([sql], cancel);
        return await DbAccess.ReadAllAsync<T>(reader, cancel);
    }

    /// <summary>Runs the statements in one round trip.</summary>
    /// <returns>The number of rows that each statement changed or found.</returns>
    internal async Task<int[]> ExecuteAsync(IReadOnlyCollection<Sql> statements, CancellationToken cancel)
    {
        await using var batch = NewBatch();
        var first = EnterIn(batch, _workspaces) ? 1 : 0;
        foreach (var sql in statements)
            batch.BatchCommands.Add(sql.ToCommand());
        await _traffic.ExecuteAsync(batch, cancel);
        return [.. Enumerable.Range(first, statements.Count).Select(i => (int)batch.BatchCommands[i].Rows)];
    }

    /// <summary>Runs the statements and commits, in one round trip.</summary>
    internal async Task CommitAsync(IEnumerable<Sql> statements, CancellationToken cancel)
    {
        await using var batch = NewBatch();
        EnterIn(batch, _workspaces);
        foreach (var sql in statements)
            batch.BatchCommands.Add(sql.ToCommand());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await _traffic.ExecuteAsync(batch, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _traffic.EndAsync(_transaction);
        await _connection.DisposeAsync();
    }

    private NpgsqlBatch NewBatch() => new(_connection, _transaction);

    /// <returns>Whether a statement was needed for it.</returns>
    private bool EnterIn(NpgsqlBatch batch, string workspaces)
    {
        if (_entered == workspaces)
            return false;
        batch.BatchCommands.Add(Enter(workspaces));
        _entered = workspaces;
        return true;
    }
}
