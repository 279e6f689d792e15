using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>What lies below a record is read by whoever reads that one, four deep: talk, note, sheet, mark, comment.</summary>
public sealed class InheritanceTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    private TestWorkspace _workspace = null!;
    private TestMember _member = null!;
    private TestMember _other = null!;

    public async ValueTask InitializeAsync()
    {
        _workspace = await server.Engine.CreateWorkspaceAsync();
        _member = await _workspace.AddMemberAsync(Roles.Member);
        _other = await _workspace.AddMemberAsync(Roles.Member);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_moves_takes_along_all_that_lies_below()
    {
        var (mine, theirs) = (await TalkAsync(_member), await TalkAsync(_other));
        var (note, sheet, mark, comment) = await StackAsync(mine);
        Assert.Equal([mine, mine, mine], await TalksAsync(note));
        using var left = await server.ConnectAsync(_workspace, _member, ["reading.comments"]);
        Assert.Equal(comment, (await left.NextAsync("subOk")).GetProperty("records")[0].GetProperty("id").GetGuid());
        using var entered = await server.ConnectAsync(_workspace, _other, ["reading.comments", "reading.marks", "reading.sheets"], other: true);
        foreach (var _ in new[] { 1, 2, 3 })
            Assert.Empty((await entered.NextAsync("subOk")).GetProperty("records").EnumerateArray());

        await WriteAsync(Set<Note>(note, "talk", theirs));
        Assert.Equal([theirs, theirs, theirs], await TalksAsync(note));
        Assert.True(Records(await left.NextAsync("delta")).Single().GetProperty("leave").GetBoolean());
        var came = Records(await entered.NextAsync("delta")).ToArray();
        Assert.Equal(new[] { sheet, mark, comment }.Order(), came.Select(record => record.GetProperty("id").GetGuid()).Order());
        Assert.All(came, record => Assert.True(record.GetProperty("enter").GetBoolean()));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task What_is_put_below_something_else_is_read_by_others_from_then_on()
    {
        var (mine, theirs) = (await TalkAsync(_member), await TalkAsync(_other));
        var (note, _, mark, comment) = await StackAsync(mine);
        var (_, otherSheet, _, _) = await StackAsync(theirs);

        await WriteAsync(Set<Mark>(mark, "sheet", otherSheet));
        Assert.Equal([mine, theirs, theirs], [(await TalksAsync(note))[0], await TalkOfAsync<Mark>(mark), await TalkOfAsync<Comment>(comment)]);
        await WriteAsync(Set<Mark>(mark, "sheet", null));
        Assert.Equal([null, null], [await TalkOfAsync<Mark>(mark), await TalkOfAsync<Comment>(comment)]);
    }

    [Fact]
    public async Task All_of_it_in_one_transaction_and_in_one_group()
    {
        var (mine, theirs) = (await TalkAsync(_member), await TalkAsync(_other));
        var (note, sheet, mark, comment) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var outcome = await _workspace.WriteAsync(
            _member,
            New(new Comment { Mark = mark }, comment), New(new Mark { Sheet = sheet }, mark), New(new Sheet { Note = note }, sheet), New(new Note { Talk = mine }, note));
        Assert.Equal(OutcomeKind.Applied, outcome.Kind);
        Assert.Equal([mine, mine, mine], await TalksAsync(note));

        // One moves what another puts something below at the same time: whoever comes first, the keys are true.
        for (var round = 0; round < 10; round++)
        {
            var to = round % 2 == 0 ? theirs : mine;
            var below = Enumerable.Range(0, 8).Select(_ => Guid.CreateVersion7()).ToArray();
            await Task.WhenAll([
                .. below.Take(4).Select(id => WriteAsync(New(new Sheet { Note = note }, id))),
                WriteAsync(Set<Note>(note, "talk", to)),
                .. below.Skip(4).Select(id => WriteAsync(New(new Sheet { Note = note }, id))),
                WriteAsync(New(new Comment { Mark = mark })),
            ]);
            Assert.All(await TalksAsync(note), talk => Assert.Equal(to, talk));
        }
    }

    [Fact]
    public async Task Nobody_sets_such_a_key_and_nobody_puts_anything_below_what_he_cannot_read()
    {
        var (mine, theirs) = (await TalkAsync(_member), await TalkAsync(_other));
        var (_, sheet, _, _) = await StackAsync(mine);
        var (foreignNote, _, _, _) = await StackAsync(theirs);
        var set = await _workspace.SendAsync(_member, new { op = "set", type = "reading.sheet", id = sheet, field = "talk", value = theirs });
        Assert.Equal("field.read_only", set.Failure!.Code.Code);
        var created = await _workspace.SendAsync(_member, new { op = "create", type = "reading.sheet", id = Guid.CreateVersion7(), values = new { note = foreignNote, talk = mine } });
        Assert.Equal("field.read_only", created.Failure!.Code.Code);

        // What is not there and what one cannot read are the same answer.
        var unread = (await _workspace.WriteAsync(_member, New(new Sheet { Note = foreignNote }))).Failure!;
        var absent = (await _workspace.WriteAsync(_member, New(new Sheet { Note = Guid.CreateVersion7() }))).Failure!;
        Assert.Equal(("reference.not_found", "note", unread.Detail), (absent.Code.Code, absent.Field, absent.Detail));
        Assert.Equal(absent.Code, unread.Code);
        Assert.Equal("reference.not_found", (await _workspace.WriteAsync(_member, Set<Sheet>(sheet, "note", foreignNote))).Failure!.Code.Code);
    }

    [Fact]
    public async Task Who_may_change_the_record_above_needs_no_right_to_what_moves_with_it()
    {
        var role = Guid.CreateVersion7();
        await WriteAsync(New(new Role { Name = "Movers", Permissions = ["reading.note.read.talk", "reading.note.update"] }, role));
        var mover = await _workspace.AddMemberAsync(Roles.Member, customRole: role);
        var (from, to) = (await TalkAsync(mover), await TalkAsync(mover));
        var (note, sheet, _, _) = await StackAsync(from);
        Assert.Equal("record.not_found", (await _workspace.WriteAsync(mover, Set<Sheet>(sheet, "title", "Mine"))).Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(mover, Set<Note>(note, "talk", to))).Kind);
        Assert.Equal([to, to, to], await TalksAsync(note));
    }

    [Fact]
    public async Task What_was_deleted_comes_back_under_the_key_of_today()
    {
        var (mine, theirs) = (await TalkAsync(_member), await TalkAsync(_other));
        var (note, _, mark, comment) = await StackAsync(mine);
        await WriteAsync(new DeleteOperation(TypeOf<Comment>(), comment));
        await WriteAsync(Set<Note>(note, "talk", theirs));
        await WriteAsync(new RestoreOperation(TypeOf<Comment>(), comment));
        Assert.Equal([theirs, theirs], [await TalkOfAsync<Mark>(mark), await TalkOfAsync<Comment>(comment)]);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(_other, Set<Comment>(comment, "words", "Ours now"))).Kind);
    }

    [Fact]
    public async Task More_than_a_thousand_do_not_move_at_once()
    {
        var (mine, theirs) = (await TalkAsync(_member), await TalkAsync(_other));
        var note = Guid.CreateVersion7();
        await WriteAsync(New(new Note { Talk = mine }, note));
        await WriteAsync([.. Enumerable.Range(0, 1000).Select(_ => New(new Sheet { Note = note }))]);
        await WriteAsync(Set<Note>(note, "talk", theirs));
        Assert.All(await TalksAsync(note), talk => Assert.Equal(theirs, talk));

        await WriteAsync(New(new Sheet { Note = note }));
        var outcome = await _workspace.WriteAsync(_other, Set<Note>(note, "words", "Long"), Set<Note>(note, "talk", null));
        Assert.NotEqual(OutcomeKind.Applied, outcome.Kind);
        var tooMany = await server.Engine.WritePath.WriteAsync(_workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("test"), Operations = [Set<Note>(note, "talk", mine)] });
        Assert.Equal("record.too_many_below", tooMany.Failure!.Code.Code);
        Assert.All(await TalksAsync(note), talk => Assert.Equal(theirs, talk));
    }

    private async Task<Guid> TalkAsync(TestMember member)
    {
        var talk = Guid.CreateVersion7();
        await WriteAsync(New(new Talk(), talk), New(new Participation { Member = member.Member, Talk = talk }));
        return talk;
    }

    private async Task<(Guid Note, Guid Sheet, Guid Mark, Guid Comment)> StackAsync(Guid talk)
    {
        var (note, sheet, mark, comment) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Note { Talk = talk }, note), New(new Sheet { Note = note }, sheet));
        await WriteAsync(New(new Mark { Sheet = sheet }, mark));
        await WriteAsync(New(new Comment { Mark = mark }, comment));
        return (note, sheet, mark, comment);
    }

    /// <summary>The keys of all that lies below a note.</summary>
    private async Task<Guid?[]> TalksAsync(Guid note) => [.. (await server.LookAsync($"""
        SELECT talk FROM reading.sheets WHERE note = '{note}'
        UNION ALL SELECT m.talk FROM reading.marks m JOIN reading.sheets s ON m.sheet = s.id WHERE s.note = '{note}'
        UNION ALL SELECT r.talk FROM reading.comments r JOIN reading.marks m ON r.mark = m.id JOIN reading.sheets s ON m.sheet = s.id WHERE s.note = '{note}'
        """)).Select(Key)];

    private async Task<Guid?> TalkOfAsync<T>(Guid id)
        where T : Record => Key((await server.LookAsync($"SELECT talk FROM {TypeOf<T>().Table.Text} WHERE id = '{id}'")).Single());

    private static Guid? Key(string? text) => Guid.TryParse(text, out var key) ? key : null;

    private static IEnumerable<JsonElement> Records(JsonElement delta) =>
        delta.GetProperty("items").EnumerateArray().SelectMany(item => item.GetProperty("records").EnumerateArray());

    private RecordType TypeOf<T>()
        where T : Record => server.Engine.Registry.Of<T>();

    private CreateOperation New<T>(T record, Guid? id = null)
        where T : Record => new(TypeOf<T>(), id ?? Guid.CreateVersion7(), [.. TypeOf<T>().Fields.Where(field => !field.ReadOnly).Select(field => (field, field.Get(record)))]);

    private SetOperation Set<T>(Guid id, string field, object? value)
        where T : Record => new(TypeOf<T>(), id, TypeOf<T>().Fields.Single(known => known.Name == field), value);

    private Task<Outcome> WriteAsync(params Operation[] operations) => _workspace.WriteAsServerAsync(operations);
}
