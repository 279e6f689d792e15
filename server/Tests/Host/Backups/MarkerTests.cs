using Holdfast.Host;
using Holdfast.Host.Backups;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>A place that has lost its marker gets it back where something proves it, and nothing is believed that does not.</summary>
public sealed class MarkerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MarkerTests() => BackupKey.Create(_folder["key"]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Marker => _folder["place/holdfast-backup.json"];

    private string Copy => _folder["place/dumps/1/holdfast-backup.json"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_put_back_from_the_copy_that_lies_with_each_backup(bool create)
    {
        var archive = await MakeAsync();
        var before = await File.ReadAllTextAsync(Marker, Cancel);
        File.Delete(Marker);
        var again = await OpenAsync(create);
        Assert.Equal(archive.Id, again.Id);
        Assert.Contains("was missing from", again.Mended, StringComparison.Ordinal);
        Assert.Contains(again.Mended!, await new BackupMemory(SettingsOf(), TimeProvider.System).CheckAsync(again, Cancel));
        Assert.Equal(before, await File.ReadAllTextAsync(Marker, Cancel));
        Assert.Null((await OpenAsync(create)).Mended);
        Assert.Equal("1", Assert.Single(await BackupManifest.ListAsync(again, Cancel)).Name);
    }

    [Fact]
    public async Task The_machine_that_made_the_backups_knows_it_as_well()
    {
        var archive = await MakeAsync();
        new BackupMemory(SettingsOf(), TimeProvider.System).Note(archive, Assert.Single(await BackupManifest.ListAsync(archive, Cancel)));
        File.Delete(Marker);
        File.Delete(Copy);
        Assert.Equal(archive.Id, (await OpenAsync(create: true)).Id);
        File.Delete(Marker);
        File.Delete(_folder["data/backup.known.json"]);
        await RefusedAsync("holdfast-backup.json is missing from ");
    }

    [Fact]
    public async Task One_that_nothing_proves_is_not_taken()
    {
        var archive = await MakeAsync();
        File.Delete(Marker);
        await File.WriteAllTextAsync(Copy, (await File.ReadAllTextAsync(Copy, Cancel)).Replace(archive.Id, "0badcafe", StringComparison.Ordinal), Cancel);
        await RefusedAsync("holdfast-backup.json is missing from ");
        await File.WriteAllTextAsync(Copy, "{", Cancel);
        await RefusedAsync("holdfast-backup.json is missing from ");
        Assert.False(File.Exists(Marker));
    }

    [Fact]
    public async Task Whoever_has_another_key_is_told_which_it_takes()
    {
        await MakeAsync();
        File.Delete(Marker);
        BackupKey.Create(_folder["other"]);
        await RefusedAsync($"was written with ({BackupKey.Read(_folder["key"]).Id})", key: "other");
        Assert.False(File.Exists(Marker));
    }

    [Fact]
    public async Task One_of_another_archive_is_named_and_not_what_does_not_open_by_it()
    {
        await MakeAsync();
        var right = await File.ReadAllTextAsync(Marker, Cancel);
        File.Delete(Marker);
        await File.WriteAllTextAsync(Marker, $$"""{"Format":1,"Id":"0badcafe","Key":"{{BackupKey.Read(_folder["key"]).Id}}"}""", Cancel);
        var refused = await Assert.ThrowsAsync<StartException>(async () => await BackupManifest.ListAsync(await OpenAsync(create: false), Cancel));
        Assert.Contains("holdfast-backup.json in ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is that of another archive (0badcafe), so the rest does not open. Take it away", refused.Message, StringComparison.Ordinal);
        // The way out that it names is one.
        File.Delete(Marker);
        Assert.Single(await BackupManifest.ListAsync(await OpenAsync(create: false), Cancel));
        Assert.Equal(right, await File.ReadAllTextAsync(Marker, Cancel));
    }

    [Fact]
    public async Task Where_another_archive_was_laid_beside_it_that_one_is_not_taken_for_it()
    {
        var ours = await MakeAsync();
        new BackupMemory(SettingsOf(), TimeProvider.System).Note(ours, Assert.Single(await BackupManifest.ListAsync(ours, Cancel)));
        Directory.Move(_folder["place"], _folder["ours"]);
        var other = await MakeAsync("2");
        Directory.Move(_folder["place/dumps/2"], _folder["ours/dumps/2"]);
        Directory.Delete(_folder["place"], recursive: true);
        Directory.Move(_folder["ours"], _folder["place"]);
        File.Delete(Marker);

        File.Move(_folder["data/backup.known.json"], _folder["known"]);
        await RefusedAsync($"backups of several archives lie there: {string.Join(", ", new[] { ours.Id, other.Id }.Order(StringComparer.Ordinal))}. ");
        Assert.False(File.Exists(Marker));
        // The machine that made the backups knows whose place it is.
        File.Move(_folder["known"], _folder["data/backup.known.json"]);
        Assert.Equal(ours.Id, (await OpenAsync(create: true)).Id);
    }

    /// <summary>An archive with one finished backup, of nothing.</summary>
    private async Task<BackupArchive> MakeAsync(string name = "1")
    {
        var archive = await OpenAsync(create: true);
        var now = TimeProvider.System.GetUtcNow();
        await new BackupManifest { Name = name, Kind = "dump", Folder = $"dumps/{name}", StartedAt = now, FinishedAt = now, Product = "1", Postgres = 18, Packs = [] }.WriteAsync(archive, Cancel);
        return archive;
    }

    private async Task RefusedAsync(string says, string key = "key")
    {
        foreach (var create in new[] { true, false })
            Assert.Contains(says, (await Assert.ThrowsAsync<StartException>(() => OpenAsync(create, key))).Message, StringComparison.Ordinal);
    }

    private Task<BackupArchive> OpenAsync(bool create, string key = "key") => BackupArchive.OpenAsync(SettingsOf(key), create, Cancel);

    private Settings SettingsOf(string key = "key") => Settings.Read(
        ["--backup", _folder["place"], "--backup-key", _folder[key], "--data", _folder["data"]], new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root);
}
