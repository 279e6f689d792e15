using Npgsql;

namespace Holdfast.Engine.Transfer;

/// <summary>The tables of a workspace, as the database knows them: all that row security protects.</summary>
/// <param name="Name">With its schema.</param>
/// <param name="Columns">Without <c>workspace_id</c> and what the database works out itself.</param>
/// <param name="RefersToItself">Whether a row may refer to another one of the same table.</param>
internal sealed record WorkspaceTable(string Name, IReadOnlyList<string> Columns, bool RefersToItself)
{
    /// <summary>Work that waits or runs belongs to the instance that was asked for it; done here as well it would be done twice.</summary>
    private static readonly string[] Staying = ["engine.jobs", "engine.job_claims", "engine.job_ends"];

    /// <summary>Those that travel, each after those that it refers to.</summary>
    internal static async Task<IReadOnlyList<WorkspaceTable>> ListAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var columns = (await PairsAsync(connection, """
            SELECT p.polrelid::regclass::text, a.attname::text FROM pg_policy p
            JOIN pg_attribute a ON a.attrelid = p.polrelid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> 'workspace_id'
            WHERE p.polname = 'workspace' ORDER BY 1, a.attnum
            """, cancel)).ToLookup(pair => pair.Left, pair => pair.Right, StringComparer.Ordinal);
        var arrows = (await PairsAsync(connection, "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'", cancel))
            .ToLookup(pair => pair.Left, pair => pair.Right, StringComparer.Ordinal);
        var done = new List<WorkspaceTable>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in columns)
            Visit(table.Key);
        return done;

        void Visit(string name)
        {
            if (!columns.Contains(name) || Staying.Contains(name) || !seen.Add(name))
                return;
            foreach (var target in arrows[name])
                Visit(target);
            done.Add(new WorkspaceTable(name, [.. columns[name]], arrows[name].Contains(name, StringComparer.Ordinal)));
        }
    }

    private static async Task<IReadOnlyList<(string Left, string Right)>> PairsAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var pairs = new List<(string, string)>();
        while (await reader.ReadAsync(cancel))
            pairs.Add((reader.GetString(0), reader.GetString(1)));
        return pairs;
    }
}
