using System.Text.Json;
using Holdfast.Engine.Compaction;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Engine.Transfer;
using Holdfast.Tests.Engine.Consumers;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Compaction;

/// <summary>What is old leaves the log, and what is left proves itself and still gives what the tables hold.</summary>
public sealed class CompactionTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Secret = "ada@secret.example";

    private readonly TestClock _clock = new();
    private readonly Guid _ada = Guid.CreateVersion7();
    private readonly Guid _bob = Guid.CreateVersion7();
    private readonly Guid _gone = Guid.CreateVersion7();
    private readonly Guid _back = Guid.CreateVersion7();
    private TestEngine _engine = null!;
    private TestWorkspace _workspace = null!;
    private long _old;

    /// <summary>Long ago some customers came, changed and went; half a year later something changed; and that is five days ago.</summary>
    public async ValueTask InitializeAsync()
    {
        _engine = new TestEngine(database.ConnectionString, services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            // Nobody runs the product's consumers here, and what they have not read stays.
            services.RemoveAll<Holdfast.Engine.Consumers.Consumer>();
            // Less than is allowed: what counts then is what is allowed.
            services.AddSingleton(new CompactionSettings { KeepEntries = TimeSpan.FromDays(1) });
        });
        _clock.Forward(TimeSpan.FromDays(-380));
        _workspace = await _engine.CreateWorkspaceAsync();
        await _workspace.WriteAsync(_workspace.NewCustomer("Ada", _ada), _workspace.NewCustomer("Bob", _bob));
        await _workspace.WriteAsync(_workspace.NewCustomer("Gone", _gone), _workspace.NewCustomer("Back", _back));
        await _workspace.WriteAsync(_workspace.Set(_ada, "email", Secret), _workspace.Set(_ada, "name", "Ada Byron"));
        await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, _gone), new DeleteOperation(_engine.Customers, _back));
        await _workspace.WriteAsync(_workspace.Set(_bob, "name", "Bobby"));
        _old = await _workspace.HeadAsync();
        _clock.Forward(TimeSpan.FromDays(175));
        await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Ada Lovelace"), new RestoreOperation(_engine.Customers, _back));
        await _workspace.WriteAsync(_workspace.NewCustomer("New"));
        _clock.Forward(TimeSpan.FromDays(5));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_compacted_log_verifies_and_holds_each_record_once()
    {
        var before = await _workspace.CustomersAsync();
        Assert.Equal(1, await CompactAsync());
        Assert.Empty(await _workspace.FindingsAsync());
        Assert.Equal(_old, await _engine.History.CompactedAsync(_workspace.Id, CancellationToken.None));
        Assert.Equivalent(before, await _workspace.CustomersAsync(), strict: true);

        var entries = await _engine.Log.AfterAsync(_workspace.Id, 0, 100, CancellationToken.None);
        var images = entries.Where(entry => entry.Seq <= _old).SelectMany(entry => entry.Changes).ToArray();
        Assert.Equal(images.Select(image => image.Id).Distinct().Count(), images.Length);
        Assert.Equal(2, images.Count(image => image.Kind == "delete"));
        Assert.All(images, image => Assert.True(image is { Kind: "base" or "delete", Previous: 0 }));
        Assert.Contains("Ada Byron", Assert.Single(images, image => image.Id == _ada).Set, StringComparison.Ordinal);
        Assert.Equal(_old, entries[^1].Base!.UpTo);
        Assert.Equal(0, await CompactAsync());
    }

    [Fact]
    public async Task What_was_since_then_is_still_known_and_what_was_before_has_a_clear_answer()
    {
        var customers = _engine.Get<RecordReader>();
        Task<(byte[]? Json, Holdfast.Engine.Failures.Failure? Failure)> AtAsync(Guid id, long seq) =>
            customers.FindAtAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", id, seq, CancellationToken.None);
        var (before, _) = await AtAsync(_ada, _old);
        await CompactAsync();
        Assert.Equal(before, (await AtAsync(_ada, _old)).Json);
        Assert.Equal("record.not_found", (await AtAsync(_back, _old)).Failure!.Code.Code);
        Assert.NotNull((await AtAsync(_back, _old + 1)).Json);
        var refusal = (await AtAsync(_ada, _old - 1)).Failure!;
        Assert.Equal(("log.compacted", 410, "at", (object)_old), (refusal.Code.Code, refusal.Code.Status, refusal.Field, refusal.Params!["seq"]));

        var (history, _) = await customers.HistoryAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", _ada, from: null, 10, CancellationToken.None);
        var entries = JsonDocument.Parse(history!).RootElement;
        Assert.Equal(["set", "base"], entries.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()));
        Assert.Equal(JsonValueKind.Null, entries.GetProperty("next").ValueKind);
        var (_, beyond) = await customers.HistoryAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", _ada, from: 3, 10, CancellationToken.None);
        Assert.Equal("log.compacted", beyond!.Code.Code);
    }

    [Fact]
    public async Task Images_move_up_with_the_next_compaction()
    {
        await CompactAsync();
        await _workspace.WriteAsync(_workspace.Set(_bob, "name", "Robert"), new DeleteOperation(_engine.Customers, _back));
        var newest = await _workspace.HeadAsync();
        Assert.Equal(0, await CompactAsync());
        await GrowOldAsync();
        Assert.Equal(1, await CompactAsync());
        Assert.Empty(await _workspace.FindingsAsync());
        var entries = await _engine.Log.AfterAsync(_workspace.Id, 0, 100, CancellationToken.None);
        Assert.Equal([newest], entries.Where(entry => entry.Changes.Any(change => change.Id == _bob)).Select(entry => entry.Seq));
        Assert.Equal(await _engine.History.CompactedAsync(_workspace.Id, CancellationToken.None), entries[^1].Base!.UpTo);
        Assert.Single(entries, entry => entry.Base is not null);
    }

    [Fact]
    public async Task What_is_erased_is_gone_from_images_as_well()
    {
        await CompactAsync();
        await _workspace.WriteAsync(_workspace.Set(_ada, "email", "new@example.org"));
        Assert.NotEqual(0, await PlacesOfAsync(Secret));
        Assert.True((await _workspace.EraseAsync(_ada, "email")).Succeeded);
        Assert.True((await _workspace.EraseAsync(_gone)).Succeeded);
        Assert.Equal(0, await PlacesOfAsync(Secret));
        Assert.Equal(0, await PlacesOfAsync("Gone"));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task What_was_erased_before_stays_erased_and_the_log_still_says_so()
    {
        await _workspace.WriteAsync(_workspace.Set(_ada, "email", null));
        await _workspace.EraseAsync(_ada, "email");
        await _workspace.EraseAsync(_gone);
        await CompactAsync();
        Assert.Equal(0, await PlacesOfAsync(Secret));
        Assert.Empty(await _workspace.FindingsAsync());
        var image = (await _engine.History.OfAsync(_workspace.Id, _engine.Customers, _ada, from: null, 10, CancellationToken.None))[^1].Change;
        Assert.Equal(("base", "email"), (image.Kind, Assert.Single(image.ErasedFromSet)));
        await GrowOldAsync();
        await CompactAsync();
        Assert.Empty(await _workspace.FindingsAsync());
        Assert.Equal(2, (await _engine.Log.AfterAsync(_workspace.Id, 0, 100, CancellationToken.None)).Sum(entry => entry.Erasures.Count));
    }

    [Theory]
    [InlineData("UPDATE engine.log SET changes = replace(changes::text, 'Byron', 'Eve')::jsonb WHERE seq <= {0}")]
    [InlineData("UPDATE engine.log SET changes = jsonb_set(changes, '{{0,made,at}}', '\"2020-01-01T00:00:00Z\"') WHERE seq <= {0}")]
    [InlineData("UPDATE engine.log SET changes = changes - 0 WHERE seq <= {0}")]
    [InlineData("UPDATE engine.log SET via = 'forged' WHERE seq = {0}")]
    [InlineData("UPDATE engine.log SET digest = sha256(digest) WHERE seq = {0}")]
    [InlineData("UPDATE engine.log SET salts = NULL, digest = NULL WHERE seq = {0}")]
    [InlineData("DELETE FROM engine.log WHERE seq = {0}")]
    [InlineData("DELETE FROM engine.log WHERE seq = {0} + 1")]
    [InlineData("UPDATE engine.log SET base = NULL")]
    [InlineData("UPDATE engine.log SET base = jsonb_set(base, '{{anchor}}', base -> 'rows') WHERE base IS NOT NULL")]
    [InlineData("UPDATE engine.bases SET seq = seq - 1")]
    [InlineData("UPDATE engine.bases SET entry = entry - 1")]
    [InlineData("DELETE FROM engine.bases")]
    public async Task Whatever_is_changed_below_a_compaction_is_found(string change)
    {
        await CompactAsync();
        var sql = string.Format(change, _old);
        await database.AsSuperuserAsync($"{sql}{(sql.Contains("WHERE", StringComparison.Ordinal) ? " AND" : " WHERE")} workspace_id = '{_workspace.Id}'");
        Assert.NotEmpty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_reader_from_below_catches_up_by_what_has_changed()
    {
        var desk = _engine.Get<SyncDesk>();
        var user = new SyncUser(_workspace.Owner.User, _workspace.Owner.Session);
        async Task<JsonElement[]> AskAsync(Whereabouts at) =>
            [.. (await desk.CatchUpAsync(_workspace.Id, user, at, CancellationToken.None)).Frames!.Select(frame => JsonDocument.Parse(frame).RootElement)];
        var welcome = (await AskAsync(new Whereabouts(null, null, null, [])))[0];
        var (epoch, access) = (welcome.GetProperty("epoch").GetGuid(), welcome.GetProperty("me").GetProperty("access").GetString());
        var from = (await _engine.Log.AfterAsync(_workspace.Id, _old - 2, 1, CancellationToken.None))[0];
        await CompactAsync();

        // One that had read up to the deletions, and missed what became of Bob and Ada since.
        var frames = await AskAsync(new Whereabouts(epoch, (from.Seq, from.Transaction), access, ["solo.customers"]));
        Assert.False(frames[0].TryGetProperty("reset", out var reset) && reset.GetBoolean());
        Assert.Equal(
            ["Ada Lovelace", "Back", "Bobby", "New"],
            frames[1].GetProperty("changed").EnumerateArray().Select(record => record.GetProperty("values").GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        // One that had read less still had those that are gone.
        frames = await AskAsync(new Whereabouts(epoch, (from.Seq - 1, Guid.CreateVersion7()), access, ["solo.customers"]));
        Assert.Equal([_gone], frames[1].GetProperty("gone").EnumerateArray().Select(id => id.GetGuid()));
        // Of another life of the log nothing counts.
        frames = await AskAsync(new Whereabouts(Guid.CreateVersion7(), (from.Seq, from.Transaction), access, ["solo.customers"]));
        Assert.True(frames[0].GetProperty("reset").GetBoolean());
    }

    [Fact]
    public async Task What_a_consumer_has_not_read_stays_and_a_rebuild_begins_with_the_images()
    {
        await using var lab = new ConsumerLab(database.ConnectionString);
        await using var engine = new TestEngine(database.ConnectionString, services =>
        {
            services.AddSingleton(new CompactionSettings { KeepEntries = TimeSpan.FromDays(90) });
            services.RemoveAll<Holdfast.Engine.Consumers.Consumer>();
            services.AddSingleton(new Holdfast.Engine.Consumers.Consumer(ConsumerLab.Name, _ => throw new InvalidOperationException("Nobody runs it here.")));
        });
        // It has not begun here yet.
        Assert.Equal(0, await engine.Get<LogKeeper>().CompactAsync(_workspace.Id, CancellationToken.None));
        await database.AsSuperuserAsync($"INSERT INTO engine.consumers (workspace_id, consumer, seq) VALUES ('{_workspace.Id}', '{ConsumerLab.Name}', 2)");
        await engine.Get<LogKeeper>().CompactAsync(_workspace.Id, CancellationToken.None);
        Assert.Equal(2, await _engine.History.CompactedAsync(_workspace.Id, CancellationToken.None));

        await CompactAsync();
        var names = new Dictionary<Guid, string?>();
        lab.Handle = (entry, step, _) =>
        {
            foreach (var change in entry.Changes.Where(change => step.Workspace == _workspace.Id && change.Type.Name == "solo.customer"))
            {
                var set = JsonDocument.Parse(change.Set).RootElement;
                if (change.Kind == "delete")
                    names.Remove(change.Id);
                else if (set.TryGetProperty("name", out var name))
                    names[change.Id] = name.GetString();
            }

            return Task.CompletedTask;
        };
        await database.AsSuperuserAsync($"UPDATE engine.consumers SET seq = 0 WHERE workspace_id = '{_workspace.Id}'");
        await lab.StartAsync();
        await lab.ReadAsync(_workspace.Id);
        Assert.Equal((await _workspace.CustomersAsync()).Select(row => (row.Id, row.Name)), names.Select(pair => (pair.Key, pair.Value!)).OrderBy(pair => pair.Key));
    }

    [Fact]
    public async Task What_was_erased_meanwhile_undoes_a_compaction_and_another_one_follows()
    {
        var compactor = _engine.Get<LogCompactor>();
        await _workspace.WriteAsync(_workspace.Set(_ada, "email", null));
        var prepared = await compactor.PrepareAsync(_workspace.Id, _clock.GetUtcNow().AddDays(-90), long.MaxValue, CancellationToken.None);
        await _workspace.EraseAsync(_ada, "email");
        Assert.Equal(OutcomeKind.Retry, (await WriteAsync(prepared!)).Kind);
        Assert.Empty(await _workspace.FindingsAsync());
        Assert.Equal(1, await CompactAsync());
        Assert.Equal(OutcomeKind.Retry, (await WriteAsync(prepared!)).Kind);
        Assert.Equal(0, await PlacesOfAsync(Secret));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Theory]
    [InlineData("via = 'forged'")]
    [InlineData("salts = NULL, digest = NULL")]
    public async Task A_log_that_is_not_sound_is_not_compacted(string change)
    {
        await database.AsSuperuserAsync($"UPDATE engine.log SET {change} WHERE workspace_id = '{_workspace.Id}' AND seq = 3");
        Assert.Contains("Entry 3:", (await Assert.ThrowsAsync<LogCompactionException>(CompactAsync)).Message, StringComparison.Ordinal);
        Assert.Equal(0, await _engine.History.CompactedAsync(_workspace.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Whatever_keeps_one_workspace_from_being_compacted_keeps_no_other()
    {
        var beside = await NewWorkspaceAsync(TimeSpan.FromDays(-175));
        await beside.WriteAsync(beside.NewCustomer("Old"));
        _clock.Forward(TimeSpan.FromDays(175));
        await beside.WriteAsync(beside.NewCustomer("New"));
        await database.AsSuperuserAsync($"""
            CREATE FUNCTION test.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON engine.bases FOR EACH ROW WHEN (NEW.workspace_id = '{_workspace.Id}') EXECUTE FUNCTION test.refuse()
            """);
        Assert.Contains("were not compacted", (await Assert.ThrowsAsync<InvalidOperationException>(KeepAsync)).Message, StringComparison.Ordinal);
        Assert.Equal((0, true), (await _engine.History.CompactedAsync(_workspace.Id, CancellationToken.None), await _engine.History.CompactedAsync(beside.Id, CancellationToken.None) > 0));

        // The next attempt does what is left; a log that is not sound, of another test, fails it for good.
        await database.AsSuperuserAsync("DROP TRIGGER refuse ON engine.bases; DROP FUNCTION test.refuse");
        Assert.True(await Xunit.Record.ExceptionAsync(KeepAsync) is null or JobFailedException);
        Assert.Equal(_old, await _engine.History.CompactedAsync(_workspace.Id, CancellationToken.None));

        Task KeepAsync() => _engine.Get<LogKeeper>().RunAsync(null!, new CompactLog(), CancellationToken.None);
    }

    [Fact]
    public async Task What_was_compacted_is_left_as_it_is_by_whoever_undoes_it()
    {
        var transaction = Guid.Parse((await database.AsSuperuserAsync($"SELECT transaction_id FROM engine.log WHERE workspace_id = '{_workspace.Id}' AND seq = {_old}"))!);
        Task<(Undone? Undone, Holdfast.Engine.Failures.Failure? Failure)> UndoAsync() => _engine.Get<Undoing>().UndoAsync(_workspace.Id, _workspace.Owner.Actor, transaction, CancellationToken.None);
        await CompactAsync();
        var (undone, _) = await UndoAsync();
        Assert.Null(undone!.Transaction);
        Assert.Equal([_bob], undone.Left);

        // And what became of it is forgotten after a while.
        await database.AsSuperuserAsync($"DELETE FROM engine.outcomes WHERE workspace_id = '{_workspace.Id}'");
        Assert.Equal("transaction.not_found", (await UndoAsync()).Failure?.Code.Code);
    }

    [Fact]
    public async Task The_door_in_the_database_is_for_the_write_path_and_for_what_is_old()
    {
        var compactor = _engine.Get<LogCompactor>();
        await GrowOldAsync();
        await GrowOldAsync();
        var young = await compactor.PrepareAsync(_workspace.Id, DateTimeOffset.MaxValue, long.MaxValue, CancellationToken.None);
        Assert.True(young!.Base.UpTo > _old);
        Assert.Equal(OutcomeKind.Retry, (await WriteAsync(young)).Kind);
        var person = await _engine.WritePath.WriteAsync(_workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = _workspace.Owner.Actor, Compaction = young });
        Assert.Equal("permission.denied", person.Failure!.Code.Code);
        foreach (var (role, state) in new[]
        {
            (DbRoles.App, PostgresErrorCodes.InsufficientPrivilege),
            (DbRoles.System, PostgresErrorCodes.InsufficientPrivilege),
            (DbRoles.Writer, PostgresErrorCodes.RaiseException),
        })
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"SET ROLE {role}; SET holdfast.workspace = '{_workspace.Id}'; SELECT engine.compact(0, {_old}, {_old + 2}, {_old + 2}, ARRAY[1]::bigint[], '{{}}', '{{}}', '{{}}', '{{}}', '{{}}')", connection);
            Assert.Equal(state, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        }

        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task Whoever_answers_what_was_compacted_may_still_name_it_and_a_stale_guard_is_told_what_is_known()
    {
        var stale = (await _workspace.CustomersAsync()).Single(row => row.Id == _ada).Version;
        await CompactAsync();
        var answer = await _engine.WritePath.WriteAsync(_workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("late"), Cause = 3, Operations = [_workspace.NewCustomer("Late")] });
        Assert.True(answer.Succeeded, answer.Failure?.Detail);
        var since = await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Mine", version: _old - 2));
        Assert.Equal(OutcomeKind.Conflict, since.Kind);
        var fields = JsonDocument.Parse(since.Answer!).RootElement.GetProperty("conflicts")[0].GetProperty("fields").GetProperty("name");
        Assert.Equal(("Ada Lovelace", "Ada Byron"), (fields.GetProperty("theirs").GetString(), fields.TryGetProperty("base", out var @base) ? @base.GetString() : null));
        var email = await _workspace.WriteAsync(_workspace.Set(_ada, "email", "mine@example.org", version: _old - 4));
        Assert.False(JsonDocument.Parse(email.Answer!).RootElement.GetProperty("conflicts")[0].GetProperty("fields").GetProperty("email").TryGetProperty("base", out _));
        Assert.True(stale > _old);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_is_written_and_whenever_it_is_compacted_the_log_gives_the_same(int seed)
    {
        var random = new Random(seed);
        var ids = Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7()).ToArray();
        var workspace = await NewWorkspaceAsync(TimeSpan.FromDays(-400));
        var then = new Dictionary<long, string>();
        for (var i = 0; i < 60; i++)
        {
            var id = ids[random.Next(ids.Length)];
            await workspace.WriteAsync(Enumerable.Range(0, random.Next(1, 3)).Select(Operation (_) => random.Next(7) switch
            {
                0 or 1 => workspace.NewCustomer($"New {i}", ids[random.Next(ids.Length)]),
                2 => new DeleteOperation(_engine.Customers, id),
                3 => new RestoreOperation(_engine.Customers, id),
                4 => workspace.Set(id, "email", $"{i}@example.org"),
                _ => workspace.Set(id, "name", $"Name {i}"),
            }).ToArray());
            then[await workspace.HeadAsync()] = await StateAsync(workspace, long.MaxValue);
            _clock.Forward(TimeSpan.FromDays(random.Next(1, 8)));
            if (i % 15 == 14)
            {
                await CompactAsync(workspace);
                Assert.Empty(await workspace.FindingsAsync());
            }
        }

        var compacted = await _engine.History.CompactedAsync(workspace.Id, CancellationToken.None);
        Assert.True(compacted > 5);
        foreach (var (seq, state) in then.Where(pair => pair.Key >= compacted))
            Assert.Equal(state, await StateAsync(workspace, seq));
        foreach (var id in ids)
            await _engine.WritePath.WriteAsync(workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("erase"), Erasures = [new Erasure(_engine.Customers, id, ["email"])] });
        Assert.Empty(await workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_field_with_a_shorter_life_leaves_the_log_so_long_after_it_was_replaced()
    {
        var workspace = await NewWorkspaceAsync(TimeSpan.FromDays(-100));
        var thing = await workspace.AddThingAsync(new { note = "first" });
        var gone = await workspace.AddThingAsync(new { note = "of the deleted" });
        _clock.Forward(TimeSpan.FromDays(10));
        await workspace.SendAsync(TestWorkspace.SetThing(thing, "note", "second"), new { op = "delete", type = "test.thing", id = gone });
        _clock.Forward(TimeSpan.FromDays(29));
        await ForgetAsync(workspace);
        Assert.Equal((2, 3), (await PlacesOfAsync("first", workspace), await PlacesOfAsync("of the deleted", workspace)));

        // The second is replaced while the life of the first ends: it stays for thirty days more.
        await workspace.SendAsync(TestWorkspace.SetThing(thing, "note", "third"));
        _clock.Forward(TimeSpan.FromDays(2));
        await ForgetAsync(workspace);
        Assert.Equal((0, 0), (await PlacesOfAsync("first", workspace), await PlacesOfAsync("of the deleted", workspace)));
        Assert.Equal(2, await PlacesOfAsync("second", workspace));
        Assert.Equal(4, await PlacesOfAsync("A thing", workspace));
        var head = await workspace.HeadAsync();
        await ForgetAsync(workspace);
        Assert.Equal(head, await workspace.HeadAsync());

        _clock.Forward(TimeSpan.FromDays(29));
        await ForgetAsync(workspace);
        Assert.Equal((0, 1), (await PlacesOfAsync("second", workspace), await PlacesOfAsync("third", workspace)));
        Assert.Equal("\"third\"", await workspace.ValueAsync(thing, "note"));
    }

    [Fact]
    public async Task What_many_records_held_leaves_the_log_in_short_steps()
    {
        var workspace = await NewWorkspaceAsync(TimeSpan.FromDays(-100));
        Guid[] things = [.. Enumerable.Range(0, 150).Select(_ => Guid.CreateVersion7())];
        foreach (var some in things.Chunk(75))
        {
            await workspace.SendAsync([.. some.Select(thing => (object)new { op = "create", type = "test.thing", id = thing, values = new { title = "A thing", note = "first" } })]);
            await workspace.SendAsync([.. some.Select(thing => TestWorkspace.SetThing(thing, "note", "second"))]);
        }

        _clock.Forward(TimeSpan.FromDays(50));
        var head = await workspace.HeadAsync();
        Assert.NotEqual(0, await PlacesOfAsync("first", workspace));
        await ForgetAsync(workspace);
        Assert.Equal(0, await PlacesOfAsync("first", workspace));
        Assert.Equal(head + 2, await workspace.HeadAsync());
    }

    /// <summary>All that is there becomes old, and something is new.</summary>
    private async Task GrowOldAsync()
    {
        if (_clock.GetUtcNow() < TimeProvider.System.GetUtcNow().AddDays(-1))
            _clock.Forward(TimeSpan.FromDays(200));
        await _workspace.WriteAsync(_workspace.NewCustomer("Today"));
    }

    private Task ForgetAsync(TestWorkspace workspace) => AndVerifyAsync(workspace, () => _engine.Get<FieldLives>().ForgetAsync(workspace.Id, CancellationToken.None));

    private static async Task AndVerifyAsync(TestWorkspace workspace, Func<Task> act)
    {
        await act();
        Assert.Empty(await workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_compacted_log_travels_in_a_file_and_verifies_there_under_a_new_id_too()
    {
        await CompactAsync();
        await _workspace.WriteAsync(_workspace.NewCustomer("Newer"));
        var envelope = new Envelope("test", (_, bytes) => bytes, (_, bytes) => bytes);
        using var file = new MemoryStream();
        await WorkspaceExport.WriteAsync(database.ConnectionString, _engine.Registry, _workspace.Id, file, "1.2.3", envelope, _ => Task.FromResult<IReadOnlyList<TransferPerson>>([]), CancellationToken.None);
        var nobody = new TransferPeople(_ => Task.FromResult<IReadOnlyDictionary<Guid, Guid>>(new Dictionary<Guid, Guid>()), _ => []);

        file.Position = 0;
        var copy = await WorkspaceImport.ReadAsync(database.ConnectionString, _engine.Registry, file, asNew: true, envelope, nobody, CancellationToken.None);
        Assert.Empty(await new TestWorkspace(_engine, copy.Workspace).FindingsAsync());
        Assert.Equal(_old, await _engine.History.CompactedAsync(copy.Workspace, CancellationToken.None));

        var elsewhere = await database.Cluster.CreateDatabaseAsync();
        await using (var other = new TestEngine(elsewhere))
        {
            file.Position = 0;
            await WorkspaceImport.ReadAsync(elsewhere, other.Registry, file, asNew: false, envelope, nobody, CancellationToken.None);
            Assert.Empty(await new TestWorkspace(other, _workspace.Id).FindingsAsync());
        }

        await database.Cluster.DropDatabaseAsync(elsewhere);
    }

    private Task<int> CompactAsync() => CompactAsync(_workspace);

    private Task<int> CompactAsync(TestWorkspace workspace) => _engine.Get<LogKeeper>().CompactAsync(workspace.Id, CancellationToken.None);

    private Task<Outcome> WriteAsync(LogCompaction compaction) =>
        _engine.WritePath.WriteAsync(_workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("compaction"), Compaction = compaction });

    /// <summary>A workspace that was founded so long ago, which it is now.</summary>
    private Task<TestWorkspace> NewWorkspaceAsync(TimeSpan ago)
    {
        _clock.Forward(ago);
        return _engine.CreateWorkspaceAsync();
    }

    /// <summary>The customers as they were at a place of the log, as text.</summary>
    private async Task<string> StateAsync(TestWorkspace workspace, long seq)
    {
        var lines = new List<string>();
        await foreach (var record in _engine.History.AtAsync(workspace.Id, _engine.Customers, seq, CancellationToken.None))
            lines.Add(JsonText.Text(json => record.Write(json, _ => true)));
        return string.Join('\n', lines);
    }

    /// <summary>In how many rows of the log, the tombstones and the tables the text stands.</summary>
    private async Task<long> PlacesOfAsync(string text, TestWorkspace? workspace = null) => long.Parse((await database.AsSuperuserAsync($"""
        SELECT (SELECT count(*) FROM engine.log t WHERE workspace_id = '{(workspace ?? _workspace).Id}' AND position('{text}' IN t.changes::text) > 0)
          + (SELECT count(*) FROM engine.tombstones t WHERE workspace_id = '{(workspace ?? _workspace).Id}' AND position('{text}' IN t.before::text) > 0)
        """))!);
}
