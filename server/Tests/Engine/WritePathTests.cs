using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine;

public sealed class WritePathTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_version_is_the_sequence_number_of_the_last_transaction_that_touched_the_record()
    {
        var id = Guid.CreateVersion7();
        var created = await _workspace.WriteAsync(_workspace.NewCustomer("Ada", id));
        Assert.Equal(created.Seq, Assert.Single(await _workspace.CustomersAsync()).Version);

        var changed = await _workspace.WriteAsync(_workspace.Set(id, "name", "Ada Lovelace"));
        var row = Assert.Single(await _workspace.CustomersAsync());
        Assert.Equal(created.Seq + 1, changed.Seq);
        Assert.Equal((changed.Seq, "Ada Lovelace"), (row.Version, row.Name));
    }

    [Fact]
    public async Task A_transaction_holds_whole_or_not_at_all()
    {
        var head = await _workspace.HeadAsync();
        var outcome = await _workspace.WriteAsync(_workspace.NewCustomer("Kept out"), _workspace.Set(Guid.CreateVersion7(), "name", "nobody"));

        Assert.Equal((OutcomeKind.Rejected, "record.not_found"), (outcome.Kind, outcome.Failure!.Code.Code));
        Assert.Empty(await _workspace.CustomersAsync());
        Assert.Equal(head, await _workspace.HeadAsync());
    }

    [Fact]
    public async Task An_id_is_not_taken_again_even_by_the_transaction_that_frees_it()
    {
        var id = Guid.CreateVersion7();
        await _workspace.WriteAsync(_workspace.NewCustomer("Ada", id));
        var outcome = await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, id), _workspace.NewCustomer("Eve", id));

        Assert.Equal("record.exists", outcome.Failure!.Code.Code);
        Assert.Equal("Ada", Assert.Single(await _workspace.CustomersAsync()).Name);
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_repeated_transaction_gets_the_first_outcome_even_a_refusal()
    {
        var browser = await _workspace.RegisterBrowserAsync(_workspace.Owner);
        var good = Sent(browser, 1, _workspace.NewCustomer("Once"));
        var bad = Sent(browser, 2, _workspace.NewCustomer(""));

        var first = await _engine.WritePath.WriteAsync(_workspace.Id, good);
        var again = await _engine.WritePath.WriteAsync(_workspace.Id, good);
        Assert.Equal((OutcomeKind.Duplicate, first.Seq), (again.Kind, again.Seq));
        Assert.Single(await _workspace.CustomersAsync());

        var refused = await _engine.WritePath.WriteAsync(_workspace.Id, bad);
        var refusedAgain = await _engine.WritePath.WriteAsync(_workspace.Id, bad);
        Assert.Equal("field.required", refused.Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Rejected, refusedAgain.Kind);
        Assert.Contains("field.required", refusedAgain.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_in_the_numbers_of_a_browser_decides_nothing()
    {
        var browser = await _workspace.RegisterBrowserAsync(_workspace.Owner);
        var second = Sent(browser, 2, _workspace.NewCustomer("Second"));
        Assert.Equal(OutcomeKind.Retry, (await _engine.WritePath.WriteAsync(_workspace.Id, second)).Kind);
        Assert.Equal(OutcomeKind.Applied, (await _engine.WritePath.WriteAsync(_workspace.Id, Sent(browser, 1, _workspace.NewCustomer("First")))).Kind);
        Assert.Equal(OutcomeKind.Applied, (await _engine.WritePath.WriteAsync(_workspace.Id, second)).Kind);
    }

    [Fact]
    public async Task Nobody_answers_for_the_browser_or_the_transaction_of_someone_else()
    {
        var other = await _workspace.AddMemberAsync(Roles.Member);
        var browser = await _workspace.RegisterBrowserAsync(_workspace.Owner);
        var mine = Sent(browser, 1, _workspace.NewCustomer("Mine"));
        var stolen = mine with { Id = Guid.CreateVersion7(), Actor = other.Actor };
        Assert.Equal(OutcomeKind.Retry, (await _engine.WritePath.WriteAsync(_workspace.Id, stolen)).Kind);

        await _engine.WritePath.WriteAsync(_workspace.Id, mine);
        var copied = new Transaction { Id = mine.Id, Actor = other.Actor, Operations = [_workspace.NewCustomer("Theirs")] };
        Assert.Equal("transaction.id_taken", (await _engine.WritePath.WriteAsync(_workspace.Id, copied)).Failure!.Code.Code);
        Assert.Equal(["Mine"], (await _workspace.CustomersAsync()).Select(row => row.Name));
    }

    [Fact]
    public async Task A_number_whose_id_is_taken_counts_so_that_the_next_one_goes_on()
    {
        var (browser, other) = (await _workspace.RegisterBrowserAsync(_workspace.Owner), await _workspace.RegisterBrowserAsync(_workspace.Owner));
        var first = Sent(browser, 1, _workspace.NewCustomer("First"));
        await _engine.WritePath.WriteAsync(_workspace.Id, first);
        var early = Sent(other, 2, _workspace.NewCustomer("Early")) with { Id = first.Id };
        Assert.Equal(OutcomeKind.Retry, (await _engine.WritePath.WriteAsync(_workspace.Id, early)).Kind);

        var copied = Sent(other, 1, _workspace.NewCustomer("Copied")) with { Id = first.Id };
        for (var time = 0; time < 2; time++)
            Assert.Equal("transaction.id_taken", (await _engine.WritePath.WriteAsync(_workspace.Id, copied)).Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Applied, (await _engine.WritePath.WriteAsync(_workspace.Id, Sent(other, 2, _workspace.NewCustomer("Second")))).Kind);
        Assert.Equal(["First", "Second"], (await _workspace.CustomersAsync()).Select(row => row.Name));
    }

    [Fact]
    public async Task A_guard_that_fails_is_a_conflict_that_carries_the_current_record()
    {
        var id = Guid.CreateVersion7();
        var created = await _workspace.WriteAsync(_workspace.NewCustomer("Ada", id));
        await _workspace.WriteAsync(_workspace.Set(id, "name", "Theirs"));

        var late = await _workspace.WriteAsync(_workspace.Set(id, "name", "Mine", created.Seq));
        Assert.Equal((OutcomeKind.Conflict, "record.changed"), (late.Kind, late.Failure!.Code.Code));
        Assert.Contains("\"Theirs\"", late.Answer, StringComparison.Ordinal);

        var future = await _workspace.WriteAsync(_workspace.Set(id, "name", "Mine", 1_000_000));
        Assert.Equal((OutcomeKind.Rejected, "guard.version_from_future"), (future.Kind, future.Failure!.Code.Code));
        Assert.Equal("Theirs", Assert.Single(await _workspace.CustomersAsync()).Name);
    }

    [Fact]
    public async Task An_id_is_taken_once_and_for_good()
    {
        var id = Guid.CreateVersion7();
        await _workspace.WriteAsync(_workspace.NewCustomer("First", id));
        Assert.Equal("record.exists", (await _workspace.WriteAsync(_workspace.NewCustomer("Second", id))).Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, id))).Kind);
        Assert.Equal("record.exists", (await _workspace.WriteAsync(_workspace.NewCustomer("Third", id))).Failure!.Code.Code);
        Assert.Equal("record.not_found", (await _workspace.WriteAsync(_workspace.Set(id, "name", "Ghost"))).Failure!.Code.Code);
    }

    [Fact]
    public async Task Changing_nothing_writes_nothing()
    {
        var id = Guid.CreateVersion7();
        var created = await _workspace.WriteAsync(_workspace.NewCustomer("Ada", id));
        var same = await _workspace.WriteAsync(_workspace.Set(id, "name", "Ada"));
        Assert.Equal((OutcomeKind.Applied, created.Seq), (same.Kind, same.Seq));
        Assert.Equal(created.Seq, await _workspace.HeadAsync());
    }

    [Fact]
    public async Task Many_writers_in_two_processes_leave_a_gapless_log_and_no_lost_write()
    {
        var doors = new[] { _engine.WritePath, _engine.NewWritePath() };
        var before = await _workspace.HeadAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => doors[i % 2].WriteAsync(
            _workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = _workspace.Owner.Actor, Operations = [_workspace.NewCustomer($"Customer {i}")] })));

        Assert.All(outcomes, outcome => Assert.Equal(OutcomeKind.Applied, outcome.Kind));
        Assert.Equal(Enumerable.Range(1, 400).Select(i => before + i), outcomes.Select(outcome => outcome.Seq!.Value).Order());
        Assert.Equal(400, (await _workspace.CustomersAsync()).Count);
        var entries = await _engine.Log.AfterAsync(_workspace.Id, 0, 1000, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, (int)before + 400).Select(i => (long)i), entries.Select(entry => entry.Seq));
    }

    [Fact]
    public async Task One_bad_transaction_in_a_group_spoils_no_other()
    {
        var id = Guid.CreateVersion7();
        // The second member of a user breaks a unique key that only the database knows, together with many good ones.
        var twice = new Member { User = _workspace.Owner.User, Name = "Twice", Email = "twice@example.org", Role = Roles.Viewer };
        var writes = Enumerable.Range(0, 20).Select(i => i == 10
            ? _engine.WritePath.WriteAsync(_workspace.Id, new Transaction
            {
                Id = Guid.CreateVersion7(),
                Actor = Actor.Server("test"),
                Operations = [Compose.Create(_engine.Registry, id, twice)],
            })
            : _workspace.WriteAsync(_workspace.NewCustomer($"Customer {i}"))).ToArray();
        var outcomes = await Task.WhenAll(writes);

        Assert.Equal("record.not_unique", outcomes[10].Failure!.Code.Code);
        Assert.Equal(19, outcomes.Count(outcome => outcome.Kind == OutcomeKind.Applied));
        Assert.Equal(19, (await _workspace.CustomersAsync()).Count);
    }

    [Theory]
    [InlineData(Roles.Owner, true)]
    [InlineData(Roles.Member, true)]
    [InlineData(Roles.Viewer, false)]
    public async Task A_role_decides_who_changes_customers(string role, bool allowed)
    {
        var id = Guid.CreateVersion7();
        await _workspace.WriteAsync(_workspace.NewCustomer("Ada", id));
        var member = await _workspace.AddMemberAsync(role);
        Operation[] changes = [_workspace.Set(id, "name", "Changed"), _workspace.NewCustomer("New"), new DeleteOperation(_engine.Customers, id)];
        foreach (var change in changes)
        {
            var outcome = await _workspace.WriteAsync(member, change);
            Assert.Equal(allowed ? null : "permission.denied", outcome.Failure?.Code.Code);
        }
    }

    [Fact]
    public async Task A_stranger_finds_no_workspace()
    {
        var stranger = new TestMember(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var outcome = await _workspace.WriteAsync(stranger, _workspace.NewCustomer("Mine now"));
        Assert.Equal("workspace.not_found", outcome.Failure!.Code.Code);
    }

    [Fact]
    public async Task The_last_owner_stays_and_only_owners_change_roles()
    {
        var members = _engine.Registry.Of<Member>();
        var role = members.Fields.Single(field => field.Name == "role");
        var member = await _workspace.AddMemberAsync(Roles.Member);
        SetOperation Demote(TestMember who) => new(members, who.Member, role, Roles.Viewer);

        Assert.Equal("permission.denied", (await _workspace.WriteAsync(member, Demote(_workspace.Owner))).Failure!.Code.Code);
        Assert.Equal("member.last_owner", (await _workspace.WriteAsync(Demote(_workspace.Owner))).Failure!.Code.Code);
        Assert.Equal("member.last_owner", (await _workspace.WriteAsync(new DeleteOperation(members, _workspace.Owner.Member))).Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(new SetOperation(members, member.Member, role, Roles.Owner), Demote(_workspace.Owner))).Kind);
        Assert.Equal("permission.denied", (await _workspace.WriteAsync(_workspace.NewCustomer("Too late"))).Failure!.Code.Code);
    }

    [Fact]
    public async Task A_companion_statement_holds_together_with_its_transaction()
    {
        var taken = PermissionFailures.Denied.With("taken");
        Transaction With(int epochs, Operation operation) => new()
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("test"),
            Operations = [operation],
            Companions = [new Companion($"UPDATE engine.browsers SET last_mutation = 7 WHERE workspace_id = {_workspace.Id} AND last_mutation = {epochs}", taken)],
        };
        await _workspace.RegisterBrowserAsync(_workspace.Owner);

        Assert.Equal("permission.denied", (await _engine.WritePath.WriteAsync(_workspace.Id, With(99, _workspace.NewCustomer("No")))).Failure!.Code.Code);
        var broken = await _engine.WritePath.WriteAsync(_workspace.Id, With(0, _workspace.NewCustomer("")));
        Assert.Equal("field.required", broken.Failure!.Code.Code);
        Assert.Equal(0, await _engine.Db.In(_workspace.Id).FirstAsync<long>($"SELECT max(last_mutation) FROM engine.browsers"));
        Assert.Equal(OutcomeKind.Applied, (await _engine.WritePath.WriteAsync(_workspace.Id, With(0, _workspace.NewCustomer("Yes")))).Kind);
        Assert.Equal(["Yes"], (await _workspace.CustomersAsync()).Select(row => row.Name));
        Assert.Equal(7, await _engine.Db.In(_workspace.Id).FirstAsync<long>($"SELECT max(last_mutation) FROM engine.browsers"));
    }

    private Transaction Sent(Guid browser, long mutation, params Operation[] operations) =>
        new() { Id = Guid.CreateVersion7(), Actor = _workspace.Owner.Actor, Origin = (browser, mutation), Operations = operations };
}
