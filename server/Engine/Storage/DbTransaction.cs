using System.Data;
using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>An open transaction in one workspace, for the write path and for consistent snapshots.</summary>
internal sealed class DbTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Guid _workspace;
    private bool _entered;

    private DbTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid workspace)
    {
        _connection = connection;
        _transaction = transaction;
        _workspace = workspace;
    }

    internal static async Task<DbTransaction> BeginAsync(
        NpgsqlDataSource source, Guid workspace, IsolationLevel isolation, CancellationToken cancel)
    {
        var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            return new DbTransaction(connection, await connection.BeginTransactionAsync(isolation, cancel), workspace);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal static NpgsqlBatchCommand EnterWorkspace(Guid workspace) =>
        ((Sql)$"SELECT set_config('holdfast.workspace', {workspace.ToString()}, true)").ToCommand();

    /// <summary>Runs the statements in one round trip; the reader stands before the result of the first of them.</summary>
    internal async Task<NpgsqlDataReader> ReadAsync(IEnumerable<Sql> statements, CancellationToken cancel)
    {
        await using var batch = NewBatch(statements, out var skip);
        var reader = await batch.ExecuteReaderAsync(cancel);
        if (skip)
            await reader.NextResultAsync(cancel);
        return reader;
    }

    /// <summary>All rows of one statement, mapped as <see cref="DbAccess.QueryAsync{T}(Sql, CancellationToken)"/> does.</summary>
    internal async Task<IReadOnlyList<T>> QueryAsync<T>(Sql sql, CancellationToken cancel)
    {
        await using var reader = await ReadAsync([sql], cancel);
        return await DbAccess.ReadAllAsync<T>(reader, cancel);
    }

    /// <summary>Runs the statements in one round trip.</summary>
    /// <returns>The number of rows that each statement changed.</returns>
    internal async Task<int[]> ExecuteAsync(IReadOnlyCollection<Sql> statements, CancellationToken cancel)
    {
        await using var batch = NewBatch(statements, out var skip);
        await batch.ExecuteNonQueryAsync(cancel);
        var first = skip ? 1 : 0;
        return [.. Enumerable.Range(first, batch.BatchCommands.Count - first).Select(i => (int)batch.BatchCommands[i].RecordsAffected)];
    }

    internal Task CommitAsync(CancellationToken cancel) => _transaction.CommitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private NpgsqlBatch NewBatch(IEnumerable<Sql> statements, out bool enters)
    {
        var batch = new NpgsqlBatch(_connection, _transaction);
        enters = !_entered;
        if (enters)
            batch.BatchCommands.Add(EnterWorkspace(_workspace));
        _entered = true;
        foreach (var sql in statements)
            batch.BatchCommands.Add(sql.ToCommand());
        return batch;
    }
}
