using Holdfast.Engine.Queries;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Queries;

/// <summary>What a query finds: as PostgreSQL answers it, held against what its author meant, over records made of what breaks searches.</summary>
public sealed class QueryTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const int Records = 400;
    private const int Queries = 1_000;

    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly List<Thing> _things = [];
    private Db _db = null!;

    public async ValueTask InitializeAsync()
    {
        _db = new Db(database.ConnectionString);
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand(Thing.Table, connection);
        await create.ExecuteNonQueryAsync();
        var made = new QueryMaker(new Random(20261121));
        for (var i = 0; i < Records; i++)
            _things.Add(made.NewThing(i + 1));
        await using var fill = new NpgsqlBatch(connection);
        fill.BatchCommands.Add(Thing.Type.Sql.Insert(_things.Select(thing => (_workspace, (Holdfast.Engine.Records.Record)thing))).ToCommand());
        await fill.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task PostgreSQL_finds_what_the_author_meant()
    {
        var maker = new QueryMaker(new Random(42));
        var (some, none) = (0, 0);
        for (var i = 0; i < Queries; i++)
        {
            var (text, holds) = maker.NewQuery(depth: 4);
            var meant = _things.Where(holds).Select(thing => thing.Id).ToHashSet();
            Assert.True(meant.SetEquals(await FindAsync(text)), $"Query {i} finds other records than meant: {text}");
            (some, none) = meant.Count is > 0 and < Records ? (some + 1, none) : (some, none + 1);
        }

        // Queries that find all or nothing would prove little.
        Assert.True(some > none, $"{some} found some, {none} all or none.");
    }

    [Theory]
    [InlineData("MULLER", "Müller")]
    [InlineData("müller", "MU\u0308LLER")]
    [InlineData("strasse", "Straße")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("istanbul", "İSTANBUL")]
    [InlineData("lodz", "Łódź")]
    [InlineData("σισυφος", "ΣΊΣΥΦΟΣ")]
    [InlineData("ёлка", "ЕЛКА")]
    [InlineData("shqiperi", "SHQIPËRI")]
    [InlineData("שלום", "שָׁלוֹם")]
    [InlineData("احمد", "أَحْمَد")]
    [InlineData("100%", "100%")]
    [InlineData("a_b", "a_b")]
    [InlineData("\"c:\\temp\"", "C:\\Temp")]
    [InlineData("o'neil", "O'Neil")]
    [InlineData("\"say \"\"hi\"\"\"", "Say \"Hi\" twice")]
    [InlineData("한", "하나 한글")]
    [InlineData("👍", "well 👍 done")]
    public async Task A_word_is_found_however_it_is_written(string query, string name)
    {
        var thing = new Thing { Name = name };
        var holds = await HoldsAsync(query, [thing, new Thing { Name = "100 percent axb c:temp" }]);
        Assert.True(holds[0] && !holds[1], query);
    }

    [Theory]
    [InlineData("created:2026", true, true, true)]
    [InlineData("created:2026-11", false, true, true)]
    [InlineData("created:2026-11-20", false, true, false)]
    [InlineData("created:today", false, false, true)]
    [InlineData("created:-1d", false, true, false)]
    [InlineData("created>-1d", false, false, true)]
    [InlineData("created>=-1d", false, true, true)]
    [InlineData("created<today", true, true, false)]
    [InlineData("created<=today", true, true, true)]
    [InlineData("created>-2h", false, false, true)]
    [InlineData("created>-1mo", false, true, true)]
    [InlineData("created<-1w", true, false, false)]
    [InlineData("created:-1y..-1w", true, false, false)]
    [InlineData("created:..2026-11-20", true, true, false)]
    [InlineData("created:2026-11-20..", false, true, true)]
    [InlineData("created>2026-11-20T23:59:59.998Z", false, true, true)]
    [InlineData("created>2026-11-20T23:59:59.999Z", false, false, true)]
    [InlineData("created:2026-11-20T23:59:59.999Z", false, true, false)]
    [InlineData("created>=2026-11-21T01:59:59.999+02:00", false, true, true)]
    [InlineData("created:today,2026-01", true, false, true)]
    [InlineData("created:empty", false, false, false)]
    public async Task Time_is_what_people_mean_by_it(string query, bool january, bool yesterday, bool today)
    {
        Thing[] things =
        [
            At(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            At(new DateTimeOffset(2026, 11, 20, 23, 59, 59, 999, TimeSpan.Zero)),
            At(new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero)),
        ];
        bool[] expected = [january, yesterday, today];
        Assert.Equal(expected, await HoldsAsync(query, things));
    }

    private static Thing At(DateTimeOffset time) => new() { Name = "At", CreatedAt = time };

    /// <summary>Which of the records the query finds, in a workspace of their own.</summary>
    private async Task<bool[]> HoldsAsync(string query, Thing[] things)
    {
        var workspace = Guid.CreateVersion7();
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        await using var fill = new NpgsqlBatch(connection);
        foreach (var thing in things)
            thing.Id = Guid.CreateVersion7();
        fill.BatchCommands.Add(Thing.Type.Sql.Insert(things.Select(thing => (workspace, (Holdfast.Engine.Records.Record)thing))).ToCommand());
        await fill.ExecuteNonQueryAsync();
        var found = await FindAsync(query, workspace);
        return [.. things.Select(thing => found.Contains(thing.Id))];
    }

    private async Task<IReadOnlyList<Guid>> FindAsync(string query, Guid? workspace = null)
    {
        var failure = QueryReader.Read(query, new Columns(Thing.Type, Thing.Reader(sees: true, QueryMaker.Me), []), QueryMaker.Now, out var condition);
        Assert.True(failure is null, $"{failure?.Detail} {query}");
        var place = workspace ?? _workspace;
        return await _db.In(place).QueryAsync<Guid>($"SELECT id FROM test.things WHERE workspace_id = {place} AND ({condition.ToSql()})");
    }
}
