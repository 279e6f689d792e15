using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;
using Rule = Holdfast.Engine.Permissions.Reading;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>
/// Whether reading as data holds together: the query of a page, the delivery in memory and the change of a right say
/// the same of 100,000 records while records, memberships, parties and roles move at random. A reader is told of a
/// changed right some moves later, as over a network, and meanwhile entries wait.
/// </summary>
public sealed class ReadingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const int PerType = 25_000;
    private const int Moves = 10_000;
    private const int Keys = 250;
    private const int People = 30;

    private static readonly RecordRegistry Registry = new(
        new[] { typeof(Client), typeof(Note), typeof(Device), typeof(Assignment) }.Select(type => new RecordRegistration(type)), []);

    private static readonly RecordType[] Types = [.. Registry.All];
    private readonly Random _random = new(20261121);
    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly Dictionary<string, Guid[]> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<RecordType, Dictionary<Guid, Guid?[]>> _records = [];
    private readonly Dictionary<RecordType, List<Guid>> _ids = [];
    private readonly List<Person> _people = [];
    private readonly Audience<Person> _audience = new(person => person.Reader);
    private Db _db = null!;
    private NpgsqlConnection _writer = null!;
    private long _seq;

    /// <summary>A browser that believes what it is told.</summary>
    private sealed class Person(Access access)
    {
        public Reader Reader { get; } = new(access);

        public Dictionary<RecordType, HashSet<Guid>> Held { get; } = [];

        public List<LogEntry>? Waiting { get; set; }

        public (long At, Access For, List<(RecordType Type, Guid Id, bool Gained)> Moved)? Answer { get; set; }
    }

    public async ValueTask InitializeAsync()
    {
        _db = new Db(database.ConnectionString);
        _writer = new NpgsqlConnection(database.SuperuserConnectionString);
        await _writer.OpenAsync();
        foreach (var kind in new[] { "talk", "party", "team" })
            _keys[kind] = [.. Enumerable.Range(0, Keys).Select(_ => Guid.CreateVersion7())];
        await RunAsync($"INSERT INTO engine.workspaces VALUES ('{_workspace}', gen_random_uuid(), now())");
        foreach (var type in Types)
            await FillAsync(type);
        for (var i = 0; i < People; i++)
            _people.Add(await ArriveAsync(i));
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _db.DisposeAsync();
    }

    [Fact]
    public async Task Query_delivery_and_revocation_agree_while_everything_moves()
    {
        for (var move = 1; move <= Moves; move++)
        {
            if (_random.Next(10) < 7)
                await MoveRecordAsync();
            else
                ChangeRight(_people[_random.Next(People)]);
            foreach (var person in _people.Where(person => person.Waiting is not null && _random.Next(4) == 0))
                await SettleAsync(person);
            if (move % 250 == 0)
                await CompareAsync(Types.Where(type => type.Keys.Length > 0));
        }

        while (_people.FirstOrDefault(person => person.Waiting is not null) is { } person)
            await SettleAsync(person);
        await CompareAsync(Types);
    }

    private async Task FillAsync(RecordType type)
    {
        _records[type] = [];
        for (var i = 0; i < PerType; i++)
            _records[type][Guid.CreateVersion7()] = [.. type.Keys.Select(RandomKey)];
        _ids[type] = [.. _records[type].Keys];
        var column = type.Keys.Length > 0 ? type.Keys[0].Column : "name";
        await using var copy = await _writer.BeginBinaryImportAsync($"COPY {type.Table.Text} (workspace_id, id, version, created_at, updated_at, {column}) FROM STDIN (FORMAT binary)");
        foreach (var (id, keys) in _records[type])
            await copy.WriteRowAsync(TestContext.Current.CancellationToken, _workspace, id, 1L, DateTime.UnixEpoch.ToUniversalTime(), DateTime.UnixEpoch.ToUniversalTime(), keys.Length > 0 ? (object?)keys[0] : "A client");
        await copy.CompleteAsync();
    }

    private async Task<Person> ArriveAsync(int number)
    {
        var access = new Access(new Policy(Registry, []), Actor.Person(Guid.CreateVersion7(), Guid.CreateVersion7()), member: null, Permissions(number), ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty);
        for (var i = 0; i < 5; i++)
        {
            access = access.WithKey("talk", _keys["talk"][_random.Next(Keys)], held: true).WithKey("team", _keys["team"][_random.Next(Keys)], held: true);
            access = access.WithKey("party", _keys["party"][_random.Next(Keys)], held: true);
        }

        var person = new Person(access);
        foreach (var type in Types)
        {
            person.Reader.Scopes[new Scope(type)] = 0;
            person.Held[type] = [.. await PageAsync(type, Rule.Where(type, access))];
        }

        _audience.Update(person);
        return person;
    }

    /// <summary>A few roles: some read everything, some by their keys, some not even that.</summary>
    private static FrozenSet<string> Permissions(int role) =>
        Types.SelectMany(type => type.Verbs.Where(verb => verb != "read" || (role + type.Name.Length) % 3 == 0).Where(verb => verb != "read.team" || role % 5 != 0).Select(type.Permission))
            .ToFrozenSet(StringComparer.Ordinal);

    private Guid? RandomKey(ScopeKey key) => _random.Next(10) == 0 ? null : _keys[key.Kind][_random.Next(Keys)];

    private async Task MoveRecordAsync()
    {
        var type = Types[_random.Next(Types.Length)];
        // Half of the time one of a few, so that records move again before readers were told of the last time.
        var index = _random.Next(_random.Next(2) == 0 ? 20 : _ids[type].Count);
        var id = _ids[type][index];
        var before = _records[type][id];
        Guid?[] after = [.. type.Keys.Select(RandomKey)];
        var kind = _random.Next(10) switch { 0 => "delete", 1 => "create", _ => "set" };
        var column = type.Keys.Length > 0 ? type.Keys[0].Column : null;
        if (kind == "delete")
        {
            _records[type].Remove(id);
            _ids[type][index] = _ids[type][^1];
            _ids[type].RemoveAt(_ids[type].Count - 1);
            await WriteAsync($"DELETE FROM {type.Table} WHERE workspace_id = {_workspace} AND id = {id}");
        }
        else if (kind == "create")
        {
            id = Guid.CreateVersion7();
            _ids[type].Add(id);
            _records[type].Add(id, after);
            await WriteAsync(column is null
                ? (Sql)$"INSERT INTO {type.Table} (workspace_id, id, version, created_at, updated_at, name) VALUES ({_workspace}, {id}, 1, now(), now(), 'New')"
                : (Sql)$"INSERT INTO {type.Table} (workspace_id, id, version, created_at, updated_at, {new SqlName(column)}) VALUES ({_workspace}, {id}, 1, now(), now(), {after[0]}::uuid)");
        }
        else
        {
            _records[type][id] = after;
            if (column is not null)
                await WriteAsync($"UPDATE {type.Table} SET {new SqlName(column)} = {after[0]}::uuid WHERE workspace_id = {_workspace} AND id = {id}");
        }

        Deliver(new RecordChange(type, id, kind, 0, "{}", "{}")
        {
            KeysBefore = kind == "create" ? null : before,
            KeysAfter = kind == "delete" ? null : after,
        });
    }

    private void Deliver(RecordChange change)
    {
        var entry = new LogEntry(++_seq, Guid.Empty, default, Actor.Server("test"), Origin: null, [change]);
        foreach (var person in _audience.Of(entry))
        {
            if (person.Waiting is { } waiting)
                waiting.Add(entry);
            else
                Tell(person, entry);
        }
    }

    private static void Tell(Person person, LogEntry entry)
    {
        var change = entry.Changes[0];
        var held = person.Held[change.Type];
        switch (person.Reader.ViewOf(entry.Seq, change))
        {
            case View.Enter:
                Assert.True(held.Add(change.Id) || !person.Reader.IsSettled, "What enters was not there before.");
                break;
            case View.Change:
                Assert.Contains(change.Id, held);
                break;
            case View.Leave:
                Assert.True(held.Remove(change.Id) || !person.Reader.IsSettled, "What leaves was there before.");
                break;
        }
    }

    private void ChangeRight(Person person)
    {
        _seq++;
        var access = person.Reader.Access;
        var kind = new[] { "talk", "team", "party", "role" }[_random.Next(4)];
        if (kind == "role")
            access = new Access(new Policy(Registry, []), access.Actor, member: null, Permissions(_random.Next(30)), access.Keys);
        else if (access.KeysOf(kind) is { Count: > 0 } held && _random.Next(2) == 0)
            access = access.WithKey(kind, held.ElementAt(_random.Next(held.Count)), held: false);
        else
            access = access.WithKey(kind, _keys[kind][_random.Next(Keys)], held: true);
        person.Reader.Change(access);
        person.Waiting ??= [];
        _audience.Update(person);
    }

    /// <summary>One step of two: ask the tables what moved, and later tell the reader, unless his rights have changed again.</summary>
    private async Task SettleAsync(Person person)
    {
        var reader = person.Reader;
        if (person.Answer is not { } answer || !ReferenceEquals(answer.For, reader.Access))
        {
            var moved = new List<(RecordType, Guid, bool)>();
            foreach (var scope in reader.Moved())
            {
                var (then, now) = (Rule.Where(scope.Type, reader.Settled), Rule.Where(scope.Type, reader.Access));
                moved.AddRange((await PageAsync(scope.Type, $"({now}) AND ({then}) IS NOT TRUE")).Select(id => (scope.Type, id, true)));
                moved.AddRange((await PageAsync(scope.Type, $"({then}) AND ({now}) IS NOT TRUE")).Select(id => (scope.Type, id, false)));
            }

            person.Answer = (_seq, reader.Access, moved);
            return;
        }

        foreach (var entry in person.Waiting!.Where(entry => entry.Seq <= answer.At))
            Tell(person, entry);
        foreach (var (type, id, gained) in answer.Moved)
        {
            if (gained)
                person.Held[type].Add(id);
            else
                person.Held[type].Remove(id);
        }

        reader.Settle();
        foreach (var entry in person.Waiting!.Where(entry => entry.Seq > answer.At))
            Tell(person, entry);
        (person.Waiting, person.Answer) = (null, null);
        _audience.Update(person);
    }

    private async Task CompareAsync(IEnumerable<RecordType> types)
    {
        foreach (var type in types)
        {
            foreach (var person in _people.Where(person => person.Waiting is null))
            {
                var access = person.Reader.Access;
                var page = (await PageAsync(type, Rule.Where(type, access))).ToHashSet();
                var memory = _records[type].Where(pair => Rule.Allows(type, access, pair.Value)).Select(pair => pair.Key);
                Assert.True(page.SetEquals(memory), $"The query of {type.Name} and the test in memory differ.");
                Assert.True(page.SetEquals(person.Held[type]), $"What was delivered of {type.Name} and what the query gives differ.");
            }
        }
    }

    private async Task<IReadOnlyList<Guid>> PageAsync(RecordType type, Sql condition) =>
        await _db.In(_workspace).QueryAsync<Guid>($"SELECT id FROM {type.Table} WHERE workspace_id = {_workspace} AND ({condition})");

    private async Task WriteAsync(Sql sql)
    {
        await using var batch = new NpgsqlBatch(_writer);
        batch.BatchCommands.Add(sql.ToCommand());
        Assert.Equal(1, await batch.ExecuteNonQueryAsync());
    }

    private async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _writer);
        await command.ExecuteNonQueryAsync();
    }
}
