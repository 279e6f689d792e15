using System.Data;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Tests.Simulation;

/// <summary>The way of one machine to the database.</summary>
internal sealed class DatabaseLine(DatabaseWire wire) : DbTraffic
{
    private readonly List<(NpgsqlDataSource Source, Task<NpgsqlConnection> Connection)> _connections = [];
    private readonly List<NpgsqlDataReader> _readers = [];
    private readonly Dictionary<NpgsqlDataSource, int> _sizes = [];

    internal override Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancel) =>
        Put(new Question<NpgsqlConnection>(this, null, () => Open(source)) { HasRoom = () => HasRoom(source) }, cancel);

    internal override Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancel) =>
        Put(new Question<NpgsqlDataReader>(this, batch.Connection, () => Forged(batch).ExecuteReaderAsync()) { BeforeHand = Complete, Dropped = Drop }, cancel);

    internal override Task ExecuteAsync(NpgsqlBatch batch, CancellationToken cancel) =>
        Put(new Question<int>(this, batch.Connection, () => Forged(batch).ExecuteNonQueryAsync()), cancel);

    internal override Task CommitAsync(NpgsqlTransaction transaction, CancellationToken cancel) =>
        Put(new Question<bool>(this, transaction.Connection, () => Here(() => Do(transaction.Commit))), cancel);

    internal override Task EndAsync(NpgsqlTransaction transaction) =>
        Put(new Question<bool>(this, transaction.Connection, () => Here(() => Do(transaction.Dispose))), CancellationToken.None);

    internal void Ring() => wire.Ring();

    internal void Close()
    {
        _readers.ForEach(Drop);
        _readers.Clear();
        foreach (var (_, connection) in _connections.Where(open => open.Connection.IsCompletedSuccessfully))
            connection.GetAwaiter().GetResult().Close();
        _connections.Clear();
    }

    /// <summary>Reads an answer to its end for somebody who no longer can.</summary>
    private static void Drop(NpgsqlDataReader reader)
    {
        try
        {
            reader.Close();
        }
        catch (PostgresException)
        {
            // It waited for a lock and was told to stop, so the answer ends with that.
        }
    }

    private Task<T> Put<T>(Question<T> question, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return Task.FromCanceled<T>(cancel);
        wire.Put(question);
        return question.Answer;
    }

    private bool HasRoom(NpgsqlDataSource source)
    {
        _connections.RemoveAll(open => open.Connection.IsCompletedSuccessfully && open.Connection.GetAwaiter().GetResult().State == ConnectionState.Closed);
        return _connections.Count(open => open.Source == source) < SizeOf(source);
    }

    private int SizeOf(NpgsqlDataSource source)
    {
        if (!_sizes.TryGetValue(source, out var size))
            _sizes.Add(source, size = new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize);
        return size;
    }

    private Task<NpgsqlConnection> Open(NpgsqlDataSource source)
    {
        var connection = source.OpenConnectionAsync().AsTask();
        _connections.Add((source, connection));
        return connection;
    }

    /// <summary>
    /// Waits until PostgreSQL has sent the whole of an answer, and so sleeps: whoever reads it then never waits for the rest,
    /// and reads it in one piece of code whatever the machine does.
    /// </summary>
    private void Complete(NpgsqlConnection connection, NpgsqlDataReader reader)
    {
        _readers.RemoveAll(read => read.IsClosed);
        _readers.Add(reader);
        SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{connection.ProcessID}/stat") is var state && state[state.LastIndexOf(')') + 2] == 'S');
    }

    private NpgsqlBatch Forged(NpgsqlBatch batch)
    {
        foreach (var command in batch.BatchCommands)
            command.CommandText = wire.Forgery?.Invoke(command.CommandText) ?? command.CommandText;
        return batch;
    }

    /// <summary>The end of a transaction waits for nobody's lock, and so costs no change of threads.</summary>
    private static Task<T> Here<T>(Func<T> ask)
    {
        try
        {
            return Task.FromResult(ask());
        }
        catch (NpgsqlException e)
        {
            return Task.FromException<T>(e);
        }
    }

    private static bool Do(Action action)
    {
        action();
        return true;
    }
}
