using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Measuring;
using Npgsql;

namespace Holdfast.Bench.Servers;

/// <summary>
/// What the write path saves: the same rows into the same shapes of tables, in order per workspace, with one commit a
/// write. Knows no rules and no JSON. This program does it when it is started in this role.
/// </summary>
internal static class Naive
{
    internal const string Role = "naive";

    // The product keeps its own of the hundred that PostgreSQL takes.
    private const int MostConnections = 40;

    /// <returns>Writes a second.</returns>
    internal static async Task<double> MeasureAsync(Product product, int workspaces, int writers, TimeSpan length, CancellationToken cancel)
    {
        string[] role = [Role, product.Superuser, .. new[] { workspaces, writers, (int)length.TotalMilliseconds }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return double.Parse(await Machine.AskOnServerCoreAsync(role, cancel), CultureInfo.InvariantCulture);
    }

    internal static async Task ServeAsync(string connection, int workspaces, int writers, TimeSpan length)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = Math.Min(writers, MostConnections), MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 });
        await MakeTablesAsync(source, workspaces);
        await WriteAsync(source, workspaces, writers, TimeSpan.FromSeconds(1));
        var (count, seconds) = await WriteAsync(source, workspaces, writers, length);
        await Console.Out.WriteLineAsync((count / seconds).ToString(CultureInfo.InvariantCulture));
    }

    private static async Task MakeTablesAsync(NpgsqlDataSource source, int workspaces)
    {
        await using var command = source.CreateCommand($"""
            DROP SCHEMA IF EXISTS naive CASCADE;
            CREATE SCHEMA naive;
            CREATE TABLE naive.customers (workspace int, id int, version bigint NOT NULL, name text NOT NULL, updated_at timestamptz NOT NULL, PRIMARY KEY (workspace, id));
            CREATE TABLE naive.log (workspace int, seq bigint, id uuid NOT NULL, at timestamptz NOT NULL, changes jsonb NOT NULL, PRIMARY KEY (workspace, seq));
            CREATE TABLE naive.outcomes (workspace int, id uuid, outcome text NOT NULL, seq bigint, PRIMARY KEY (workspace, id));
            INSERT INTO naive.customers SELECT w, c, 0, 'Customer', now() FROM generate_series(0, {workspaces - 1}) w, generate_series(0, 63) c
            """);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(long Count, double Seconds)> WriteAsync(NpgsqlDataSource source, int workspaces, int writers, TimeSpan length)
    {
        var began = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
        {
            long count = 0;
            for (; Stopwatch.GetElapsedTime(began) < length; count++)
            {
                await using var connection = await source.OpenConnectionAsync();
                await WriteAsync(connection, (int)((writer + (count * writers)) % workspaces), writer, count);
            }

            return count;
        }));
        return (counts.Sum(), Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, int workspace, int writer, long count)
    {
        var id = Guid.CreateVersion7();
        await using var transaction = await connection.BeginTransactionAsync();
        long head;
        await using (var read = Batch(
            ("SELECT pg_advisory_xact_lock($1)", [(long)workspace]),
            ("SELECT coalesce(max(seq), 0) FROM naive.log WHERE workspace = $1", [workspace]),
            ("SELECT outcome FROM naive.outcomes WHERE workspace = $1 AND id = $2", [workspace, id]),
            ("SELECT version, name FROM naive.customers WHERE workspace = $1 AND id = $2", [workspace, writer])))
        await using (var reader = await read.ExecuteReaderAsync())
        {
            await reader.NextResultAsync();
            await reader.ReadAsync();
            head = reader.GetInt64(0);
        }

        var changes = $$$"""[{"type": "solo.customer", "set": {"name": "Customer {{{count}}}"}, "before": {"name": "Customer"}}]""";
        await using (var write = Batch(
            ("UPDATE naive.customers SET version = $3, name = $4, updated_at = now() WHERE workspace = $1 AND id = $2", [workspace, writer, head + 1, $"Customer {count}"]),
            ("INSERT INTO naive.log VALUES ($1, $2, $3, now(), $4::jsonb)", [workspace, head + 1, id, changes]),
            ("INSERT INTO naive.outcomes VALUES ($1, $2, 'applied', $3)", [workspace, id, head + 1])))
            await write.ExecuteNonQueryAsync();
        await transaction.CommitAsync();

        NpgsqlBatch Batch(params (string Text, object[] Values)[] statements)
        {
            var batch = new NpgsqlBatch(connection, transaction);
            foreach (var (text, values) in statements)
            {
                var command = new NpgsqlBatchCommand(text);
                foreach (var value in values)
                    command.Parameters.Add(new NpgsqlParameter { Value = value });
                batch.BatchCommands.Add(command);
            }

            return batch;
        }
    }
}
