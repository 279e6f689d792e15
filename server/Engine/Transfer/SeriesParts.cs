using System.Text.Json.Nodes;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Transfer;

/// <summary>
/// The parts of series' tables that a file needs. They are made before anything is taken in, each by itself: to make one holds
/// up whoever writes to the series, which must not last as long as an import.
/// </summary>
internal sealed class SeriesParts
{
    /// <summary>Each may take a table of its own, and what a file says is somebody's word.</summary>
    private const int MostDays = 50_000;

    private const string Begin = "{\"table\":\"";
    private readonly HashSet<string> _tables;
    private readonly HashSet<(string Table, DateTime Day)> _needed = [];

    private SeriesParts(IEnumerable<string> tables) => _tables = tables.ToHashSet(StringComparer.Ordinal);

    internal static async Task<SeriesParts> NewAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT name || suffix FROM engine.series CROSS JOIN unnest(ARRAY['', '_hours', '_days']) AS made(suffix)", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var tables = new List<string>();
        while (await reader.ReadAsync(cancel))
            tables.Add(reader.GetString(0));
        return new SeriesParts(tables);
    }

    /// <summary>Looks at a line of the file.</summary>
    internal void See(string line)
    {
        if (_tables.Count == 0 || !line.StartsWith(Begin, StringComparison.Ordinal))
            return;
        var end = line.IndexOf('"', Begin.Length);
        if (end < 0 || line[Begin.Length..end] is not { } table || !_tables.Contains(table))
            return;
        var at = JsonNode.Parse(line)?["row"]?["at"]?.GetValue<DateTimeOffset>() ?? throw TransferFile.Altered();
        if (_needed.Add((table, at.UtcDateTime.Date)) && _needed.Count > MostDays)
            throw new TransferException($"The file holds numbers of more than {MostDays} days, which is more than any series keeps.");
    }

    /// <summary>Makes those that are missing. Until the connection is closed, nothing of a series is dropped for being old.</summary>
    /// <param name="connection">Of the owner, without a transaction.</param>
    /// <param name="cancel">Stops between two of them.</param>
    internal async Task MakeAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (_needed.Count == 0)
            return;
        await RunAsync($"SELECT pg_advisory_lock_shared(hashtextextended('series import', 0))");
        foreach (var (table, day) in _needed)
            await RunAsync($"SELECT engine.series_part({table}, {new DateTimeOffset(day, TimeSpan.Zero)})");

        async Task RunAsync(Sql sql)
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { sql.ToCommand() } };
            await batch.ExecuteNonQueryAsync(cancel);
        }
    }
}
