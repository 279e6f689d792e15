using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Support;
using Xunit;
using Xunit.Sdk;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>
/// The attack suite of the socket, generated from the record types, the messages, the operations and the guards: whoever may
/// not read a record gets for it what he gets for one that is not there, is told nothing of it, and changes nothing.
/// </summary>
public sealed class FrameAttackTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    /// <summary>What a guest reads as everyone does; the control attacks it.</summary>
    private const string OpenToGuests = "access.workspace";

    private TestWorkspace _workspace = null!;
    private Samples _samples = null!;

    /// <summary>Every message of a browser after its hello, as an attacker sends it.</summary>
    private static readonly Dictionary<string, Func<FrameAttackTests, SyncClient, RecordType, Guid, IEnumerable<object>>> Frames = new(StringComparer.Ordinal)
    {
        ["hello"] = (_, client, type, _) => [new { t = "hello", proto = 1, schema = 1, browser = Guid.CreateVersion7(), workspace = client.Workspace, scopes = new[] { type.Scope } }],
        ["sub"] = (self, _, type, id) => self.Scopes(type, id).Select(scope => new { t = "sub", add = new[] { scope } })
            .Concat<object>([new { t = "sub", remove = self.Scopes(type, id) }, new { t = "sub", add = self.Scopes(type, id), remove = new[] { type.Scope } }]),
        ["push"] = (self, client, type, id) => [client.Push(self.Registry.Schema, self.Operations(type, id))],
        ["here"] = (_, _, type, id) => [new { t = "here", record = new { type = type.Name, id } }],
        ["revoked"] = (_, _, _, id) => [new { t = "revoked", id }],
    };

    /// <summary>Every operation; a field of a kind that it takes, where the type has one.</summary>
    private static readonly Dictionary<string, Func<RecordType, JsonObject, JsonObject>> Steps = new(StringComparer.Ordinal)
    {
        ["set"] = (type, values) => new() { ["field"] = FieldOf<Field>(type), ["value"] = values[FieldOf<Field>(type)]?.DeepClone() ?? Samples.Canary },
        ["increment"] = (type, _) => new() { ["field"] = FieldOf<NumberField>(type), ["by"] = 1 },
        ["listInsert"] = (type, _) => new() { ["field"] = FieldOf<TextListField>(type), ["value"] = "more" },
        ["listRemove"] = (type, _) => new() { ["field"] = FieldOf<TextListField>(type), ["value"] = Samples.Canary },
        ["delete"] = (_, _) => [],
        ["restore"] = (_, _) => [],
        // Last, for in a workspace of his own the attacker may make what he likes, under whatever id.
        ["create"] = (_, values) => new() { ["values"] = values.DeepClone() },
    };

    private static readonly Dictionary<Type, Func<RecordType, JsonObject, JsonObject?>> Guards = new()
    {
        [typeof(VersionGuard)] = (_, _) => new() { ["version"] = 1 },
        [typeof(FieldGuard)] = (type, values) => new() { ["field"] = FieldOf<Field>(type), ["equals"] = values[FieldOf<Field>(type)]?.DeepClone() },
        [typeof(UniqueGuard)] = (type, _) => type.Uniques.Concat(type.Indexes).FirstOrDefault(index => !index.AcrossWorkspaces) is { } index
            ? new() { ["unique"] = new JsonArray([.. index.Fields.Select(field => (JsonNode)field.Name)]) }
            : null,
    };

    private RecordRegistry Registry => server.Engine.Registry;

    public async ValueTask InitializeAsync()
    {
        _workspace = await server.Engine.CreateWorkspaceAsync();
        _samples = new Samples(Registry, _workspace.Id, _workspace.Owner.Member);
        await _workspace.WriteAsServerAsync([.. _samples.ByServer]);
        var made = await _workspace.SendAsync([.. _samples.Creates]);
        Assert.True(made.Succeeded, made.Failure?.Detail);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Every_message_operation_and_guard_is_among_the_attacks()
    {
        static IEnumerable<string> Below(Type parent) => parent.Assembly.GetTypes().Where(type => type.IsSubclassOf(parent)).Select(type => type.Name);
        Assert.Equal(Below(typeof(ClientFrame)).Order(StringComparer.Ordinal), Frames.Keys.Select(kind => $"{char.ToUpperInvariant(kind[0])}{kind[1..]}Frame").Order(StringComparer.Ordinal));
        Assert.Equal(OperationReader.Names.Order(StringComparer.Ordinal), Steps.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Below(typeof(Guard)).Order(StringComparer.Ordinal), Guards.Keys.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Registry.All.Select(type => type.Name), _samples.Ids.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a guest of another party")]
    [InlineData("a member without a role")]
    [InlineData("a member of another workspace")]
    public async Task Who_may_not_read_a_record_cannot_tell_it_from_none_and_changes_nothing(string who)
    {
        var come = await ComeAsync(who);
        var before = await StateAsync();
        foreach (var type in Registry.All.Where(type => type.Name != OpenToGuests || who.StartsWith("a member", StringComparison.Ordinal)))
        {
            foreach (var kind in Frames.Keys)
                await AttackAsync(come, kind, type);
        }

        Assert.Equal(before, await StateAsync());
    }

    /// <summary>The control: a record type that lets all in is found out by every message that asks for records.</summary>
    [Theory]
    [InlineData("sub")]
    [InlineData("push")]
    [InlineData("here")]
    public async Task The_suite_finds_a_type_that_lets_all_in(string kind)
    {
        var come = await ComeAsync("a guest of another party");
        await Assert.ThrowsAnyAsync<XunitException>(() => AttackAsync(come, kind, Registry.All.Single(type => type.Name == OpenToGuests)));
    }

    [Theory]
    [InlineData("a guest of another party")]
    [InlineData("a member without a role")]
    public async Task The_place_and_the_rights_of_another_bring_nothing_of_his(string who)
    {
        var scopes = Registry.All.SelectMany(type => Scopes(type, _samples.Ids[type.Name])).ToArray();
        using var owner = await server.ConnectAsync(_workspace, _workspace.Owner, []);
        var (epoch, head) = (owner.Welcome.GetProperty("epoch").GetGuid(), owner.Welcome.GetProperty("head"));
        var first = await server.LookAsync($"SELECT transaction_id::text FROM engine.log WHERE workspace_id = '{_workspace.Id}' AND seq = 1");
        var start = new { seq = 1, tx = first[0] };
        var (workspace, attacker) = await (await ComeAsync(who))();
        var cursors = new (object? Cursor, Guid? Epoch, string? Access)[]
        {
            (head, epoch, owner.Access), (start, epoch, owner.Access), (start, epoch, null), (new { seq = 0 }, epoch, owner.Access),
            (start, Guid.CreateVersion7(), owner.Access), (new { seq = 1_000_000 }, epoch, owner.Access), (null, null, null),
        };
        foreach (var (cursor, of, access) in cursors)
        {
            using var client = await server.ConnectAsync(workspace, attacker, scopes, cursor: cursor, epoch: of, access: access);
            foreach (var frame in await client.AskAsync(new { t = "sub" }))
                TellsNothing(frame);
        }

        // A control: to the owner the same brings all of it.
        using var own = await server.ConnectAsync(_workspace, _workspace.Owner, scopes, cursor: start, epoch: epoch, access: owner.Access);
        Assert.Contains(await own.AskAsync(new { t = "sub" }), frame => frame.GetRawText().Contains(Samples.Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_hears_of_what_he_may_not_read_while_others_work_on_it()
    {
        var (workspace, guest) = await (await ComeAsync("a guest of another party"))();
        using var client = await server.ConnectAsync(workspace, guest, [.. Registry.All.Select(type => type.Scope)]);
        using var owner = await server.ConnectAsync(_workspace, _workspace.Owner, []);
        using var colleague = await server.ConnectAsync(_workspace, _workspace.Owner, []);
        foreach (var type in Registry.All.Where(type => type.Name != OpenToGuests))
        {
            await owner.SendAsync(new { t = "here", record = new { type = type.Name, id = _samples.Ids[type.Name] } });
            await Eventually.HoldsAsync($"others see who is on {type.Name}", async () => (await colleague.AskAsync(new { t = "sub" })).Any(frame => frame.GetRawText().Contains(_samples.Ids[type.Name].ToString(), StringComparison.Ordinal)));
            await owner.SendAsync(owner.Push(Registry.Schema, [Operation("set", type, _samples.Ids[type.Name])]));
            Assert.Equal(JsonValueKind.Array, (await owner.NextAsync("result")).GetProperty("results").ValueKind);
        }

        // What everyone sees comes last, so that all that came before has been handed out.
        await owner.SendAsync(new { t = "here", record = new { type = OpenToGuests, id = _workspace.Id } });
        var heard = new List<JsonElement>();
        await Eventually.HoldsAsync("the guest sees who is on the workspace", async () =>
        {
            heard.AddRange(await client.AskAsync(new { t = "sub" }));
            return heard.Any(frame => frame.GetRawText().Contains($"\"record\":{{\"type\":\"{OpenToGuests}\"", StringComparison.Ordinal));
        });
        Assert.All(heard, frame => TellsNothing(frame));
    }

    [Fact]
    public async Task What_a_browser_was_told_to_forget_nobody_else_acknowledges()
    {
        var (workspace, guest) = await (await ComeAsync("a guest of another party"))();
        using var victim = await server.ConnectAsync(_workspace, _workspace.Owner, []);
        using var client = await server.ConnectAsync(workspace, guest, []);
        var id = Guid.CreateVersion7();
        await server.LookAsync($"INSERT INTO engine.revocations (workspace_id, id, browser_id, user_id, seq, scopes, records, sent_at) VALUES ('{_workspace.Id}', '{id}', '{victim.Browser}', '{_workspace.Owner.User}', 1, '{{}}', 0, now()) RETURNING 1");
        await client.AskAsync(new { t = "revoked", id });
        Assert.Equal(["0"], await AcknowledgedAsync());
        await victim.AskAsync(new { t = "revoked", id });
        Assert.Equal(["1"], await AcknowledgedAsync());

        Task<IReadOnlyList<string?>> AcknowledgedAsync() => server.LookAsync($"SELECT count(acknowledged_at)::text FROM engine.revocations WHERE id = '{id}'");
    }

    [Fact]
    public async Task A_stranger_cannot_tell_a_workspace_from_none()
    {
        var (_, stranger) = await (await ComeAsync("a member of another workspace"))();
        foreach (var type in Registry.All)
        {
            var answers = new List<string>();
            foreach (var workspace in new[] { _workspace.Id, Guid.CreateVersion7() })
            {
                using var client = await server.OpenAsync(workspace, stranger);
                await client.SendAsync(new { t = "hello", proto = 1, schema = 1, browser = client.Browser, workspace, scopes = Scopes(type, _samples.Ids[type.Name]) });
                await client.WaitForCloseAsync();
                answers.Add($"{client.CloseStatus} {string.Join('\n', client.Passed("error").Select(Shape))}");
                Assert.Empty(client.Passed("welcome"));
            }

            Assert.Contains("workspace.not_found", answers[0], StringComparison.Ordinal);
            Assert.Equal(answers[1], answers[0]);
        }
    }

    [Fact]
    public async Task Whose_session_has_ended_gets_no_answer_and_changes_nothing()
    {
        foreach (var type in Registry.All)
        {
            foreach (var (kind, frames) in Frames)
            {
                var member = _workspace.Owner with { Session = Guid.CreateVersion7() };
                using var client = await server.ConnectAsync(_workspace, member, []);
                await client.AskAsync(new { t = "sub" });
                var before = await StateAsync();
                server.Engine.Hub.EndSessions([member.Session]);
                foreach (var frame in frames(this, client, type, _samples.Ids[type.Name]))
                    await client.TrySendAsync(frame);
                Assert.True(await client.WaitForCloseAsync() is (System.Net.WebSockets.WebSocketCloseStatus)4401, kind);
                Assert.Empty(new[] { "result", "subOk", "subErr", "error", "delta" }.SelectMany(client.Passed));
                Assert.Equal(before, await StateAsync());
            }
        }
    }

    /// <summary>The same message for what is there and for what is not: the answers are alike and tell nothing.</summary>
    private async Task AttackAsync(Func<Task<(TestWorkspace Workspace, TestMember Attacker)>> come, string kind, RecordType type)
    {
        var answers = new List<string[]>();
        foreach (var id in new[] { _samples.Ids[type.Name], Guid.CreateVersion7() })
        {
            var (workspace, attacker) = await come();
            using var client = await server.ConnectAsync(workspace, attacker, []);
            await client.AskAsync(new { t = "sub" });
            var got = new List<JsonElement>();
            foreach (var frame in Frames[kind](this, client, type, id))
                got.AddRange(await client.AskAsync(frame));
            Assert.All(got, frame => TellsNothing(frame, but: type.Name == OpenToGuests ? null : OpenToGuests));
            answers.Add([.. got.SelectMany(Parts).Select(Shape)]);
        }

        Assert.True(answers[0].Length == answers[1].Length, $"{kind} on {type.Name} gets {answers[0].Length} answers, and where there is none {answers[1].Length}.");
        foreach (var (there, nowhere) in answers[0].Zip(answers[1]))
            Assert.True(there == nowhere, $"{kind} on {type.Name} gets\n{there}\nand where there is none\n{nowhere}");
    }

    /// <summary>Brings an attacker; one of another workspace comes from a new one each time, where he may have made nothing yet.</summary>
    private async Task<Func<Task<(TestWorkspace Workspace, TestMember Attacker)>>> ComeAsync(string who)
    {
        if (who == "a member of another workspace")
        {
            return async () =>
            {
                var own = await server.Engine.CreateWorkspaceAsync();
                return (own, own.Owner);
            };
        }

        if (who == "a guest of another party")
        {
            var guest = await _workspace.AddMemberAsync(Roles.Guest, party: Guid.CreateVersion7());
            return () => Task.FromResult((_workspace, guest));
        }

        var role = Guid.CreateVersion7();
        await _workspace.WriteAsServerAsync(Compose.Create(Registry, role, new Role { Name = "Nothing", Permissions = [] }));
        var member = await _workspace.AddMemberAsync(Roles.Member, customRole: role);
        return () => Task.FromResult((_workspace, member));
    }

    /// <summary>Whole, and by each key that the record has.</summary>
    private string[] Scopes(RecordType type, Guid id) =>
        [type.Scope, .. type.Keys.Select(key => $"{type.Scope}({key.Name}:{(key.Name == "id" ? id : id == _samples.Ids[type.Name] ? _samples.Key(key.Kind) : Guid.CreateVersion7())})")];

    private IEnumerable<JsonObject> Operations(RecordType type, Guid id) => Steps.Keys.SelectMany(op => Guards.Values.Prepend((_, _) => null).Select(guard =>
    {
        var operation = Operation(op, type, id);
        if (guard(type, ValuesOf(type)) is { } condition)
            operation["guard"] = condition;
        return operation;
    }));

    private JsonObject ValuesOf(RecordType type) =>
        _samples.Creates.FirstOrDefault(create => (string?)create["type"] == type.Name)?["values"]!.AsObject() ?? new JsonObject { ["name"] = Samples.Canary };

    private JsonObject Operation(string op, RecordType type, Guid id)
    {
        var operation = Steps[op](type, ValuesOf(type));
        (operation["op"], operation["type"], operation["id"]) = (op, type.Name, id);
        return operation;
    }

    private static string FieldOf<T>(RecordType type)
        where T : Field => (type.Fields.FirstOrDefault(field => field is T && !field.ReadOnly && !field.Opaque) ?? type.Fields.FirstOrDefault(field => !field.ReadOnly) ?? type.Fields[0]).Name;

    /// <summary>A message holds no value and no id of a sample. What an attacker said comes back to him in refusals, and counts for nothing.</summary>
    private void TellsNothing(JsonElement frame, string? but = OpenToGuests)
    {
        var text = frame.GetRawText();
        var told = Regex.Replace(text, "\"(detail|scope|field)\":\"[^\"]*\"|\"operation\":[0-9]+(,\"(type|id)\":\"[^\"]*\")*|\"scopes\":[[][^]]*[]]", "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.False(told.Contains(Samples.Canary, StringComparison.Ordinal), text);
        foreach (var (type, id) in _samples.Ids.Where(sample => sample.Key != but))
            Assert.False(told.Contains(id.ToString(), StringComparison.Ordinal), $"{type} shows: {text}");
    }

    /// <summary>What was answered to each message or transaction. Who is there belongs to none, nor does where the log stands, which all are told by the clock.</summary>
    private static IEnumerable<JsonElement> Parts(JsonElement frame) => frame.GetProperty("t").GetString() switch
    {
        "presence" or "nudge" => [],
        "result" => frame.GetProperty("results").EnumerateArray(),
        _ => [frame],
    };

    /// <summary>A message without the ids, numbers and times of its own.</summary>
    private static string Shape(JsonElement frame) => Regex.Replace(
        frame.GetRawText(), "[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|(?<=\"(mutation|at)\":)[0-9]+|(?<=At\":\")[^\"]+", "that", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    /// <summary>All that the victim's records are, and where its log stands.</summary>
    private async Task<string> StateAsync()
    {
        var rows = string.Join(" UNION ALL ", Registry.All.Select(type => $"SELECT '{type.Name}' || to_jsonb(t)::text FROM {type.Table.Text} t WHERE workspace_id = '{_workspace.Id}'"));
        var state = await server.LookAsync($"SELECT row FROM ({rows} UNION ALL SELECT max(seq)::text FROM engine.log WHERE workspace_id = '{_workspace.Id}' UNION ALL SELECT to_jsonb(s)::text FROM engine.secrets s WHERE workspace_id = '{_workspace.Id}') AS all_of_them(row) ORDER BY row");
        return string.Join('\n', state);
    }
}
