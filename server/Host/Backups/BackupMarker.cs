using System.Security.Cryptography;
using System.Text.Json;

namespace Holdfast.Host.Backups;

/// <summary>
/// Says which archive a place holds, and which key it needs: a line of JSON that lies open. The same lies with every backup, where the
/// manifest beside it proves it, so that a place that has lost its own gets it back.
/// </summary>
/// <param name="Format">Of all objects of the archive.</param>
/// <param name="Id">Eight hexadecimal digits that tell archives apart.</param>
/// <param name="Key">Which key, by its id.</param>
internal sealed record BackupMarker(int Format, string Id, string Key)
{
    public const string FileName = "holdfast-backup.json";
    public const int Known = 1;
    private const int IdDigits = 8;
    private static readonly string[] Folders = ["streams/", "dumps/", "trials/"];

    /// <summary>That of an archive that begins.</summary>
    public static BackupMarker New(BackupKey key) => new(Known, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdDigits / 2)), key.Id);

    /// <summary>Whoever can write to the place may have written it: an id is nothing but its digits.</summary>
    /// <returns>Null where it is none.</returns>
    public static BackupMarker? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupMarker>(bytes) is { } marker && IsId(marker.Id) && IsId(marker.Key) ? marker : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public Task WriteAsync(BackupStore store, string folder, CancellationToken cancel) =>
        store.PutAsync(folder + FileName, JsonSerializer.SerializeToUtf8Bytes(this), cancel);

    /// <summary>Whether an object is a part of some archive, and not a stranger's.</summary>
    public static bool IsPart(StoredObject item) => Folders.Any(folder => item.Name.StartsWith(folder, StringComparison.Ordinal)) && !IsCopy(item);

    /// <summary>The markers that lie with the backups, newest first, each with its folder.</summary>
    public static async Task<IReadOnlyList<(BackupMarker Marker, string Folder)>> CopiesAsync(BackupStore store, IReadOnlyList<StoredObject> there, CancellationToken cancel)
    {
        var copies = new List<(BackupMarker, string)>();
        foreach (var copy in there.Where(IsCopy).Reverse())
        {
            if (await store.GetAsync(copy.Name, cancel) is { } bytes && Read(bytes) is { } marker)
                copies.Add((marker, copy.Name[..^FileName.Length]));
        }

        return copies;
    }

    /// <summary>Looks for the marker of an archive that has lost its own: with the backups, and in what this machine knows.</summary>
    /// <param name="settings">Say what this machine knows of the place.</param>
    /// <param name="store">The place.</param>
    /// <param name="key">The operator's.</param>
    /// <param name="there">All that lies in the place.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>
    /// That which this machine knows, where something there proves it; else the one that a copy proves; else one that names another key,
    /// unproven; else null.
    /// </returns>
    /// <exception cref="StartException">Several prove themselves, and nobody knows which one it was.</exception>
    public static async Task<(BackupMarker? Marker, bool IsProven)> FindAsync(
        Settings settings, BackupStore store, BackupKey key, IReadOnlyList<StoredObject> there, CancellationToken cancel)
    {
        if (BackupMemory.ArchiveIn(settings, store.Where) is { } known && new BackupMarker(Known, known, key.Id) is var own)
        {
            // Whoever can write to the place may have laid something of another archive there: one of its backups proves nothing about ours.
            foreach (var name in there.Where(IsManifest).Reverse().Select(item => item.Name).Concat(there.Where(IsPart).TakeLast(1).Select(item => item.Name)))
            {
                if (await ProvesAsync(own, name))
                    return (own, true);
            }
        }

        var copies = await CopiesAsync(store, there, cancel);
        var proven = new Dictionary<string, BackupMarker>(StringComparer.Ordinal);
        foreach (var (marker, folder) in copies.Where(copy => !proven.ContainsKey(copy.Marker.Id)))
        {
            if (await ProvesAsync(marker, folder + BackupManifest.FileName))
                proven.Add(marker.Id, marker);
        }

        if (proven.Count > 1)
        {
            throw new StartException(
                $"{FileName} is missing from {store.Where}, and backups of several archives lie there: {string.Join(", ", proven.Keys.Order(StringComparer.Ordinal))}. "
                + $"Take those away that do not belong there; or {Anew(key)}");
        }

        if (proven.Values.SingleOrDefault() is { } only)
            return (only, true);
        return (copies.Select(copy => copy.Marker).FirstOrDefault(marker => marker.Key != key.Id), false);

        async Task<bool> ProvesAsync(BackupMarker marker, string name) => await store.GetAsync(name, cancel) is { } bytes && marker.Opens(key, name, bytes);
    }

    /// <summary>How a person writes one that nothing proves, as the end of a sentence.</summary>
    public static string Anew(BackupKey key) =>
        $"write it anew as {{\"Format\":{Known},\"Id\":\"ID\",\"Key\":\"{key.Id}\"}} with the ID that backup.known.json names in the data folder of the server that made the backup.";

    /// <summary>Whether an object of the place is one of this archive.</summary>
    public bool Opens(BackupKey key, string name, byte[] bytes) => key.Open(Bound(name), bytes) is not null;

    /// <summary>The name by which an object is sealed: nothing can be moved here from another archive with the same key.</summary>
    public string Bound(string name) => $"{Id}/{name}";

    private static bool IsCopy(StoredObject item) => item.Name.EndsWith($"/{FileName}", StringComparison.Ordinal);

    private static bool IsManifest(StoredObject item) => item.Name.EndsWith($"/{BackupManifest.FileName}", StringComparison.Ordinal);

    private static bool IsId(string? text) => text?.Length == IdDigits && text.All(char.IsAsciiHexDigitLower);
}
