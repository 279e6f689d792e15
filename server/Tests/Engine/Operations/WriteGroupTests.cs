using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>Groups over several workspaces.</summary>
public sealed class WriteGroupTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace[] _workspaces = [];

    public async ValueTask InitializeAsync() => _workspaces = [await _engine.CreateWorkspaceAsync(), await _engine.CreateWorkspaceAsync(), await _engine.CreateWorkspaceAsync()];

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Workspaces_share_one_commit_and_nothing_else()
    {
        // The same ids and values everywhere: what one part does must not be seen in another.
        var (customer, shelf) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(workspace => [workspace.NewCustomer("Ada", customer)]);
        await _workspaces[0].SendAsync(new { op = "create", type = "test.shelf", id = shelf, values = new { name = "Mine" } });
        var heads = await Task.WhenAll(_workspaces.Select(workspace => workspace.HeadAsync()));

        var parts = await WriteAsync(workspace => workspace == _workspaces[0]
            ? [workspace.Set(customer, "name", "Changed")]
            : workspace == _workspaces[1] ? [new DeleteOperation(_engine.Customers, customer)] : []);
        Assert.Equal([OutcomeKind.Applied, OutcomeKind.Applied, OutcomeKind.Applied], parts.Select(part => Assert.Single(part.Outcomes).Kind));
        Assert.Equal([heads[0] + 1, heads[1] + 1, heads[2]], await Task.WhenAll(_workspaces.Select(workspace => workspace.HeadAsync())));
        var names = await Task.WhenAll(_workspaces.Select(async workspace => (await workspace.CustomersAsync()).Select(row => row.Name)));
        Assert.Equal([["Changed"], [], ["Ada"]], names);

        // Only the first has the shelf, and only the second a tombstone.
        var thing = Guid.CreateVersion7();
        var create = JsonSerializer.Serialize(new[] { new { op = "create", type = "test.thing", id = thing, values = new { title = "x", shelf } } });
        parts = await WriteAsync(workspace => [.. _engine.Read(workspace.Owner, create).Operations]);
        Assert.Equal([null, "reference.not_found", "reference.not_found"], parts.Select(part => part.Outcomes[0].Failure?.Code.Code));
        parts = await WriteAsync(_ => [new RestoreOperation(_engine.Customers, customer)]);
        Assert.Equal(["record.exists", null, "record.exists"], parts.Select(part => part.Outcomes[0].Failure?.Code.Code));

        foreach (var workspace in _workspaces)
            Assert.Empty(await workspace.FindingsAsync());
        var ids = string.Join("', '", _workspaces.Select(workspace => workspace.Id));
        var commits = await database.AsSuperuserAsync($"SELECT count(DISTINCT xmin::text) FROM engine.outcomes WHERE workspace_id IN ('{ids}') AND user_id IS NOT NULL");
        Assert.Equal("5", commits);
    }

    [Fact]
    public async Task Someone_in_two_workspaces_may_in_each_what_he_may_there()
    {
        var viewer = await _workspaces[0].AddMemberAsync(Roles.Viewer);
        await _workspaces[1].WriteAsServerAsync(Compose.Create(_engine.Registry, Guid.CreateVersion7(), new Member { User = viewer.User, Name = "Here", Email = "here@example.org", Role = Roles.Member }));
        var parts = await WriteAsync(workspace => [workspace.NewCustomer("Mine")], viewer.Actor);
        Assert.Equal(["permission.denied", null, "workspace.not_found"], parts.Select(part => part.Outcomes[0].Failure?.Code.Code));
    }

    [Fact]
    public async Task A_workspace_that_is_not_there_takes_nothing_from_the_others()
    {
        var nowhere = Guid.CreateVersion7();
        var outcomes = await Task.WhenAll(_engine.WritePath.WriteAsync(nowhere, New(_workspaces[0])), _engine.WritePath.WriteAsync(_workspaces[0].Id, New(_workspaces[0])));
        Assert.Equal(["workspace.not_found", null], outcomes.Select(outcome => outcome.Failure?.Code.Code));
    }

    [Fact]
    public async Task What_the_database_refuses_in_one_workspace_spoils_no_other()
    {
        // The second member of a user breaks a unique key that only the database knows.
        var twice = new Member { User = _workspaces[1].Owner.User, Name = "Twice", Email = "twice@example.org", Role = Roles.Viewer };
        var writes = Enumerable.Range(0, 30).Select(i => i == 10
            ? _engine.WritePath.WriteAsync(_workspaces[1].Id, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("test"), Operations = [Compose.Create(_engine.Registry, Guid.CreateVersion7(), twice)] })
            : _workspaces[i % 3].WriteAsync(_workspaces[i % 3].NewCustomer($"Customer {i}"))).ToArray();
        var outcomes = await Task.WhenAll(writes);

        Assert.Equal("record.not_unique", outcomes[10].Failure!.Code.Code);
        Assert.Equal(29, outcomes.Count(outcome => outcome.Kind == OutcomeKind.Applied));
        for (var i = 0; i < 3; i++)
        {
            var own = outcomes.Where((outcome, number) => number % 3 == i && outcome.Seq is not null).Select(outcome => outcome.Seq!.Value).ToArray();
            Assert.Equal(own.Order(), own);
            Assert.Empty(await _workspaces[i].FindingsAsync());
        }
    }

    [Fact]
    public async Task A_workspace_that_another_process_is_writing_holds_no_other_up_and_keeps_its_order()
    {
        var customer = Guid.CreateVersion7();
        await _workspaces[0].WriteAsync(_workspaces[0].NewCustomer("0", customer));
        Task<Outcome>[] held;
        await using (var other = await _engine.Db.BeginWriteAsync([_workspaces[0].Id], CancellationToken.None))
        {
            await other.ReadAsync(new GroupReads(_engine.Registry, [Part(_workspaces[0])]).Named(waits: true), CancellationToken.None);
            var parts = await WriteAsync(workspace => [workspace.NewCustomer("In a group")]);
            Assert.Equal([false, true, true], parts.Select(part => part.IsLocked));
            Assert.Equal([0, 1, 1], parts.Select(part => part.Outcomes.Count));
            held = [.. Enumerable.Range(1, 100).Select(i => _workspaces[0].WriteAsync(_workspaces[0].Set(customer, "name", $"{i}")))];
            for (var i = 0; i < 10; i++)
                Assert.Equal(OutcomeKind.Applied, (await _workspaces[1].WriteAsync(_workspaces[1].NewCustomer("Not held up"))).Kind);
            Assert.DoesNotContain(held, write => write.IsCompleted);
        }

        var outcomes = await Task.WhenAll(held);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => outcomes[0].Seq + i), outcomes.Select(outcome => outcome.Seq));
        Assert.Equal("100", Assert.Single(await _workspaces[0].CustomersAsync()).Name);
    }

    private static Transaction New(TestWorkspace workspace) => new() { Id = Guid.CreateVersion7(), Actor = workspace.Owner.Actor, Operations = [workspace.NewCustomer("New")] };

    private GroupPart Part(TestWorkspace workspace, params Transaction[] transactions) => new(_engine.Registry, _engine.Policy, TimeProvider.System, workspace.Id, transactions);

    /// <summary>Writes one transaction in each workspace, as one group.</summary>
    private async Task<GroupPart[]> WriteAsync(Func<TestWorkspace, Operation[]> operations, Actor? actor = null)
    {
        GroupPart[] parts = [.. _workspaces.Select(workspace =>
            Part(workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = actor ?? workspace.Owner.Actor, Operations = operations(workspace) }))];
        await new WriteGroup(_engine.Db, _engine.Registry, _engine.Jobs, TimeProvider.System, parts).RunAsync(waits: false, CancellationToken.None);
        return parts;
    }
}
