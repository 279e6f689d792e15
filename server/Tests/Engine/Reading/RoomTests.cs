using System.Net.WebSockets;
using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>A room: who is where, processes of different age, and that one connection does not hold up the others.</summary>
public sealed class RoomTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await server.Engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_process_that_does_not_know_a_type_delivers_the_rest_and_its_log_says_so()
    {
        var door = await server.StartOlderAsync(typeof(Client));
        using var client = await SyncClient.ConnectAsync(await ScopeServer.SocketAsync(_workspace.Owner, door), _workspace.Id, ["reading.devices"]);
        await client.NextAsync("subOk");
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Client { Name = "Unknown there" }));
        await WriteAsync(New(new Client { Name = "Unknown there" }), New(new Device(), first));
        await WriteAsync(New(new Device(), second));
        Assert.Equal(first, Records(await client.NextAsync("delta")).Single().GetProperty("id").GetGuid());
        Assert.Equal(second, Records(await client.NextAsync("delta")).Single().GetProperty("id").GetGuid());

        var older = new LogStore(server.Engine.Db, new RecordRegistry([.. server.Engine.Registry.All.Select(type => new RecordRegistration(type.Class)).Where(type => type.Class != typeof(Client))], []));
        var entry = (await older.AfterAsync(_workspace.Id, await _workspace.HeadAsync() - 2, 1, default)).Single();
        Assert.Equal(("reading.client", 1), (Assert.Single(entry.Unknown), entry.Changes.Count));
    }

    [Fact]
    public void Rights_under_which_other_fields_are_sent_have_another_name()
    {
        RecordRegistration[] types = [.. server.Engine.Registry.All.Select(type => new RecordRegistration(type.Class))];
        Assert.Equal(DigestOf(types), DigestOf([.. types.Reverse()]));
        Assert.NotEqual(DigestOf(types), DigestOf([.. types.Where(type => type.Class != typeof(Holdfast.Tests.Support.Person))]));

        static byte[] DigestOf(RecordRegistration[] types) => new Policy(new RecordRegistry(types, []), []).ReadingDigest;
    }

    [Fact]
    public async Task A_field_that_a_process_does_not_know_is_not_delivered_by_it()
    {
        using var other = await server.ConnectAsync(_workspace, _workspace.Owner, ["reading.clients"], other: true);
        await other.NextAsync("subOk");
        var id = Guid.CreateVersion7();
        await WriteAsync(New(new Client { Name = "Ada" }, id));
        await other.NextAsync("delta");
        // As a newer process would write it, which knows a field more.
        await server.LookAsync($$"""
            INSERT INTO engine.log (workspace_id, seq, transaction_id, at, is_system, via, depth, schema, changes)
            SELECT workspace_id, seq + 1, gen_random_uuid(), now(), true, 'newer', 0, schema,
              jsonb_build_array(jsonb_build_object('type', 'reading.client', 'id', '{{id}}', 'kind', 'set', 'previous', seq, 'set', '{"name": "Eve", "salary": 1}'::jsonb, 'before', '{}'::jsonb))
            FROM engine.log WHERE workspace_id = '{{_workspace.Id}}' ORDER BY seq DESC LIMIT 1
            """);
        Assert.Equal("""{"name":"Eve"}""", Records(await other.NextAsync("delta")).Single().GetProperty("set").GetRawText());
    }

    [Fact]
    public async Task Who_may_no_longer_read_a_record_is_not_seen_on_it_and_sees_nobody_there()
    {
        var (ours, theirs, device) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Device { Party = ours }, device));
        var (moving, watching) = (await _workspace.AddMemberAsync(Roles.Guest, ours), await _workspace.AddMemberAsync(Roles.Guest, ours));
        using var owner = await server.ConnectAsync(_workspace, _workspace.Owner, []);
        using var mover = await server.ConnectAsync(_workspace, moving, ["reading.devices"]);
        using var watcher = await server.ConnectAsync(_workspace, watching, ["reading.devices"]);
        await mover.SendAsync(new { t = "here", record = new { type = "reading.device", id = device } });
        await SeesAsync(owner, mover.Browser);
        await SeesAsync(watcher, mover.Browser);

        await WriteAsync(Set<Member>(watching.Member, "party", theirs));
        await SeesAsync(watcher);
        await WriteAsync(Set<Member>(moving.Member, "party", theirs));
        await SeesAsync(owner);
    }

    [Fact]
    public async Task What_moved_while_it_was_looked_up_is_looked_up_again()
    {
        var (room, connection, _) = await RoomAsync();
        using var closing = connection;
        var type = server.Engine.Registry.Of<Device>();
        Assert.True(room.TryLook(closing.Connection, (type, Guid.CreateVersion7(), [null]), at: 5));
        room.Deliver([Entry(6)]);
        Assert.False(room.TryLook(closing.Connection, (type, Guid.CreateVersion7(), [null]), at: 5));
        Assert.True(room.TryLook(closing.Connection, (type, Guid.CreateVersion7(), [null]), at: 6));
    }

    [Fact]
    public async Task What_was_held_back_for_one_does_not_hold_up_the_others()
    {
        var (room, connection, socket) = await RoomAsync();
        using var closing = connection;
        for (var seq = 6; seq <= 6 + Room.ReleasePage; seq++)
            room.Deliver([Entry(seq)]);
        var releasing = Task.Run(() => room.Release(closing.Connection, readAt: 100), TestContext.Current.CancellationToken);
        await socket.Sending.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        // Its network takes the first message, and does not give it back yet.
        await Task.Run(room.Nudge, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        socket.GoOn.Set();
        await releasing;
    }

    [Fact]
    public async Task Telling_who_is_where_does_not_hold_up_delivery()
    {
        var (room, connection, socket) = await RoomAsync();
        using var closing = connection;
        room.Release(closing.Connection, readAt: 5);
        room.LookAway(closing.Connection);
        var telling = Task.Run(room.SendPresence, TestContext.Current.CancellationToken);
        await socket.Sending.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Task.Run(() => room.Deliver([Entry(6)]), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        socket.GoOn.Set();
        await telling;
    }

    private static async Task SeesAsync(SyncClient client, params Guid[] browsers)
    {
        JsonElement people;
        do
            people = (await client.NextAsync("presence")).GetProperty("people");
        while (!people.EnumerateArray().Select(person => person.GetProperty("browser").GetGuid()).SequenceEqual(browsers));
    }

    /// <summary>A room whose log has been delivered up to 5, with one connection from which entries are held back.</summary>
    private async Task<(Room Room, Held Connection, StuckSocket Socket)> RoomAsync()
    {
        var engine = server.Engine;
        var room = new Room(_workspace.Id, engine.SyncReader, engine.Registry, TimeProvider.System, exception => throw exception, _ => { });
        var socket = new StuckSocket();
        var held = new Held(socket, new SyncUser(_workspace.Owner.User, _workspace.Owner.Session));
        room.Enter(held.Connection, new LogHead(5, Guid.CreateVersion7()));
        await using var snapshot = await engine.SyncReader.OpenAsync(_workspace.Id, held.Connection.User, default);
        held.Connection.Reader = new Reader(snapshot!.Moment.Access);
        held.Connection.Reader.Scopes[new Scope(engine.Registry.Of<Client>())] = 0;
        return (room, held, socket);
    }

    private LogEntry Entry(long seq) => new(seq, Guid.CreateVersion7(), default, Actor.Server("test"), Origin: null, [new RecordChange(server.Engine.Registry.Of<Client>(), Guid.CreateVersion7(), "create", 0, "{}", "{}") { KeysAfter = [] }]);

    private static IEnumerable<JsonElement> Records(JsonElement delta) => delta.GetProperty("items").EnumerateArray().SelectMany(item => item.GetProperty("records").EnumerateArray());

    private CreateOperation New<T>(T record, Guid? id = null)
        where T : Record => Compose.Create(server.Engine.Registry, id ?? Guid.CreateVersion7(), record);

    private SetOperation Set<T>(Guid id, string field, object? value)
        where T : Record => new(server.Engine.Registry.Of<T>(), id, server.Engine.Registry.Of<T>().Fields.Single(known => known.Name == field), value);

    private Task<Outcome> WriteAsync(params Operation[] operations) => _workspace.WriteAsServerAsync(operations);

    private sealed class Held(WebSocket socket, SyncUser user) : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();

        public SyncConnection Connection => field ??= new SyncConnection(socket, user, _ending, TimeProvider.System);

        public void Dispose() => _ending.Dispose();
    }

    /// <summary>A network that keeps whoever sends, until it is told to go on.</summary>
    private sealed class StuckSocket : OpenSocket
    {
        public TaskCompletionSource Sending { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim GoOn { get; } = new();

        public override void Dispose()
        {
            base.Dispose();
            GoOn.Dispose();
        }

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            Sending.TrySetResult();
            GoOn.Wait(TimeSpan.FromSeconds(60), cancellationToken);
            return Task.CompletedTask;
        }
    }
}
