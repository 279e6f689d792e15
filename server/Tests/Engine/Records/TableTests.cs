using Holdfast.Engine.Records;
using Holdfast.Host;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Records;

/// <summary>Record types and tables agree; and whoever adds a type and forgets something is told what to write where.</summary>
public sealed class TableTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Every_table_is_as_its_record_type_says()
    {
        var found = await new TableCheck(_engine.Db, _engine.Registry).FindAsync(default);
        Assert.True(found.Count == 0, string.Join("\n\n", found));
    }

    [Fact]
    public void Every_record_type_is_registered()
    {
        var types = Program.Projects.SelectMany(project => project.GetTypes()).Where(type => type.IsSubclassOf(typeof(Record)) && !type.IsAbstract);
        var forgotten = types.Except(_engine.Registry.All.Select(type => type.Class)).ToArray();
        Assert.True(forgotten.Length == 0, string.Join('\n', forgotten.Select(type => $"{type} is not registered. {RecordRegistry.WayOut(type)}")));
    }

    [Fact]
    public void A_type_that_nobody_registered_is_named_with_the_way_out() => Assert.Equal(
        $"{typeof(Forgotten)} is not registered. Call services.AddRecord<Forgotten>() in its module, or AddRecord(new ForgottenRules()) where it has rules.",
        Assert.Throws<InvalidOperationException>(() => _engine.Registry.Of<Forgotten>()).Message);

    [Theory]
    [InlineData("ALTER TABLE test.things DROP COLUMN note", true,
        "test.things lacks the column 'note'. Put into a new migration of its module: ALTER TABLE test.things ADD COLUMN note text CHECK (char_length(note) BETWEEN 1 AND 500);")]
    [InlineData("ALTER TABLE test.things DROP COLUMN percent", true,
        "test.things lacks the column 'percent'. Put into a new migration of its module: ALTER TABLE test.things ADD COLUMN percent bigint NOT NULL CHECK (percent BETWEEN 0 AND 100); Rows that are there need a DEFAULT.")]
    [InlineData("ALTER TABLE test.things DROP COLUMN ext", true,
        "test.things lacks the column 'ext'. Put into a new migration of its module: ALTER TABLE test.things ADD COLUMN ext jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(ext) = 'object'); Rows that are there need a DEFAULT.")]
    [InlineData("ALTER TABLE test.things ALTER COLUMN count TYPE integer", true, "test.things.count is of type integer, and the class says bigint. Change the one or the other.")]
    [InlineData("ALTER TABLE test.things ADD COLUMN size int", false, "test.things has a column 'size' that no field of Thing names. Add the property with its attribute, or drop the column.")]
    [InlineData("ALTER TABLE test.things ADD COLUMN size int NOT NULL", true, "test.things has a column 'size' that no field of Thing names. Add the property with its attribute, or drop the column.")]
    [InlineData("ALTER TABLE test.things ALTER COLUMN title DROP NOT NULL", false, "test.things.title may be null, and the class says that it never is. Write NOT NULL behind it, or take Required from the field.")]
    [InlineData("ALTER TABLE test.things ADD CONSTRAINT narrow CHECK (char_length(note) BETWEEN 1 AND 499)", true,
        "test.things.note takes less than the class says: CHECK (((char_length(note) >= 1) AND (char_length(note) <= 499))). Put into a new migration of its module: ALTER TABLE test.things DROP CONSTRAINT narrow, ADD CONSTRAINT narrow CHECK (char_length(note) BETWEEN 1 AND 500);")]
    [InlineData("ALTER TABLE test.things ADD CONSTRAINT narrow CHECK (state IN ('draft', 'sent'))", true,
        "test.things.state takes less than the class says: CHECK ((state = ANY (ARRAY['draft'::text, 'sent'::text]))). Put into a new migration of its module: ALTER TABLE test.things DROP CONSTRAINT narrow, ADD CONSTRAINT narrow CHECK (state IN ('draft', 'sent', 'paid'));")]
    [InlineData("ALTER TABLE test.things DROP CONSTRAINT things_percent_check, ADD CONSTRAINT things_percent_check CHECK (percent BETWEEN 1 AND 100)", true,
        "test.things.percent takes less than the class says: CHECK (((percent >= 1) AND (percent <= 100))). Put into a new migration of its module: ALTER TABLE test.things DROP CONSTRAINT things_percent_check, ADD CONSTRAINT things_percent_check CHECK (percent BETWEEN 0 AND 100);")]
    [InlineData("ALTER TABLE test.things ADD CONSTRAINT few CHECK (count <= '-9007199254740991'::bigint)", true,
        "test.things.count takes less than the class says: CHECK ((count <= '-9007199254740991'::bigint)). Put into a new migration of its module: ALTER TABLE test.things DROP CONSTRAINT few;")]
    [InlineData("ALTER TABLE test.things ADD CONSTRAINT narrow CHECK (cardinality(tags) <= 4)", true,
        "test.things.tags takes less than the class says: CHECK ((cardinality(tags) <= 4)). Put into a new migration of its module: ALTER TABLE test.things DROP CONSTRAINT narrow, ADD CONSTRAINT narrow CHECK (cardinality(tags) <= 5);")]
    [InlineData("DROP INDEX test.things_workspace_id_state_due_idx", false,
        "test.things lacks: INDEX (workspace_id, state, due). Put into a new migration of its module: CREATE INDEX ON test.things (workspace_id, state, due);")]
    [InlineData("ALTER TABLE test.things DROP CONSTRAINT things_workspace_id_number_key", false,
        "test.things lacks: UNIQUE (workspace_id, number) called things_workspace_id_number_key. Put into a new migration of its module: ALTER TABLE test.things ADD UNIQUE (workspace_id, number);")]
    [InlineData("CREATE INDEX ON test.things (workspace_id, count)", false,
        "test.things has, and Thing does not say: INDEX (workspace_id, count). Put [Index(…)], [Unique(…)] or [Reference<…>] on the class, with its columns in this order, or drop it.")]
    [InlineData("ALTER TABLE test.things DROP CONSTRAINT things_workspace_id_shelf_id_fkey", false,
        "test.things lacks: FOREIGN KEY (workspace_id, shelf_id) REFERENCES test.shelves. Put into a new migration of its module: ALTER TABLE test.things NO FORCE ROW LEVEL SECURITY; ALTER TABLE test.things ADD FOREIGN KEY (workspace_id, shelf_id) REFERENCES test.shelves; ALTER TABLE test.things FORCE ROW LEVEL SECURITY;")]
    [InlineData("ALTER TABLE test.things NO FORCE ROW LEVEL SECURITY", true,
        "test.things is not kept apart by workspace. Put into a new migration of its module: SELECT engine.protect_records('test.things'); (engine.record_table does it by itself.)")]
    [InlineData("DROP POLICY workspace ON test.things", true,
        "test.things is not kept apart by workspace. Put into a new migration of its module: SELECT engine.protect_records('test.things'); (engine.record_table does it by itself.)")]
    public async Task What_a_table_lacks_is_said_with_the_statement_that_mends_it(string damage, bool breaks, string finding)
    {
        await using var own = await OwnDatabaseAsync();
        await own.AsSuperuserAsync(damage);
        await using var engine = new TestEngine(own.ConnectionString);
        var found = Assert.Single(await OfThingsAsync(engine));
        Assert.Equal((finding, breaks), (found.ToString(), found.Breaks));
    }

    [Fact]
    public async Task A_key_without_an_index_is_named()
    {
        var registry = new RecordRegistry([.. _engine.Registry.All.Select(type => new RecordRegistration(type.Class)), new RecordRegistration(typeof(Forgotten))], []);
        await database.AsSuperuserAsync(Owned(TableSql.Create(registry.Of<Forgotten>(), registry)));
        Assert.Equal(
            "test.forgotten is read by 'party', and no index begins with it. Put [Index(nameof(Party))] on Forgotten. Put into a new migration of its module: CREATE INDEX ON test.forgotten_things (workspace_id, party);",
            Assert.Single(await new TableCheck(_engine.Db, registry).FindAsync(default), finding => finding.What.StartsWith("test.forgotten", StringComparison.Ordinal)).ToString());
        await database.AsSuperuserAsync("DROP TABLE test.forgotten_things");
    }

    [Fact]
    public async Task For_a_type_without_a_table_the_file_is_given_and_makes_one_that_agrees()
    {
        await using var own = await OwnDatabaseAsync();
        await own.AsSuperuserAsync("DROP TABLE test.things");
        await using var engine = new TestEngine(own.ConnectionString);
        var found = Assert.Single(await OfThingsAsync(engine));
        Assert.StartsWith("test.thing: there is no table test.things. Put into a new migration of its module:\n\nSELECT engine.record_table('test.things', $$\n  title text NOT NULL", found.ToString(), StringComparison.Ordinal);
        await own.AsSuperuserAsync(Owned(found.Mend.Split("\n\n")[1]));
        Assert.Empty(await OfThingsAsync(engine));

        // And it works: a record of it is written and read.
        var workspace = await engine.CreateWorkspaceAsync();
        Assert.NotNull(await workspace.ThingAsync(await workspace.AddThingAsync(new { percent = 100, tags = new[] { "a" } })));
    }

    private static async Task<TableFinding[]> OfThingsAsync(TestEngine engine) =>
        [.. (await new TableCheck(engine.Db, engine.Registry).FindAsync(default)).Where(finding => finding.What.StartsWith("test.thing", StringComparison.Ordinal))];

    private static string Owned(string sql) => $"SET ROLE holdfast_owner; {sql}";

    private async Task<TestDatabase> OwnDatabaseAsync()
    {
        var own = new TestDatabase(database.Cluster);
        await own.InitializeAsync();
        return own;
    }
}

[Record("test.forgotten", "test.forgotten_things")]
internal sealed class Forgotten : Record
{
    [Reference(ReadBy = "party")]
    public Guid? Party { get; set; }
}
