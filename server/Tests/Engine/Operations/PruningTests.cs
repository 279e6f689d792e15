using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Engine.Jobs;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>Outcomes are kept for 90 days, and no longer than that takes; so is what browsers were told, and so are browsers.</summary>
public sealed class PruningTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _one = null!;
    private TestWorkspace _two = null!;

    public async ValueTask InitializeAsync() => (_one, _two) = (await _engine.CreateWorkspaceAsync(), await _engine.CreateWorkspaceAsync());

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task What_is_old_is_forgotten_in_small_steps_and_nothing_else()
    {
        var kept = await CountAsync();
        await AddAsync(_one, 1200, "92 days");
        await AddAsync(_two, 3, "1 year");
        await AddAsync(_one, 7, "89 days 23 hours");
        var steps = new List<int>();
        while (await CountAsync() > kept + 7)
            steps.Add(await New().PruneAsync(default));
        Assert.Equal(1203, steps.Sum());
        Assert.All(steps, step => Assert.InRange(step, 0, OutcomePruner.Step + 3));
        Assert.Equal(0, await New().PruneAsync(default));
        Assert.Equal(kept + 7, await CountAsync());
    }

    [Fact]
    public async Task It_is_a_job_that_comes_every_hour()
    {
        await AddAsync(_one, 3, "92 days");
        var before = await CountAsync();
        await using var lab = new JobLab(database.ConnectionString);
        await lab.Desk.EnqueueAsync(Guid.Empty, Actor.Server("test"), new NewJob(ForgetOutcomes.Kind, new ForgetOutcomes()));
        await lab.StartAsync();
        await Eventually.HoldsAsync("they are forgotten", async () => await CountAsync() == before - 3);
        await Eventually.HoldsAsync("it is entered", async () => await database.AsSuperuserAsync($"SELECT next_at < now() + interval '1 hour' FROM engine.schedules WHERE name = '{ForgetOutcomes.Kind}'") == "True");
    }

    [Fact]
    public async Task The_database_keeps_what_is_younger_whoever_deletes()
    {
        await AddAsync(_one, 2, "89 days 23 hours");
        var before = await CountAsync();
        Assert.Equal(0, await _engine.Db.In(_one.Id).ExecuteAsync($"DELETE FROM engine.outcomes WHERE workspace_id = {_one.Id}"));
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task What_was_forgotten_is_not_done_again_by_the_browser_that_repeats_it()
    {
        var browser = await _one.RegisterBrowserAsync(_one.Owner);
        var first = new Transaction { Id = Guid.CreateVersion7(), Actor = _one.Owner.Actor, Origin = (browser, 1), Operations = [_one.NewCustomer("Once")] };
        Assert.Equal(OutcomeKind.Applied, (await _engine.WritePath.WriteAsync(_one.Id, first)).Kind);
        await database.AsSuperuserAsync($"UPDATE engine.outcomes SET at = now() - interval '92 days' WHERE transaction_id = '{first.Id}'");
        Assert.Equal(1, await New().PruneAsync(default));
        var head = await _one.HeadAsync();
        Assert.Equal(OutcomeKind.Rejected, (await _engine.WritePath.WriteAsync(_one.Id, first)).Kind);
        Assert.Equal(head, await _one.HeadAsync());
    }

    [Fact]
    public async Task What_browsers_were_told_long_ago_is_forgotten()
    {
        await TellAsync(_one, 1200, "92 days");
        await TellAsync(_two, 2, "1 year");
        await TellAsync(_two, 3, "89 days 23 hours");
        while (await New().PruneAsync(default) is > 0 and var step)
            Assert.InRange(step, 1, OutcomePruner.Step + 2);
        Assert.Equal("3", await database.AsSuperuserAsync("SELECT count(*) FROM engine.revocations"));
        Assert.Equal(0, await _engine.Db.In(_two.Id).ExecuteAsync($"DELETE FROM engine.revocations WHERE workspace_id = {_two.Id}"));
        await database.AsSuperuserAsync("DELETE FROM engine.revocations");
    }

    [Fact]
    public async Task Browsers_that_no_longer_come_are_forgotten_and_those_that_wrote_later()
    {
        await ComeAsync(_one, 1200, "92 days", mutation: 0);
        await ComeAsync(_two, 1, "89 days 23 hours", mutation: 0);
        await ComeAsync(_two, 2, "1 year", mutation: 7);
        await ComeAsync(_two, 12, "3 years", mutation: 7);
        await database.AsSuperuserAsync($"""
            INSERT INTO engine.outcomes (workspace_id, transaction_id, browser_id, mutation, outcome, answer, at)
            SELECT workspace_id, gen_random_uuid(), browser_id, 7, 'rejected', '{"{}"}', now() FROM engine.browsers WHERE seen_at < now() - interval '2 years' LIMIT 8
            """);
        while (await New().PruneAsync(default) is > 0 and var step)
            Assert.InRange(step, 1, OutcomePruner.Step + 4);
        Assert.Equal("11", await database.AsSuperuserAsync("SELECT count(*) FROM engine.browsers WHERE seen_at < now() - interval '1 day'"));
        Assert.Equal(10, await _engine.Db.In(_two.Id).ExecuteAsync($"DELETE FROM engine.browsers WHERE workspace_id = {_two.Id}"));
        await database.AsSuperuserAsync("DELETE FROM engine.browsers; DELETE FROM engine.outcomes WHERE mutation = 7");
    }

    private OutcomePruner New() => new(_engine.Db, TimeProvider.System);

    private async Task<int> CountAsync() => int.Parse((await database.AsSuperuserAsync("SELECT count(*) FROM engine.outcomes"))!, System.Globalization.CultureInfo.InvariantCulture);

    private Task<string?> TellAsync(TestWorkspace workspace, int count, string age) => database.AsSuperuserAsync($"""
        INSERT INTO engine.revocations (workspace_id, id, browser_id, user_id, seq, scopes, records, sent_at)
        SELECT '{workspace.Id}', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, '{"{}"}', 0, now() - interval '{age}' FROM generate_series(1, {count})
        """);

    private Task<string?> ComeAsync(TestWorkspace workspace, int count, string age, long mutation) => database.AsSuperuserAsync($"""
        INSERT INTO engine.browsers (workspace_id, browser_id, user_id, session_id, seen_at, last_mutation)
        SELECT '{workspace.Id}', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now() - interval '{age}', {mutation} FROM generate_series(1, {count})
        """);

    private Task<string?> AddAsync(TestWorkspace workspace, int count, string age) => database.AsSuperuserAsync($"""
        INSERT INTO engine.outcomes (workspace_id, transaction_id, outcome, answer, at)
        SELECT '{workspace.Id}', gen_random_uuid(), 'rejected', '{"{}"}', now() - interval '{age}' FROM generate_series(1, {count})
        """);
}
