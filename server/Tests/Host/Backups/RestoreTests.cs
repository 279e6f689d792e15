using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Host.Backups;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>Backup and restore as an operator does them: real processes, a real PostgreSQL, machines that get lost.</summary>
public sealed class RestoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_machine_comes_back_on_another_one_with_what_was_written_a_moment_before()
    {
        await using var lab = new BackupLab();
        var lost = lab.NewMachine();
        Directory.CreateDirectory(lost["data/files/ab"]);
        await File.WriteAllTextAsync(lost["data/files/ab/letter.txt"], "Dear Ada", Cancel);
        // Laid by whoever may write there, to something that he may not read.
        File.CreateSymbolicLink(lost["data/files/ab/link.txt"], lab.Key);
        TestBrowser ada;
        string token;
        await using (var host = await lab.ServeAsync(lost))
        {
            ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            token = await TokenAsync(ada);
            await lab.FirstCopyAsync();
            using var client = await SyncClient.ConnectAsync(ada);
            await client.CreateCustomerAsync("Written before the loss");
            await BackupLab.ArrivedAsync(lost);
            await BackupLab.LoseAsync(lost, host);
        }

        var other = lab.NewMachine();
        Assert.Contains("Everyone signs in anew", await lab.DoAsync(other, "restore"), StringComparison.Ordinal);
        Assert.Equal("Dear Ada", await File.ReadAllTextAsync(other["data/files/ab/letter.txt"], Cancel));
        Assert.False(File.Exists(other["data/files/ab/link.txt"]));
        Assert.False(Directory.Exists(other["data/restore.unfinished"]));
        Assert.Contains("2 entries, 3 records, 0 deleted: sound", await lab.DoAsync(other, "log", "verify"), StringComparison.Ordinal);

        // The key of tokens is in no backup, and nobody misses it: they have ended with the sessions, also where it was kept.
        File.Copy(lost["data/token.key"], other["data/token.key"]);
        await using var restored = await lab.ServeAsync(other);
        using var old = new TestBrowser(restored.Http.BaseAddress!) { Cookie = ada.Cookie };
        Assert.Equal(HttpStatusCode.Unauthorized, (await old.GetAsync("/api/me")).Status);
        using var program = new TestProgram(restored.Http.BaseAddress!) { Refresh = token };
        (await program.PostAsync("/api/tokens/refresh", new { token })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        using var again = await BackupLab.SignInAsync(restored, ada.Email);
        program.Refresh = await TokenAsync(again);
        await program.RefreshAsync();
        Assert.Equal(["Written before the loss"], await NamesAsync(again));

        // The restored machine is protected at once, in a stream of its own.
        await Eventually.HoldsAsync("the new machine has a backup of its own", async () => (await lab.BackupsAsync()).Select(backup => backup.Wal!.Stream).Distinct().Count() == 2, seconds: 60);
    }

    private static async Task<string> TokenAsync(TestBrowser person) =>
        (await person.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString()!;

    [Fact]
    public async Task A_restore_to_a_time_takes_back_what_came_later_and_browsers_send_it_again_once()
    {
        await using var lab = new BackupLab();
        var lost = lab.NewMachine();
        var browser = Guid.CreateVersion7();
        object kept = Mutation(1, "kept"), takenBack = Mutation(2, "taken back");
        DateTimeOffset between;
        JsonElement head;
        Guid epoch, workspace;
        TestBrowser ada;
        await using (var host = await lab.ServeAsync(lost))
        {
            ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            workspace = await ada.WorkspaceAsync();
            await lab.FirstCopyAsync();
            using (var client = await SyncClient.ConnectAsync(ada, browser: browser))
            {
                Assert.Equal("applied", await PushAsync(client, kept));
                between = DateTimeOffset.Parse((await BackupLab.AskAsync(lost, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))!, CultureInfo.InvariantCulture);
                Assert.Equal("applied", await PushAsync(client, takenBack));
            }

            using var look = await SyncClient.ConnectAsync(ada, browser: browser);
            (head, epoch) = (look.Welcome.GetProperty("head").Clone(), look.Welcome.GetProperty("epoch").GetGuid());
            await BackupLab.ArrivedAsync(lost);
            await BackupLab.LoseAsync(lost, host);
        }

        var other = lab.NewMachine();
        await lab.DoAsync(other, "restore", "--at", between.ToString("O", CultureInfo.InvariantCulture));
        await using var restored = await HostProcess.StartReadyAsync(other);
        using var again = await BackupLab.SignInAsync(restored, ada.Email);
        Assert.Equal(["kept"], await NamesAsync(again));

        // The browser comes back with its cursor and its epoch, and with both changes: it cannot know which of them survived.
        using var back = await SyncClient.ConnectAsync(again, browser: browser, workspace: workspace, cursor: head, epoch: epoch);
        Assert.NotEqual(epoch, back.Welcome.GetProperty("epoch").GetGuid());
        Assert.Equal(1, back.Welcome.GetProperty("lastMutation").GetInt64());
        Assert.True((await back.NextAsync("subOk")).TryGetProperty("records", out _), "it gets a snapshot");
        Assert.Equal("duplicate", await PushAsync(back, kept));
        Assert.Equal("applied", await PushAsync(back, takenBack));
        Assert.Equal("duplicate", await PushAsync(back, takenBack));
        Assert.Equal(["kept", "taken back"], await NamesAsync(again));
    }

    [Fact]
    public async Task A_time_after_the_last_change_is_the_end_and_a_time_that_the_backup_does_not_reach_is_refused()
    {
        await using var lab = new BackupLab();
        var lost = lab.NewMachine();
        DateTimeOffset quiet;
        await using (var host = await lab.ServeAsync(lost))
        {
            var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            await lab.FirstCopyAsync();
            using var client = await SyncClient.ConnectAsync(ada);
            await client.CreateCustomerAsync("The last change");
            quiet = DateTimeOffset.Parse((await BackupLab.AskAsync(lost, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))!, CultureInfo.InvariantCulture);
            // The log goes on, but nothing is committed any more.
            await BackupLab.AskAsync(lost, "SELECT pg_switch_wal()");
            await BackupLab.AskAsync(lost, "CHECKPOINT");
            await BackupLab.ArrivedAsync(lost);
            await host.StopAsync();
        }

        var other = lab.NewMachine();
        await lab.DoAsync(other, "restore", "--at", quiet.ToString("O", CultureInfo.InvariantCulture));
        Assert.Contains("2 entries, 3 records, 0 deleted: sound", await lab.DoAsync(other, "log", "verify"), StringComparison.Ordinal);

        var third = lab.NewMachine();
        var (exit, output) = await lab.RunAsync(third, "restore", "--at", "2020-01-01T00:00:00Z");
        Assert.Equal(1, exit);
        Assert.Matches(@"The oldest backup in .* restores to [-\dT:.]+Z and later, not to 2020-01-01 00:00:00 UTC\. Name such a time by --at\.", output);
        (exit, output) = await lab.RunAsync(third, "restore", "--at", "2999-01-01T00:00:00Z");
        Assert.Equal(1, exit);
        // The time that it names is one that it takes.
        var newest = Regex.Match(output, @"The log in .* ends on .* UTC, and --at names 2999-01-01 00:00:00 UTC, which is after it\. Name a time up to (?<at>[-\dT:.]+Z), or leave --at away", RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.True(newest.Success, output);
        Assert.False(Directory.Exists(third["data/postgres"]));
        await lab.DoAsync(third, "restore", "--at", newest.Groups["at"].Value);
    }

    [Fact]
    public async Task A_trial_says_how_old_how_long_and_whether_the_log_holds()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        await using var host = await lab.ServeAsync(machine);
        await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
        await lab.FirstCopyAsync();
        await BackupLab.ArrivedAsync(machine);
        Assert.Contains("never tried", await lab.DoAsync(machine, "backup", "list"), StringComparison.Ordinal);
        var said = await lab.DoAsync(machine, "backup", "verify");
        Assert.Matches(@"^tried on .*: backup \d{8}T\d{9}Z \([\d.]+ MB\) restored in [\d.]+ s to .* UTC, \d+ seconds? old; 1 workspace with 1 entry checked in [\d.]+ s: sound\n$", said);
        Assert.Contains(said, await lab.DoAsync(machine, "backup", "list"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(machine["data/restore.trial"]));

        var pack = Path.Combine(lab.Place, (await lab.BackupsAsync())[^1].Packs[0].Name);
        var whole = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(pack, whole[..^1], TestContext.Current.CancellationToken);
        var (exit, output) = await lab.RunAsync(machine, "backup", "verify");
        Assert.Equal(1, exit);
        Assert.Contains("was altered or is cut off", output, StringComparison.Ordinal);
        Assert.Matches(@"DOES NOT RESTORE: .* was altered or is cut off", await lab.DoAsync(machine, "backup", "list"));
        await File.WriteAllBytesAsync(pack, whole, TestContext.Current.CancellationToken);

        // The log that leads from the newest copy to now has a hole.
        var wal = (await lab.BackupsAsync())[^1].Wal!;
        await BackupLab.AskAsync(machine, "SELECT pg_switch_wal()");
        await BackupLab.AskAsync(machine, "SELECT pg_logical_emit_message(false, 'test', repeat('x', 100)), pg_switch_wal()");
        await BackupLab.AskAsync(machine, "SELECT pg_logical_emit_message(false, 'test', 'behind')");
        await BackupLab.ArrivedAsync(machine);
        var middle = WalSegment.At(wal.Timeline, wal.Stop + (ulong)wal.SegmentSize, wal.SegmentSize).Name;
        var segment = Assert.Single(Directory.GetFiles(Path.Combine(lab.Place, $"streams/{wal.Stream}/wal"), $"{middle}*"));
        var held = await File.ReadAllBytesAsync(segment, Cancel);
        File.Delete(segment);
        (exit, output) = await lab.RunAsync(machine, "backup", "verify");
        Assert.Equal(1, exit);
        Assert.Contains($"then {middle} is missing", output, StringComparison.Ordinal);
        Assert.Matches($"DOES NOT RESTORE: .* then {middle} is missing", await lab.DoAsync(machine, "backup", "list"));
        await File.WriteAllBytesAsync(segment, held, Cancel);

        await BackupLab.AskAsync(machine, "UPDATE engine.log SET via = 'forged'");
        await BackupLab.ArrivedAsync(machine);
        (exit, output) = await lab.RunAsync(machine, "backup", "verify");
        Assert.Equal(1, exit);
        Assert.Contains("entry 1: its digest does not match what it holds\n", output, StringComparison.Ordinal);
        Assert.Contains("NOT SOUND, 1 finding\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_finds_a_page_that_was_spoilt_before_it_was_copied()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        string table;
        await using (var host = await HostProcess.StartReadyAsync(machine))
        {
            var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions", new { id = Guid.CreateVersion7(), schema = 1, operations = new[] { SyncClient.Create(Guid.CreateVersion7(), new { name = "Okafor" }) } })).Is(HttpStatusCode.OK);
            table = machine[$"data/postgres/data/{await BackupLab.AskAsync(machine, "SELECT pg_relation_filepath('solo.customers')")}"];
            await host.StopAsync();
        }

        await using (var page = new FileStream(table, FileMode.Open, FileAccess.ReadWrite))
        {
            page.Position = 4000;
            var was = page.ReadByte();
            page.Position = 4000;
            page.WriteByte((byte)(was ^ 0xFF));
        }

        await lab.DoAsync(machine, "backup");
        var (exit, output) = await lab.RunAsync(machine, "backup", "verify");
        Assert.Equal(1, exit);
        Assert.Contains("the check broke off: ", output, StringComparison.Ordinal);
        Assert.Contains("invalid page", output, StringComparison.Ordinal);
        Assert.Contains("NOT SOUND, 1 finding\n", await lab.DoAsync(machine, "backup", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_keeps_what_leads_to_every_moment_that_is_kept()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        await using (var host = await lab.ServeAsync(machine))
        {
            await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            await lab.FirstCopyAsync();
            for (var more = 0; more < 2; more++)
                await lab.DoAsync(machine, "backup");
            await host.StopAsync();
        }

        var archive = await lab.OpenAsync();
        var all = await lab.BackupsAsync();
        Assert.Equal(3, all.Count);
        Assert.Equal(0, await BackupRetention.PruneAsync(archive, all[0].FinishedAt, all[0].Wal!.Stream, Cancel));
        // A moment between the second and the third needs the second.
        Assert.Equal(1, await BackupRetention.PruneAsync(archive, all[2].FinishedAt - TimeSpan.FromTicks(1), all[0].Wal!.Stream, Cancel));
        Assert.Equal(all.Skip(1).Select(backup => backup.Name), (await lab.BackupsAsync()).Select(backup => backup.Name));
        var stream = new WalStream(archive, all[1].Wal!.Stream, all[1].Wal!.SegmentSize);
        Assert.Equal(all[1].Wal!.Start / (ulong)stream.SegmentSize, (await stream.ListAsync(Cancel))[0].Segment.Number);
        await lab.DoAsync(lab.NewMachine(), "restore", "--from", all[1].Name);

        // However old it is, the newest stays.
        Assert.Equal(1, await BackupRetention.PruneAsync(archive, DateTimeOffset.MaxValue, current: null, Cancel));
        await lab.DoAsync(lab.NewMachine(), "restore");
    }

    private static object Mutation(int number, string name) => new
    {
        t = "push",
        transactions = new[] { new { mutation = number, id = Guid.CreateVersion7(), schema = 1, operations = new[] { SyncClient.Create(Guid.CreateVersion7(), new { name }) } } },
    };

    private static async Task<string> PushAsync(SyncClient client, object push)
    {
        await client.SendAsync(push);
        return (await client.NextAsync("result")).GetProperty("results")[0].GetProperty("outcome").GetString()!;
    }

    private static async Task<string[]> NamesAsync(TestBrowser browser)
    {
        var page = (await browser.GetAsync($"/api/workspaces/{await browser.WorkspaceAsync()}/records/solo.customer?sort=name")).Is(HttpStatusCode.OK).Json;
        return [.. page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("values").GetProperty("name").GetString()!)];
    }
}
