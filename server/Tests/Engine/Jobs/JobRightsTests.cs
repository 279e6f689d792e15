using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>A job acts with the rights of whoever asked for it, as they are when it acts, and in its workspace.</summary>
public sealed class JobRightsTests(TestCluster cluster) : IAsyncLifetime
{
    private string _connectionString = "";
    private TestEngine _engine = null!;
    private TestWorkspace _workspace = null!;
    private TestMember _asker = null!;
    private JobLab _lab = null!;
    private Guid _thing;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await cluster.CreateDatabaseAsync();
        _engine = new TestEngine(_connectionString);
        _workspace = await _engine.CreateWorkspaceAsync();
        _asker = await _workspace.AddMemberAsync(Roles.Member);
        _thing = await _workspace.AddThingAsync();
        _lab = new JobLab(_connectionString) { Workspace = _workspace.Id };
        var type = _engine.Registry.Of<Thing>();
        _lab.Handle = (job, errand, _) => _engine.WritePath.WriteAsync(
            job, [new SetOperation(type, _thing, type.Fields.Single(field => field.Name == "title"), errand.Name)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _engine.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task It_acts_for_whoever_asked()
    {
        var seen = new TaskCompletionSource<Job>();
        var write = _lab.Handle;
        _lab.Handle = async (job, errand, cancel) =>
        {
            await write(job, errand, cancel);
            seen.SetResult(job);
        };
        await _lab.StartAsync();
        await AskAsync("His", JobLab.Errand("His") with { Cause = (1, 0) });
        var job = await seen.Task.WaitAsync(JobLab.Patience);
        Assert.Equal((_workspace.Id, _asker.User, false), (job.Workspace, job.Actor.User!.Value, job.Actor.IsSystem));
        Assert.Equal("\"His\"", await _workspace.ValueAsync(_thing, "title"));
        Assert.Equal(_asker.User, await _engine.Db.In(_workspace.Id).FirstAsync<Guid>($"SELECT updated_by FROM test.things WHERE workspace_id = {_workspace.Id} AND id = {_thing}"));
    }

    [Fact]
    [Trait("asvs", "8.3.3")]
    public async Task A_right_that_is_taken_before_it_runs_is_gone()
    {
        await AskAsync("Too late");
        await _workspace.WriteAsServerAsync(new SetOperation(Members, _asker.Member, Members.Fields.Single(field => field.Name == "role"), Roles.Viewer));
        await _lab.StartAsync();
        await FailedAsync("Too late", "The change was refused: Your role lacks the permission test.thing.update.");
    }

    [Fact]
    public async Task What_was_refused_is_decided_anew_when_it_is_tried_again()
    {
        var role = Members.Fields.Single(field => field.Name == "role");
        await _workspace.WriteAsServerAsync(new SetOperation(Members, _asker.Member, role, Roles.Viewer));
        await AskAsync("Twice");
        await _lab.StartAsync();
        foreach (var _ in new[] { 1, 2 })
        {
            await FailedAsync("Twice", "The change was refused: Your role lacks the permission test.thing.update.");
            Assert.Equal(1, await _lab.Desk.RedriveAsync());
        }

        await FailedAsync("Twice", "The change was refused: Your role lacks the permission test.thing.update.");
        await _workspace.WriteAsServerAsync(new SetOperation(Members, _asker.Member, role, Roles.Member));
        Assert.Equal(1, await _lab.Desk.RedriveAsync());
        await _lab.DoneAsync("Twice");
        Assert.Equal("\"Twice\"", await _workspace.ValueAsync(_thing, "title"));
    }

    [Fact]
    public async Task Whoever_has_left_has_no_jobs_either()
    {
        var begun = false;
        _lab.Handle = (_, _, _) =>
        {
            begun = true;
            return Task.CompletedTask;
        };
        foreach (var kind in new[] { JobLab.Kind, "test.narrow" })
            await AskAsync(kind, JobLab.Errand(kind, kind));
        await _workspace.WriteAsServerAsync(new DeleteOperation(Members, _asker.Member));
        await _lab.StartAsync();
        foreach (var kind in new[] { JobLab.Kind, "test.narrow" })
            await FailedAsync(kind, "Whoever asked for it has left the workspace.");
        Assert.False(begun);
    }

    [Fact]
    public async Task What_is_another_workspace_s_is_not_there_for_it()
    {
        var other = await _engine.CreateWorkspaceAsync();
        _lab.Workspace = other.Id;
        await _lab.Desk.EnqueueAsync(other.Id, other.Owner.Actor, JobLab.Errand("Taken"));
        await _lab.StartAsync();
        await FailedAsync("Taken", $"The change was refused: There is no test.thing {_thing}.");
        Assert.Equal("\"A thing\"", await _workspace.ValueAsync(_thing, "title"));
    }

    [Fact]
    public async Task Why_a_change_was_refused_is_said_without_what_records_hold_also_when_it_is_said_again()
    {
        var type = _engine.Registry.Of<Thing>();
        var title = type.Fields.Single(field => field.Name == "title");
        _lab.Handle = async (job, _, _) =>
        {
            try
            {
                await _engine.WritePath.WriteAsync(job, [new SetOperation(type, _thing, title, "Wanted") { Guards = [new FieldGuard(title, "Seen")] }]);
            }
            catch (JobFailedException e) when (job.Attempt == 1)
            {
                throw new TimeoutException("The answer is lost.", e);
            }
        };
        await AskAsync("Refused");
        await _lab.StartAsync();
        await FailedAsync("Refused", "The change was refused: 'title' no longer holds what the guard expects.");
    }

    [Theory]
    [InlineData(OnceMode.Keep)]
    [InlineData(OnceMode.Replace)]
    public async Task A_key_is_that_of_whoever_asks_so_that_nobody_s_request_goes_by_another_s_rights(OnceMode mode)
    {
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        await _lab.Desk.EnqueueAsync(_workspace.Id, viewer.Actor, Keyed("In the way"));
        await AskAsync("His", Keyed("His"));
        await _lab.Desk.EnqueueAsync(_workspace.Id, viewer.Actor, Keyed("Smuggled"));
        Assert.Equal(2, await _lab.CountAsync());
        await _lab.StartAsync();
        await FailedAsync(mode == OnceMode.Keep ? "In the way" : "Smuggled", "The change was refused: Your role lacks the permission test.thing.update.");
        await _lab.DoneAsync("His");
        Assert.Equal("\"His\"", await _workspace.ValueAsync(_thing, "title"));

        NewJob Keyed(string name) => JobLab.Errand(name) with { OnceKey = "title", Once = mode };
    }

    private Holdfast.Engine.Records.RecordType Members => _engine.Registry.Of<Member>();

    private Task AskAsync(string name, NewJob? job = null) => _lab.Desk.EnqueueAsync(_workspace.Id, _asker.Actor, job ?? JobLab.Errand(name));

    private async Task FailedAsync(string name, string error)
    {
        await Eventually.HoldsAsync($"{name} has failed", async () => (await _lab.EndsAsync()).Contains($"failed {name}"));
        Assert.Equal(error, await _lab.Db.System.FirstAsync<string>($"SELECT job ->> 'error' FROM engine.job_ends WHERE job #>> ARRAY['payload', 'name'] = {name}"));
    }
}
