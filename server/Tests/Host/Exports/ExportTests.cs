using System.Net;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Transfer;
using Holdfast.Host.Backups;
using Holdfast.Host.Exports;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Exports;

/// <summary>A workspace in a file, asked for in the browser by an owner, and fetched for a day.</summary>
public sealed class ExportTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestServer _server = new(cluster);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_owner_asks_sees_it_done_and_fetches_a_file_that_comes_in_elsewhere()
    {
        BackupKey.Create(_server.BackupKey);
        using var ada = await _server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        var export = await MakeAsync(ada, workspace);
        using var client = new HttpClient { BaseAddress = ada.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/workspaces/{workspace}/exports/{export}") { Headers = { { "Cookie", $"__Host-sid={ada.Cookie}" } } };
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"Analytical Engines {_server.Clock.GetUtcNow():yyyy-MM-dd}.holdfast", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);

        var elsewhere = await cluster.CreateDatabaseAsync();
        await using (var engine = new TestEngine(elsewhere))
        {
            await using var stream = new MemoryStream(await answer.Content.ReadAsByteArrayAsync(Cancel));
            var report = await WorkspaceImport.ReadAsync(elsewhere, engine.Registry, stream, asNew: false, BackupKey.Read(_server.BackupKey).ToEnvelope(), new TransferPeople(_ => Task.FromResult<IReadOnlyDictionary<Guid, Guid>>(new Dictionary<Guid, Guid>()), _ => []), Cancel);
            Assert.Equal((workspace, 1), (report.Workspace, report.People));
            Assert.Equal(0, (await engine.Verifier.VerifyAsync(workspace, _ => { }, Cancel)).Findings);
        }

        await cluster.DropDatabaseAsync(elsewhere);
        // Who asked, and who fetched it, stands in the log of the workspace.
        Assert.Equal(["http", "FetchExport"], await _server.LookAsync(
            $"SELECT via FROM engine.log WHERE workspace_id = '{workspace}' AND changes::text LIKE '%{export}%' AND via IN ('http', 'FetchExport') AND user_id IS NOT NULL ORDER BY seq"));
        await FetchAsync(ada, workspace, export);
        Assert.Equal(["fetched 2"], await _server.LookAsync($"SELECT step || ' ' || count FROM jobs.runs WHERE id = '{export}'"));
    }

    [Fact]
    public async Task Nobody_but_the_owner_who_asked_for_it_gets_it_and_he_only_while_he_is_one()
    {
        BackupKey.Create(_server.BackupKey);
        using var ada = await _server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        using var bob = await _server.JoinAsync(ada, "owner");
        using var eve = await _server.JoinAsync(ada, "admin");
        using var stranger = await _server.NewBrowser().SignUpAsync();
        var exports = $"/api/workspaces/{workspace}/exports";
        (await eve.PostAsync(exports)).Refuses(HttpStatusCode.Forbidden, "export.owners_only");
        (await stranger.PostAsync(exports)).Refuses(HttpStatusCode.NotFound, "workspace.not_found");
        var export = await MakeAsync(ada, workspace);
        (await bob.GetAsync($"{exports}/{export}")).Refuses(HttpStatusCode.NotFound, "export.gone");
        (await eve.GetAsync($"{exports}/{export}")).Refuses(HttpStatusCode.Forbidden, "export.owners_only");
        (await stranger.GetAsync($"{exports}/{export}")).Refuses(HttpStatusCode.NotFound, "workspace.not_found");
        (await stranger.GetAsync($"/api/workspaces/{await stranger.WorkspaceAsync()}/exports/{export}")).Refuses(HttpStatusCode.NotFound, "export.gone");

        var member = (await _server.LookAsync($"SELECT member FROM jobs.runs WHERE id = '{export}'"))[0];
        (await bob.PostAsync($"/api/workspaces/{workspace}/transactions", new { id = Guid.CreateVersion7(), schema = 1, operations = new object[] { new { op = "set", type = "access.member", id = member, field = "role", value = "admin" } } })).Is(HttpStatusCode.OK);
        (await ada.GetAsync($"{exports}/{export}")).Refuses(HttpStatusCode.Forbidden, "export.owners_only");
    }

    [Fact]
    public async Task It_is_there_for_a_day_and_the_next_one_takes_its_place()
    {
        BackupKey.Create(_server.BackupKey);
        using var ada = await _server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        var folder = _server.Get<ExportFolder>();
        var first = await MakeAsync(ada, workspace);
        await FetchAsync(ada, workspace, first);
        var second = await MakeAsync(ada, workspace);
        Assert.False(File.Exists(folder.FileOf(workspace, first)));
        (await ada.GetAsync($"/api/workspaces/{workspace}/exports/{first}")).Refuses(HttpStatusCode.NotFound, "export.gone");
        await FetchAsync(ada, workspace, second);
        folder.Forget();
        Assert.True(File.Exists(folder.FileOf(workspace, second)));
        _server.Clock.Forward(TimeSpan.FromHours(25));
        (await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await ada.GetAsync($"/api/workspaces/{workspace}/exports/{second}")).Refuses(HttpStatusCode.NotFound, "export.gone");
        folder.Forget();
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder.FileOf(workspace, second))));
    }

    [Fact]
    public async Task Without_a_key_and_while_one_is_made_it_is_refused()
    {
        using var ada = await _server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        (await ada.PostAsync($"/api/workspaces/{workspace}/exports")).Refuses(HttpStatusCode.Conflict, "export.no_key");
        BackupKey.Create(_server.BackupKey);
        await BlockAsync();
        var export = (await ada.PostAsync($"/api/workspaces/{workspace}/exports")).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
        (await ada.PostAsync($"/api/workspaces/{workspace}/exports")).Refuses(HttpStatusCode.Conflict, "export.running");
        (await ada.GetAsync($"/api/workspaces/{workspace}/exports/{export}")).Refuses(HttpStatusCode.NotFound, "export.gone");

        // Cancelled by whoever asked for it, and by nobody else.
        using var bob = await _server.JoinAsync(ada, "owner");
        (await bob.PostAsync($"/api/workspaces/{workspace}/jobs/{export}/cancel")).Refuses(HttpStatusCode.NotFound, "record.not_found");
        (await ada.PostAsync($"/api/workspaces/{workspace}/jobs/{export}/cancel")).Is(HttpStatusCode.NoContent);
        await _server.LookAsync("DELETE FROM engine.job_claims");
        await StateAsync(export, JobRun.Cancelled);
        (await ada.PostAsync($"/api/workspaces/{workspace}/jobs/{export}/cancel")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Of_many_that_ask_at_once_one_is_heard_and_its_run_is_not_put_away_before_it_is_over()
    {
        BackupKey.Create(_server.BackupKey);
        using var ada = await _server.NewBrowser().SignUpAsync();
        using var bob = await _server.JoinAsync(ada, "owner");
        var workspace = await ada.WorkspaceAsync();
        await BlockAsync();
        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? ada : bob).PostAsync($"/api/workspaces/{workspace}/exports")));
        var heard = Assert.Single(asked, answer => answer.Message.StatusCode == HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
        Assert.All(asked.Where(answer => answer.Message.StatusCode != HttpStatusCode.Accepted), answer => answer.Refuses(HttpStatusCode.Conflict, "export.running"));

        var delete = new { op = "delete", type = "jobs.run", id = heard };
        var who = (await _server.LookAsync($"SELECT user_id FROM engine.jobs WHERE id = '{heard}'"))[0] == (await _server.LookAsync($"SELECT user_id FROM access.members WHERE workspace_id = '{workspace}' AND email = '{ada.Email}'"))[0] ? ada : bob;
        (await who.WriteAsync(delete, workspace: workspace)).Refuses(HttpStatusCode.Conflict, "run.under_way", "state");
        await _server.LookAsync("DELETE FROM engine.job_claims");
        await StateAsync(heard, JobRun.Done);
        (await who.WriteAsync(delete, workspace: workspace)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_that_failed_and_is_tried_once_more_is_made_beside_no_other_and_holds_back_the_next()
    {
        BackupKey.Create(_server.BackupKey);
        using var ada = await _server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        var exports = $"/api/workspaces/{workspace}/exports";
        // Where its folder should be lies a file.
        var folder = Path.GetDirectoryName(_server.Get<ExportFolder>().FileOf(workspace, Guid.Empty))!;
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await File.WriteAllTextAsync(folder, "", Cancel);
        var failed = (await ada.PostAsync(exports)).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
        await StateAsync(failed, JobRun.Failed);
        Assert.Equal(["export.not_written"], await _server.LookAsync($"SELECT step FROM jobs.runs WHERE id = '{failed}'"));
        await Eventually.HoldsAsync("it is put aside", async () => (await _server.LookAsync($"SELECT 1 FROM engine.job_ends WHERE id = '{failed}'")).Count == 1);
        File.Delete(folder);

        await BlockAsync();
        await _server.Get<JobDesk>().RedriveAsync();
        (await ada.PostAsync(exports)).Refuses(HttpStatusCode.Conflict, "export.running");
        // Of those with one key one runs at a time.
        var queue = (await _server.LookAsync($"SELECT queue FROM engine.jobs WHERE id = '{failed}' AND group_key IS NOT NULL"))[0]!;
        Assert.Equal(1, _server.Get<JobRegistry>().FindQueue(queue)!.ConcurrencyPerKey);
        await _server.LookAsync("DELETE FROM engine.job_claims");
        await StateAsync(failed, JobRun.Done);
        await FetchAsync(ada, workspace, failed);
    }

    [Fact]
    public async Task Where_its_file_is_taken_in_the_run_that_came_along_holds_nobody_up()
    {
        BackupKey.Create(_server.BackupKey);
        using var ada = await _server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        var export = await MakeAsync(ada, workspace);
        await using var stream = File.OpenRead(_server.Get<ExportFolder>().FileOf(workspace, export));
        var people = new TransferPeople(persons => _server.Get<People>().MatchAsync(persons, Cancel), People.Add);
        var copy = (await WorkspaceImport.ReadAsync(_server.ConnectionString, _server.Registry, stream, asNew: true, BackupKey.Read(_server.BackupKey).ToEnvelope(), people, Cancel)).Workspace;
        // It says what was so while the file was written.
        Assert.Equal([$"{copy}"], await _server.LookAsync($"SELECT workspace_id FROM jobs.runs WHERE id = '{export}' AND state IN ('waiting', 'running')"));
        (await ada.PostAsync($"/api/workspaces/{copy}/jobs/{export}/cancel")).Is(HttpStatusCode.NoContent);
        (await ada.PostAsync($"/api/workspaces/{copy}/exports")).Is(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Who_is_no_owner_any_more_when_its_turn_comes_gets_none()
    {
        BackupKey.Create(_server.BackupKey);
        using var ada = await _server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        using var bob = await _server.JoinAsync(ada, "owner");
        await BlockAsync();
        var export = (await ada.PostAsync($"/api/workspaces/{workspace}/exports")).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
        var member = (await _server.LookAsync($"SELECT member FROM jobs.runs WHERE id = '{export}'"))[0];
        (await bob.PostAsync($"/api/workspaces/{workspace}/transactions", new { id = Guid.CreateVersion7(), schema = 1, operations = new object[] { new { op = "set", type = "access.member", id = member, field = "role", value = "admin" } } })).Is(HttpStatusCode.OK);
        await _server.LookAsync("DELETE FROM engine.job_claims");
        await StateAsync(export, JobRun.Failed);
        Assert.False(File.Exists(_server.Get<ExportFolder>().FileOf(workspace, export)));
    }

    /// <summary>Fills the queue, so that what is asked for waits.</summary>
    private async Task BlockAsync()
    {
        await Eventually.HoldsAsync("there is a worker", async () => (await _server.LookAsync("SELECT id FROM engine.workers")).Count == 1);
        await _server.LookAsync($"INSERT INTO engine.job_claims (job_id, workspace_id, queue, worker_id) SELECT gen_random_uuid(), '{Guid.Empty}', 'exports', id FROM engine.workers, generate_series(1, 2)");
    }

    private async Task<Guid> MakeAsync(TestBrowser owner, Guid workspace)
    {
        var export = (await owner.PostAsync($"/api/workspaces/{workspace}/exports")).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
        await StateAsync(export, JobRun.Done);
        var run = (await owner.GetAsync($"/api/workspaces/{workspace}/records/jobs.run/{export}")).Is(HttpStatusCode.OK).Json;
        Assert.Equal(100, run.GetProperty("values").GetProperty("percent").GetInt32());
        return export;
    }

    private Task StateAsync(Guid export, string state) =>
        Eventually.HoldsAsync($"it is {state}", async () => (await _server.LookAsync($"SELECT state FROM jobs.runs WHERE id = '{export}'"))[0] == state);

    private static async Task FetchAsync(TestBrowser owner, Guid workspace, Guid export) => (await owner.GetAsync($"/api/workspaces/{workspace}/exports/{export}")).Is(HttpStatusCode.OK);
}
