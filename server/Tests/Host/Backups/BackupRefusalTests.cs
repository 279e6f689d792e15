using Holdfast.Host;
using Holdfast.Host.Backups;
using Holdfast.Host.Commands;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>What goes wrong with backups is said in clear words, and leaves nothing half-written.</summary>
public sealed class BackupRefusalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_right_key_opens_it_and_whatever_is_altered_or_missing_is_named()
    {
        await using var lab = new BackupLab();
        var lost = lab.NewMachine();
        await using (var host = await lab.ServeAsync(lost))
        {
            await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            await lab.FirstCopyAsync();
            await BackupLab.AskAsync(lost, "SELECT pg_switch_wal()");
            await lab.DoAsync(lost, "backup");
            await host.StopAsync();
        }

        await RefusedAsync(["--at", "yesterday evening"], "--at takes a time such as 2026-05-01T12:30:00Z, not 'yesterday evening'");
        await RefusedAsync(["--from", "20200101T000000000Z"], "There is no backup 20200101T000000000Z in ");
        var strange = Path.Combine(Path.GetDirectoryName(lab.Key)!, "strange.key");
        BackupKey.Create(strange);
        await RefusedAsync([], "is not the one that the backup in ", key: strange);
        await File.WriteAllTextAsync(strange, (await File.ReadAllTextAsync(lab.Key, Cancel)).Replace('a', 'b'), Cancel);
        await RefusedAsync([], "holds no key, or one with a letter wrong", key: strange);
        await RefusedAsync([], ", and it takes the one of the server that made this. 'backup key' shows it there", key: strange + ".gone");

        var newest = (await lab.BackupsAsync())[^1];
        await DamagedAsync(newest.Packs[1].Name, Alter, $"{newest.Packs[1].Name} in the backup in {lab.Place} was altered or is cut off");
        await DamagedAsync(newest.Packs[1].Name, Cut, "was altered or is cut off");
        await DamagedAsync(newest.Packs[1].Name, File.Delete, $"{newest.Packs[1].Name} is missing from the backup");
        await DamagedAsync(newest.Packs[1].Name, path => File.Copy(Path.Combine(lab.Place, newest.Packs[0].Name), path, overwrite: true), "was altered or is cut off");
        await DamagedAsync($"{newest.Folder}/manifest", Alter, "manifest in the backup in ");
        await DamagedAsync("holdfast-backup.json", path => File.WriteAllText(path, "{"), "holdfast-backup.json in ");
        await DamagedAsync("holdfast-backup.json", path => File.WriteAllText(path, $$"""{"Format":1,"Id":"0badcafe","Key":"{{BackupKey.Read(lab.Key).Id}}"}"""), "is that of another archive (0badcafe), so the rest does not open. Take it away");

        var wal = newest.Wal!;
        var segment = WalSegment.At(wal.Timeline, wal.Start, wal.SegmentSize).Name;
        var pieces = Directory.GetFiles(Path.Combine(lab.Place, $"streams/{wal.Stream}/wal"), $"{segment}*").Select(path => Path.GetRelativePath(lab.Place, path)).ToArray();
        await DamagedAsync(pieces[0], Alter, "was altered or is cut off");
        await DamagedAsync(pieces[0], File.Delete, $"Of the log that belongs to backup {newest.Name} the part at {segment} is missing");

        var whole = lab.NewMachine();
        File.Delete(Path.Combine(lab.Place, "holdfast-backup.json"));
        Assert.Contains("WARNING: holdfast-backup.json was missing from ", await lab.DoAsync(whole, "restore"), StringComparison.Ordinal);
        var (exit, output) = await lab.RunAsync(whole, "restore");
        Assert.Equal(1, exit);
        Assert.Contains("is there already, and a restore replaces nothing", output, StringComparison.Ordinal);

        async Task DamagedAsync(string name, Action<string> damage, string says)
        {
            var path = Path.Combine(lab.Place, name);
            var before = await File.ReadAllBytesAsync(path, Cancel);
            damage(path);
            await RefusedAsync([], says);
            await File.WriteAllBytesAsync(path, before, Cancel);
        }

        async Task RefusedAsync(string[] words, string says, string? key = null)
        {
            var machine = lab.NewMachine();
            var refused = await Assert.ThrowsAsync<StartException>(() => RestoreCommand.RunAsync(
                [.. words, "--data", machine["data"], "--backup", lab.Place, "--backup-key", key ?? lab.Key, "--postgres-bin", TestCluster.Programs]));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(machine["data/postgres"]) || Directory.Exists(machine["data/restore.unfinished"]), "something is left");
        }
    }

    [Fact]
    public async Task A_place_that_is_full_or_closed_is_named_and_no_half_backup_counts()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        await using var host = await HostProcess.StartReadyAsync(machine);
        await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
        foreach (var (place, says) in new[]
        {
            ("/etc/passwd", "--backup names /etc/passwd, which is a file. Name a folder"),
            ("/proc/nowhere", "The backup cannot be written to /proc/nowhere"),
            (machine["data/inside"], "lies in the data folder and would be lost with it"),
            (machine["browser"], "holds no backup, but 2 other files"),
        })
        {
            var (refused, said) = await HostCommand.RunAsync("backup", "--data", machine["data"], "--postgres-bin", TestCluster.Programs, "--backup", place, "--backup-key", lab.Key);
            Assert.NotEqual(0, refused);
            Assert.Contains(says, said, StringComparison.Ordinal);
        }

        // A file system of two megabytes, which that process alone sees; a copy takes more.
        string[] apart = Posix.IsRoot ? ["unshare", "--mount"] : ["unshare", "--user", "--map-root-user", "--mount"];
        Directory.CreateDirectory(lab.Place);
        using var full = HostCommand.StartWords([
            .. apart, "sh", "-c", "mount -t tmpfs -o size=2m none \"$1\" && shift && \"$@\"; code=$?; find \"$0\" -name manifest -o -name '*.unfinished' | sed 's/^/left: /'; exit $code",
            lab.Place, lab.Place, .. HostCommand.Program, "backup", .. lab.Settings(machine)
        ]);
        var (exit, output) = await full.EndAsync();
        Assert.Equal(1, exit);
        Assert.Contains($"The backup cannot be written to {lab.Place}: No space left on device", output, StringComparison.Ordinal);
        Assert.DoesNotContain("left: ", output, StringComparison.Ordinal);

        // It left no slot that would hold back PostgreSQL's log, and the server works.
        Assert.Equal("0", await BackupLab.AskAsync(machine, "SELECT count(*) FROM pg_replication_slots"));
        await lab.DoAsync(machine, "backup");
        await lab.DoAsync(lab.NewMachine(), "restore");
    }

    [Fact]
    public async Task A_disk_too_small_to_restore_to_is_named_and_left_empty()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        await using (var host = await lab.ServeAsync(machine))
        {
            await lab.FirstCopyAsync();
            await host.StopAsync();
        }

        var small = lab.NewMachine();
        Directory.CreateDirectory(small["data"]);
        string[] apart = Posix.IsRoot ? ["unshare", "--mount"] : ["unshare", "--user", "--map-root-user", "--mount"];
        using var restore = HostCommand.StartWords([
            .. apart, "sh", "-c", "mount -t tmpfs -o size=8m,mode=711 none \"$0\" && \"$@\"; code=$?; ls \"$0\" | sed 's/^/left: /'; exit $code",
            small["data"], .. HostCommand.Program, "restore", .. lab.Settings(small)
        ]);
        var (exit, output) = await restore.EndAsync();
        Assert.Equal(1, exit);
        Assert.Contains($"The backup cannot be restored into {small["data"]}: No space left on device", output, StringComparison.Ordinal);
        Assert.DoesNotContain("left: postgres", output, StringComparison.Ordinal);
        Assert.DoesNotContain("left: restore.unfinished", output, StringComparison.Ordinal);
    }

    private static void Alter(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static void Cut(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(file.Length / 2);
    }
}
