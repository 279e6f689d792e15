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
