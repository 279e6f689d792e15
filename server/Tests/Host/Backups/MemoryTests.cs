using System.Net;
using Holdfast.Host;
using Holdfast.Host.Backups;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>Whoever owns the place of the backups can take the newest away, or put an older state back; but not unnoticed.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int SegmentSize = 16 << 20;
    private readonly TemporaryFolder _folder = new();
    private readonly HandClock _clock = new();

    public MemoryTests() => BackupKey.Create(_folder["key"]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_there_and_is_not_any_more_is_told_for_as_long_as_backups_are_kept()
    {
        var (archive, memory) = (await OpenAsync(), Memory());
        Assert.Empty(await memory.CheckAsync(archive, Cancel));
        var older = await MakeAsync(archive, memory, "1");
        var newer = await MakeAsync(archive, memory, "2");
        await archive.DeleteAsync($"{older.Folder}/manifest", Cancel);
        Assert.Empty(await Memory().CheckAsync(archive, Cancel));

        await archive.DeleteAsync($"{newer.Folder}/manifest", Cancel);
        await older.WriteAsync(archive, Cancel);
        Assert.Contains("Backup 2, which was finished on ", Assert.Single(await Memory().CheckAsync(archive, Cancel)), StringComparison.Ordinal);
        // Nor does it help to put it back, or that newer ones follow.
        await newer.WriteAsync(archive, Cancel);
        await MakeAsync(archive, memory, "3");
        Assert.Single(await Memory().CheckAsync(archive, Cancel));
        _clock.Forward(TimeSpan.FromDays(31));
        Assert.Empty(await Memory().CheckAsync(archive, Cancel));
    }

    [Fact]
    public async Task The_end_of_the_log_is_missed_unless_a_newer_backup_makes_it_needless()
    {
        var (archive, memory) = (await OpenAsync(), Memory());
        var stream = new WalStream(archive, "deadbeef", SegmentSize);
        var segment = new WalSegment(1, 5, SegmentSize);
        foreach (var to in new[] { 10, 20 })
        {
            await stream.PutAsync(segment, 0, new byte[to], _clock.GetUtcNow(), [], Cancel);
            memory.Note(archive, stream, segment.Start + (ulong)to, _clock.GetUtcNow());
        }

        await archive.DeleteAsync(stream.Name(segment, 0, 10), Cancel);
        Assert.Empty(await Memory().CheckAsync(archive, Cancel));
        await stream.PutAsync(segment, 0, new byte[10], _clock.GetUtcNow(), [stream.Name(segment, 0, 20)], Cancel);
        Assert.Contains("The log of the database was in", Assert.Single(await Memory().CheckAsync(archive, Cancel)), StringComparison.Ordinal);

        File.Delete(_folder["data/backup.known.json"]);
        memory.Note(archive, stream, segment.Start + 20, _clock.GetUtcNow());
        _clock.Forward(TimeSpan.FromHours(1));
        await MakeAsync(archive, memory, "newer");
        Assert.Empty(await Memory().CheckAsync(archive, Cancel));
    }

    [Fact]
    public async Task Another_archive_in_the_same_place_is_told_and_another_place_is_the_operators_choice()
    {
        await MakeAsync(await OpenAsync(), Memory(), "1");
        Assert.Empty(await Memory("elsewhere").CheckAsync(await OpenAsync("elsewhere"), Cancel));
        Directory.Delete(_folder["place"], recursive: true);
        var other = await OpenAsync();
        Assert.Contains("holds another archive", Assert.Single(await Memory().CheckAsync(other, Cancel)), StringComparison.Ordinal);
        await MakeAsync(other, Memory(), "2");
        Assert.Contains("holds another archive", Assert.Single(await Memory().CheckAsync(other, Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operators_page_reads_the_place_once_a_minute_or_when_something_has_ended_here()
    {
        var archive = await OpenAsync();
        var backups = new BackupService(SettingsOf("place"), NullLoggerFactory.Instance, _clock);
        async Task<int> CountAsync() => (await backups.ListRecentAsync(Cancel)).Backups.Count;
        await MakeAsync(archive, Memory(), "1");
        Assert.Equal(1, await CountAsync());
        await MakeAsync(archive, Memory(), "2");
        Assert.Equal(1, await CountAsync());
        _clock.Forward(TimeSpan.FromSeconds(61));
        Assert.Equal(2, await CountAsync());

        await MakeAsync(archive, Memory(), "3");
        _clock.Forward(TimeSpan.FromSeconds(61));
        Assert.Equal(3, await CountAsync());
        await archive.DeleteAsync("dumps/3/manifest", Cancel);
        Assert.Equal(3, await CountAsync());
        // What ends here is not waited for.
        backups.Ended(archive, (await BackupManifest.ListAsync(archive, Cancel))[^1]);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task The_commands_the_server_and_the_operators_page_say_it()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        string email;
        await using (var host = await lab.ServeAsync(machine))
        {
            using var ada = await host.NewOperatorAsync();
            email = ada.Email;
            await lab.FirstCopyAsync();
            await BackupLab.ArrivedAsync(machine);
            await CopyAsync(lab.Place, machine["older"]);
            await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            await BackupLab.ArrivedAsync(machine);
            Assert.DoesNotContain("WARNING", await lab.DoAsync(machine, "backup", "list"), StringComparison.Ordinal);
        }

        Directory.Delete(lab.Place, recursive: true);
        await CopyAsync(machine["older"], lab.Place);
        const string Told = "WARNING: The log of the database was in ";
        Assert.Contains(Told, await lab.DoAsync(machine, "backup", "list"), StringComparison.Ordinal);
        Assert.Contains(Told, (await lab.RunAsync(machine, "restore")).Output, StringComparison.Ordinal);
        await using var again = await lab.ServeAsync(machine);
        await Eventually.HoldsAsync("the server says it", () => again.Output.Contains("The log of the database was in ", StringComparison.Ordinal));
        using var browser = await BackupLab.SignInAsync(again, email);
        Assert.Contains("The log of the database was in ", (await browser.GetAsync("/api/operator/backups")).Is(HttpStatusCode.OK).Json.GetProperty("trouble").GetString(), StringComparison.Ordinal);
        var (exit, output) = await lab.RunAsync(machine, "backup", "verify");
        Assert.Contains(Told, output, StringComparison.Ordinal);
        Assert.Equal(1, exit);
    }

    [Fact]
    public async Task Whatever_is_wrong_with_the_place_is_said_and_tried_again_while_the_server_serves()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        Directory.CreateDirectory(lab.Place);
        await File.WriteAllTextAsync(Path.Combine(lab.Place, "stranger"), "", Cancel);
        await using var host = await lab.ServeAsync(machine);
        await Eventually.HoldsAsync("it is said", () => host.Output.Contains($"No backup is kept at the moment: {lab.Place} holds no backup, but 1 other file.", StringComparison.Ordinal));
        using var ada = await host.NewOperatorAsync();
        Assert.Contains("holds no backup", (await ada.GetAsync("/api/operator/backups")).Is(HttpStatusCode.OK).Json.GetProperty("trouble").GetString(), StringComparison.Ordinal);
        File.Delete(Path.Combine(lab.Place, "stranger"));
        await lab.FirstCopyAsync();
    }

    private sealed class HandClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.Ticks;

        public void Forward(TimeSpan by) => _now += by;
    }

    private BackupMemory Memory(string place = "place") => new(SettingsOf(place), _clock);

    private Task<BackupArchive> OpenAsync(string place = "place") => BackupArchive.OpenAsync(SettingsOf(place), create: true, Cancel);

    private Settings SettingsOf(string place) => Settings.Read(
        ["--backup", _folder[place], "--backup-key", _folder["key"], "--data", _folder["data"]], new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root);

    private async Task<BackupManifest> MakeAsync(BackupArchive archive, BackupMemory memory, string name)
    {
        _clock.Forward(TimeSpan.FromSeconds(1));
        var now = _clock.GetUtcNow();
        var made = new BackupManifest { Name = name, Kind = "dump", Folder = $"dumps/{name}", StartedAt = now, FinishedAt = now, Product = "1", Postgres = 17, Packs = [] };
        await made.WriteAsync(archive, Cancel);
        memory.Note(archive, made);
        return made;
    }

    private static async Task CopyAsync(string from, string to)
    {
        using var process = System.Diagnostics.Process.Start("cp", ["-a", from, to]);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
    }
}
