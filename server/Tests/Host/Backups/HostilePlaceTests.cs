using System.Buffers.Binary;
using System.Text;
using Holdfast.Host;
using Holdfast.Host.Backups;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>Whoever can write to the place of the backups and has no key gets nothing by it on the machine that makes them.</summary>
public sealed class HostilePlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostilePlaceTests() => BackupKey.Create(_folder["key"]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Place => _folder["place"];

    private string Victim => _folder["outside/old"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x', true); COPY (SELECT 1) TO PROGRAM 'touch /tmp/taken'; --")]
    [InlineData("ABCDEF01")]
    [InlineData("../../..")]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_archive_s_id_is_eight_digits_and_nothing_that_PostgreSQL_would_run(string? id)
    {
        await OpenAsync();
        var marker = Path.Combine(Place, "holdfast-backup.json");
        var key = BackupKey.Read(_folder["key"]).Id;
        await File.WriteAllTextAsync(marker, System.Text.Json.JsonSerializer.Serialize(new { Format = 1, Id = id, Key = key }), Cancel);
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<StartException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_link_leads_to_is_no_backup_and_is_not_taken_away_as_an_old_one()
    {
        var archive = await OpenAsync();
        Lay("streams/deadbeef", isFolder: true);
        Assert.Empty(await archive.ListAsync("streams", Cancel));
        await BackupRetention.PruneAsync(archive, TimeProvider.System.GetUtcNow(), current: null, Cancel);
        Assert.Equal("mine", await File.ReadAllTextAsync(Victim, Cancel));

        Lay("dumps", isFolder: true);
        Assert.Contains("is a link", (await Assert.ThrowsAsync<StartException>(() => archive.ListAsync("dumps", Cancel))).Message, StringComparison.Ordinal);
        Assert.Contains("is a link", (await Assert.ThrowsAsync<StartException>(() => archive.DeleteAsync("dumps/old", Cancel))).Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Victim, Cancel));
    }

    [Fact]
    public async Task What_is_written_does_not_go_through_a_link()
    {
        var archive = await OpenAsync();
        Lay("trials/newest.unfinished", isFolder: false);
        await archive.PutAsync("trials/newest", "all is well"u8, Cancel);
        Assert.Equal("mine", await File.ReadAllTextAsync(Victim, Cancel));
        Assert.Equal("all is well"u8.ToArray(), await archive.GetAsync("trials/newest", Cancel));
    }

    [Fact]
    public async Task What_is_larger_than_any_part_of_a_backup_is_not_read()
    {
        var archive = await OpenAsync();
        await archive.PutAsync("trials/newest", "all is well"u8, Cancel);
        await using (var file = File.OpenWrite(Path.Combine(Place, "trials/newest")))
            file.SetLength(1L << 40);
        Assert.Contains("is larger than anything", (await Assert.ThrowsAsync<StartException>(() => archive.GetAsync("trials/newest", Cancel))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside/old")]
    [InlineData("postgres/../../outside/old")]
    [InlineData("/outside/old")]
    public async Task A_path_in_a_backup_does_not_lead_out_of_where_it_is_restored_to(string path)
    {
        Lay("link", isFolder: false);
        var name = Encoding.UTF8.GetBytes(path.StartsWith('/') ? _folder["outside/old"] : path);
        var pack = new byte[2 + name.Length + 12 + 5];
        BinaryPrimitives.WriteUInt16LittleEndian(pack, (ushort)name.Length);
        name.CopyTo(pack, 2);
        BinaryPrimitives.WriteInt32LittleEndian(pack.AsSpan(2 + name.Length + 8), 5);
        Directory.CreateDirectory(_folder["restored"]);
        Assert.Throws<IOException>(() => FilePacks.Unpack(pack, _folder["restored"], _ => { }));
        Assert.Equal("mine", await File.ReadAllTextAsync(Victim, Cancel));
    }

    [Fact]
    public async Task What_was_no_link_when_it_was_looked_at_leads_nowhere_when_it_is_one_as_it_is_opened()
    {
        Directory.CreateDirectory(_folder["data/base"]);
        await File.WriteAllTextAsync(_folder["data/base/1"], "ours", Cancel);
        await File.WriteAllTextAsync(_folder["data/2"], "ours", Cancel);
        using var root = Posix.OpenFolder(_folder["data"])!;
        using (var file = Posix.OpenFile(root, "base/1"))
            Assert.Equal(4, RandomAccess.GetLength(file!));
        Assert.Null(Posix.OpenFile(root, "base/none"));
        Assert.Null(Posix.OpenFile(root, "none/1"));

        Lay("unused", isFolder: false);
        File.Delete(_folder["data/2"]);
        File.CreateSymbolicLink(_folder["data/2"], Victim);
        Directory.Delete(_folder["data/base"], recursive: true);
        Directory.CreateSymbolicLink(_folder["data/base"], _folder["outside"]);
        foreach (var path in new[] { "2", "base/old" })
        {
            Assert.Contains("is a link", Assert.Throws<IOException>(() => Posix.OpenFile(root, path)).Message, StringComparison.Ordinal);
            Assert.Contains($"{path} is not to be copied", Assert.Throws<StartException>(() => FilePacks.Pack([new PackedFile(path, () => Posix.OpenFile(root, path))]).Count()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_hard_link_to_a_file_of_somebody_else_is_not_read_and_a_pipe_is_not_waited_for()
    {
        Assert.SkipUnless(Posix.IsRoot, "Only root makes files of others.");
        var archive = await OpenAsync();
        Lay("unused", isFolder: false);
        await RunAsync("chown", "12345", Victim);
        await RunAsync("ln", Victim, Path.Combine(Place, "hard"));
        await RunAsync("mkfifo", Path.Combine(Place, "pipe"));
        Assert.Contains("a file of another user", (await Assert.ThrowsAsync<StartException>(() => archive.GetAsync("hard", Cancel))).Message, StringComparison.Ordinal);
        Assert.Contains("is no file", (await Assert.ThrowsAsync<StartException>(() => archive.GetAsync("pipe", Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_backup_is_written_out_nobody_else_gets_into_the_folder_and_what_was_laid_there_before_is_gone()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        const UnixFileMode Through = Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var (folder, inner) = (_folder["unfinished"], _folder["unfinished/postgres"]);
        Lay("unused", isFolder: false);
        Directory.CreateDirectory(folder, Through);
        Directory.CreateDirectory(inner, Owner | UnixFileMode.OtherWrite);
        Directory.CreateSymbolicLink(Path.Combine(inner, "data"), _folder["outside"]);
        var seen = new List<UnixFileMode>();
        await ClusterRestore.ClosedAsync(folder, inner, async () =>
        {
            seen.AddRange([File.GetUnixFileMode(folder), File.GetUnixFileMode(inner)]);
            Assert.Empty(Directory.EnumerateFileSystemEntries(inner));
            await Task.Yield();
        });
        Assert.Equal([Owner, Owner], seen);
        Assert.Equal(Through, File.GetUnixFileMode(folder));
        Assert.Equal("mine", await File.ReadAllTextAsync(Victim, Cancel));
    }

    private static async Task RunAsync(params string[] words)
    {
        using var process = System.Diagnostics.Process.Start(words[0], words[1..]);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
    }

    private Task<BackupArchive> OpenAsync() => BackupArchive.OpenAsync(
        Settings.Read(["--backup", Place, "--backup-key", _folder["key"]], new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root), create: true, Cancel);

    /// <summary>Lays a link from the place to a file outside, or to its folder, that has been there for long.</summary>
    private void Lay(string name, bool isFolder)
    {
        Directory.CreateDirectory(_folder["outside"]);
        File.WriteAllText(Victim, "mine");
        File.SetLastWriteTimeUtc(Victim, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var path = Path.Combine(Place, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (isFolder)
            Directory.CreateSymbolicLink(path, _folder["outside"]);
        else
            File.CreateSymbolicLink(path, Victim);
    }
}
