using System.Net;
using Holdfast.Tests.Host.Backups;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>The server is killed while it erases a person, or loses its machine after it.</summary>
public sealed class PersonErasureKillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    // In the workspace that goes with him; between the workspaces and his own; and there.
    [InlineData("solo.customers")]
    [InlineData("workspaces.invites")]
    [InlineData("identity.sign_ups")]
    [Trait("asvs", "2.3.3")]
    public async Task The_next_start_erases_the_rest(string held)
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        string email;
        Guid shared;
        TestBrowser ada;
        await using (var host = await HostProcess.StartReadyAsync(machine))
        {
            ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            shared = await ada.WorkspaceAsync();
            using var bob = await JoinAsync(host, ada);
            email = bob.Email;
            // Wishes for an address that is not his stay.
            await BackupLab.AskAsync(machine, $"UPDATE identity.users SET verified_at = now() WHERE email = '{email}'");
            (await bob.PostAsync("/api/me/deletion", new { email })).Is(HttpStatusCode.OK);
            await using var hold = new NpgsqlConnection(BackupLab.Superuser(machine));
            await hold.OpenAsync(Cancel);
            await using var transaction = await hold.BeginTransactionAsync(Cancel);
            await using (var take = new NpgsqlCommand($"LOCK TABLE {held} IN ACCESS EXCLUSIVE MODE", hold))
                await take.ExecuteNonQueryAsync(Cancel);
            await BackupLab.AskAsync(machine, "UPDATE identity.deletions SET due_at = now() - interval '1 hour'");
            await RunAsync(machine, "identity.erase_due");
            await Eventually.HoldsAsync("it is in the middle", async () => await BackupLab.AskAsync(machine, $"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{held}'::regclass") != "0", seconds: 60);
            await host.KillAsync();
        }

        Assert.Equal("1", await BackupLab.AskAsync(machine, "SELECT count(*) FROM identity.deletions WHERE begun_at IS NOT NULL"));
        await using var again = await HostProcess.StartReadyAsync(machine);
        await Eventually.HoldsAsync("he is gone", async () => await BackupLab.AskAsync(machine, "SELECT count(*) FROM identity.users") == "1", seconds: 90);
        Assert.Equal("1 1 0", await BackupLab.AskAsync(machine, "SELECT concat_ws(' ', (SELECT count(*) FROM engine.workspaces), (SELECT count(*) FROM access.members), (SELECT count(*) FROM identity.deletions))"));
        Assert.Equal("0", await BackupLab.AskAsync(machine, $"SELECT count(*) FROM engine.log WHERE changes::text LIKE '%{email}%'"));
        var (exit, said) = await lab.RunAsync(machine, "log", "verify");
        Assert.True(exit == 0, said);
        using var back = await BackupLab.SignInAsync(again, ada.Email);
        Assert.Equal(shared, await back.WorkspaceAsync());
        ada.Dispose();
    }

    [Fact]
    public async Task A_restore_to_a_time_before_it_erases_anew()
    {
        await using var lab = new BackupLab();
        var lost = lab.NewMachine();
        string before, email, owner;
        await using (var host = await lab.ServeAsync(lost))
        {
            using var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            using var bob = await JoinAsync(host, ada);
            email = bob.Email;
            owner = (await BackupLab.AskAsync(lost, $"SELECT id FROM identity.users WHERE email = '{ada.Email}'"))!;
            await lab.FirstCopyAsync();
            before = (await BackupLab.AskAsync(lost, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))!;
            Assert.Contains("is gone", await lab.DoAsync(lost, "user", "delete", email, "--now"), StringComparison.Ordinal);
            await RunAsync(lost, "backup.erasures", "backups");
            await Eventually.HoldsAsync("it is noted beside the backups", () => Directory.Exists(Path.Combine(lab.Place, "erased")) && Directory.EnumerateFiles(Path.Combine(lab.Place, "erased")).Any(), seconds: 60);
            await BackupLab.ArrivedAsync(lost);
            await BackupLab.LoseAsync(lost, host);
        }

        // Somebody who can write there would like to have another erased, and to have no restore succeed.
        await File.WriteAllTextAsync(Path.Combine(lab.Place, "erased", owner), "erased", Cancel);
        var other = lab.NewMachine();
        Assert.Contains("1 note of people who were erased", await lab.DoAsync(other, "restore", "--at", before), StringComparison.Ordinal);
        await using var restored = await lab.ServeAsync(other);
        using (var back = new TestBrowser(restored.Http.BaseAddress!))
            (await back.PostAsync("/api/sign-in", new { email, password = TestBrowser.Password })).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        await Eventually.HoldsAsync("he is gone again", async () => await BackupLab.AskAsync(other, $"SELECT count(*) FROM identity.users WHERE email = '{email}'") == "0", seconds: 60);
        // He was there, and the other one is.
        Assert.Equal("1", await BackupLab.AskAsync(other, "SELECT count(*) FROM security.events WHERE name = 'user_deleted'"));
        Assert.Equal("1", await BackupLab.AskAsync(other, $"SELECT count(*) FROM identity.users WHERE id = '{owner}'"));
        await RunAsync(other, "backup.erasures", "backups");
        await Eventually.HoldsAsync("whoever runs the server sees it too", async () =>
            await BackupLab.AskAsync(other, "SELECT count(*) FROM engine.job_ends WHERE outcome = 'failed' AND job ->> 'kind' = 'backup.erasures'") != "0", seconds: 60);
        Assert.Equal("0", await BackupLab.AskAsync(other, $"SELECT count(*) FROM engine.log WHERE changes::text LIKE '%{email}%'"));
    }

    /// <summary>What the clock asks for each hour.</summary>
    private static Task<string?> RunAsync(TemporaryFolder machine, string kind, string queue = "default") => BackupLab.AskAsync(machine, $$"""
        INSERT INTO engine.jobs (id, workspace_id, queue, priority, place, due_at, kind, payload, is_system, depth, is_shown, enqueued_at)
        VALUES (gen_random_uuid(), '{{Guid.Empty}}', '{{queue}}', 1, nextval('engine.job_places'), now(), '{{kind}}', '{}', true, 0, false, now())
        """);

    private static async Task<TestBrowser> JoinAsync(HostProcess host, TestBrowser owner)
    {
        var person = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync("Bob", "Alone");
        (await person.PostAsync("/api/invites/accept", new { token = await owner.InviteAsync() })).Is(HttpStatusCode.OK);
        return person;
    }
}
