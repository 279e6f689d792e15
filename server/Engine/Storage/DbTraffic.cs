using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>
/// The way of every question to the database, and of its answer. In the product nothing stands in it; the simulator keeps
/// answers back, and so decides in which order they arrive and which of them a dying process never gets.
/// </summary>
internal class DbTraffic
{
    internal static readonly DbTraffic Free = new();

    internal virtual Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancel) => DbFaults.OpenAsync(source, cancel);

    internal virtual Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancel) => batch.ExecuteReaderAsync(cancel);

    internal virtual Task ExecuteAsync(NpgsqlBatch batch, CancellationToken cancel) => batch.ExecuteNonQueryAsync(cancel);

    internal virtual Task CommitAsync(NpgsqlTransaction transaction, CancellationToken cancel) => transaction.CommitAsync(cancel);

    /// <summary>Undoes what was not committed.</summary>
    internal virtual Task EndAsync(NpgsqlTransaction transaction) => transaction.DisposeAsync().AsTask();
}
