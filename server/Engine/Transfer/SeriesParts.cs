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
        var table = line[Begin.Length..line.IndexOf('"', Begin.Length)];
        if (_tables.Contains(table))
            _needed.Add((table, JsonNode.Parse(line)!["row"]!["at"]!.GetValue<DateTimeOffset>().UtcDateTime.Date));
    }

    /// <summary>Makes those that are missing.</summary>
    /// <param name="connection">Of the owner, without a transaction.</param>
    /// <param name="cancel">Stops between two of them.</param>
    internal async Task MakeAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        foreach (var (table, day) in _needed)
        {
            Sql make = $"SELECT engine.series_part({table}, {new DateTimeOffset(day, TimeSpan.Zero)})";
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { make.ToCommand() } };
            await batch.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>In the transaction of an import: until its end nothing of a series is dropped for being old.</summary>
    internal static Sql Hold() => $"SELECT pg_advisory_xact_lock_shared(hashtextextended('series import', 0))";
}
