using System.Net;
using Holdfast.Engine.Jobs;
using Holdfast.Tests.Host.Backups;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Host.Exports;

/// <summary>The server is killed while it writes the file of a workspace for one of its owners.</summary>
public sealed class ExportKillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_start_makes_the_export_and_nothing_half_is_left_or_handed_out()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        string cookie;
        Guid workspace, export;
        string folder;
        await using (var host = await HostProcess.StartReadyAsync(machine, "--backup-key", lab.Key))
        {
            using var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            (cookie, workspace) = (ada.Cookie!, await ada.WorkspaceAsync());
            folder = machine[$"data/exports/{workspace}"];
            // It stands in the middle of its file while nobody can read the customers.
            await using var hold = new NpgsqlConnection(BackupLab.Superuser(machine));
            await hold.OpenAsync(Cancel);
            await using var transaction = await hold.BeginTransactionAsync(Cancel);
            await using (var take = new NpgsqlCommand("LOCK TABLE solo.customers IN ACCESS EXCLUSIVE MODE", hold))
                await take.ExecuteNonQueryAsync(Cancel);
            export = (await ada.PostAsync($"/api/workspaces/{workspace}/exports")).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
            await Eventually.HoldsAsync("it writes", async () => File.Exists(Path.Combine(folder, $"{export}.holdfast.unfinished")) && await BackupLab.AskAsync(machine, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'solo.customers'::regclass") == "1");
            await host.KillAsync();
        }

        Assert.Equal([$"{export}.holdfast.unfinished"], Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)));
        await using var again = await HostProcess.StartReadyAsync(machine, "--backup-key", lab.Key);
        using var back = new TestBrowser(again.Http.BaseAddress!) { Cookie = cookie };
        await Eventually.HoldsAsync("it is done", async () => await BackupLab.AskAsync(machine, $"SELECT state FROM jobs.runs WHERE id = '{export}'") == JobRun.Done, seconds: 60);
        Assert.Equal([$"{export}.holdfast"], Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)));
        (await back.GetAsync($"/api/workspaces/{workspace}/exports/{export}")).Is(HttpStatusCode.OK);
    }
}
