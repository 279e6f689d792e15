using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>While an old snapshot keeps every job that ever was, a claim does not look through them.</summary>
public sealed partial class OldSnapshotTests(TestCluster cluster) : IAsyncLifetime
{
    private const int Jobs = 3000;
    private readonly Explaining _traffic = new();
    private string _connectionString = "";
    private JobLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = new JobLab(_connectionString = await cluster.CreateDatabaseAsync()) { Traffic = _traffic };

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task A_claim_looks_at_few_pages_however_many_jobs_are_dead_before_it()
    {
        await using var old = new NpgsqlConnection(cluster.SuperuserOf(_connectionString) + ";Pooling=false");
        await old.OpenAsync();
        await using var snapshot = await old.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var look = new NpgsqlCommand("SELECT count(*) FROM engine.jobs", old))
            await look.ExecuteScalarAsync();
        var worker = await _lab.StartAsync();
        await _lab.EnqueueAsync([.. Enumerable.Range(0, Jobs).Select(i => JobLab.Errand($"{i}"))]);
        await _lab.EmptyAsync();

        // How far it has come it believes two looks later.
        await Eventually.HoldsAsync("a claim looks at few pages", async () =>
        {
            _traffic.Pages = null;
            await _lab.EnqueueAsync(JobLab.Errand("one"));
            await _lab.EmptyAsync();
            return _traffic.Pages < Jobs / 10;
        });
        // Whoever begins at the front looks at every one of them.
        _traffic.Pages = null;
        await new JobStore(_lab.DbOf(worker), _lab.Jobs).ClaimAsync(Guid.CreateVersion7(), [new Turn(new Lane(JobQueue.Default, JobPriority.Normal, _lab.Workspace), After: -1, Room: 1)], CancellationToken.None);
        Assert.InRange(_traffic.Pages ?? 0, Jobs, int.MaxValue);
    }

    /// <summary>Has the database say, before each claim, how many pages that looks at.</summary>
    private sealed partial class Explaining : DbTraffic
    {
        internal int? Pages { get; set; }

        internal override async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancel)
        {
            if (batch.BatchCommands[^1].CommandText.Contains("attempt = attempt + 1", StringComparison.Ordinal))
                Pages = await CountAsync(batch.Connection!, batch.BatchCommands[^1], cancel);
            return await base.ReadAsync(batch, cancel);
        }

        private static async Task<int> CountAsync(NpgsqlConnection connection, NpgsqlBatchCommand claim, CancellationToken cancel)
        {
            await using var nothing = await connection.BeginTransactionAsync(cancel);
            await using var command = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {claim.CommandText}", connection, nothing);
            foreach (NpgsqlParameter parameter in claim.Parameters)
                command.Parameters.Add(parameter.Clone());
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                // The first line of buffers is that of the whole statement.
                if (Buffers().Match(reader.GetString(0)) is { Success: true } found)
                    return found.Groups["pages"].Captures.Sum(pages => int.Parse(pages.Value, CultureInfo.InvariantCulture));
            }

            throw new InvalidOperationException("PostgreSQL does not say how many pages it looked at.");
        }

        [GeneratedRegex("Buffers: shared( hit=(?<pages>[0-9]+))?( read=(?<pages>[0-9]+))?", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Buffers();
    }
}
