using System.Collections;
using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>Statements that are read in one round trip, each with what takes its rows.</summary>
internal sealed class ReadBatch : IEnumerable<(Guid? Workspace, Sql Statement, ReadBatch.Take Take)>
{
    private readonly List<(Guid? Workspace, Sql Statement, Take Take)> _reads = [];

    /// <summary>Takes the rows of one statement, from before the first on.</summary>
    internal delegate Task Take(NpgsqlDataReader rows, CancellationToken cancel);

    internal int Count => _reads.Count;

    /// <summary>Adds a statement over all workspaces of the transaction.</summary>
    internal void Add(Sql statement, Action<NpgsqlDataReader> row) => _reads.Add((null, statement, (rows, cancel) => EachAsync(rows, row, cancel)));

    /// <summary>Adds a statement that reaches one workspace only.</summary>
    internal void Add(Guid workspace, Sql statement, Action<NpgsqlDataReader> row) => Add(workspace, statement, (rows, cancel) => EachAsync(rows, row, cancel));

    /// <summary>Adds a statement that reaches one workspace only.</summary>
    internal void Add(Guid workspace, Sql statement, Take take) => _reads.Add((workspace, statement, take));

    public IEnumerator<(Guid? Workspace, Sql Statement, Take Take)> GetEnumerator() => _reads.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static async Task EachAsync(NpgsqlDataReader rows, Action<NpgsqlDataReader> row, CancellationToken cancel)
    {
        while (await rows.ReadAsync(cancel))
            row(rows);
    }
}
