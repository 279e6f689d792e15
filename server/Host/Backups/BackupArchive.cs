using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Holdfast.Host.Backups;

/// <summary>
/// Backups in a store: compressed and encrypted objects below a marker that says which key they need. An object's name is part
/// of what proves it.
/// </summary>
internal sealed class BackupArchive
{
    // Faster than any disk it is likely to meet, and three to four times smaller.
    private const int Quality = 0;
    private const int Window = 20;

    private readonly BackupStore _store;
    private readonly BackupKey _key;
    private readonly BackupMarker _marker;

    private BackupArchive(BackupStore store, BackupKey key, BackupMarker marker) => (_store, _key, _marker) = (store, key, marker);

    /// <summary>Eight hexadecimal digits that tell archives apart.</summary>
    public string Id => _marker.Id;

    /// <summary>Where it is, in the operator's words.</summary>
    public string Where => _store.Where;

    /// <summary>What was wrong with the place and was mended as it was opened; null where nothing was.</summary>
    public string? Mended { get; private init; }

    /// <summary>Opens what the settings name.</summary>
    /// <param name="settings">Place and key.</param>
    /// <param name="create">Whether to begin an archive where there is none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StartException">There is none, it cannot be reached, or the key is another.</exception>
    public static async Task<BackupArchive> OpenAsync(Settings settings, bool create, CancellationToken cancel)
    {
        var store = BackupStore.Open(settings);
        var key = BackupKey.Read(settings.BackupKey, isTheirs: !create);
        var bytes = await store.GetAsync(BackupMarker.FileName, cancel);
        var (marker, mended) = bytes is null ? await MarkAsync(settings, store, key, create, cancel) : (BackupMarker.Read(bytes), null);
        if (marker is null)
            throw new StartException($"{BackupMarker.FileName} in {store.Where} cannot be read. Take it away: the next command puts it back from the copy that lies with each backup.");
        if (marker.Format != BackupMarker.Known)
            throw new StartException($"The backup in {store.Where} has format {marker.Format}, and this program knows {BackupMarker.Known}. Use the version of Holdfast that wrote it.");
        if (marker.Key != key.Id)
            throw new StartException($"The key in {settings.BackupKey} ({key.Id}) is not the one that the backup in {store.Where} was written with ({marker.Key}). Name the file of that one by --backup-key.");
        return new BackupArchive(store, key, marker) { Mended = mended };
    }

    /// <summary>Begins an archive where there is none, and puts back the marker of one that has lost it.</summary>
    private static async Task<(BackupMarker? Marker, string? Mended)> MarkAsync(Settings settings, BackupStore store, BackupKey key, bool create, CancellationToken cancel)
    {
        var there = await store.ListAsync("", cancel);
        var parts = there.Count(BackupMarker.IsPart);
        if (parts == 0 && there.Count > 0)
            throw new StartException($"{store.Where} holds no backup, but {Wording.Count(there.Count, "other file", "other files")}. Name a place of its own by --backup.");
        if (parts == 0 && !create)
            throw new StartException($"There is no backup in {store.Where}. Name the place by --backup, or make a backup by 'backup'.");
        if (parts == 0)
        {
            var begun = BackupMarker.New(key);
            await begun.WriteAsync(store, "", cancel);
            return (begun, null);
        }

        var (marker, isProven) = await BackupMarker.FindAsync(settings, store, key, there, cancel);
        if (marker is null)
        {
            throw new StartException(
                $"{BackupMarker.FileName} is missing from {store.Where}, and with it the id without which none of the {parts} files of the backup opens. "
                + $"Put it back from a copy; or {BackupMarker.Anew(key)}");
        }

        if (!isProven)
            return (marker, null);
        var mended = "was put back.";
        try
        {
            await marker.WriteAsync(store, "", cancel);
        }
        catch (StartException e) when (!create)
        {
            // Whoever may only read there reads all the same.
            mended = $"could not be put back: {e.Message}";
        }

        return (marker, $"{BackupMarker.FileName} was missing from {store.Where}: somebody has taken it away. What else lies there proves which it was, and it {mended}");
    }

    /// <summary>Lays the marker beside a backup.</summary>
    public Task MarkAsync(string folder, CancellationToken cancel) => _marker.WriteAsync(_store, folder + "/", cancel);

    /// <summary>Keeps an object, durably when it returns.</summary>
    public Task PutAsync(string name, ReadOnlySpan<byte> bytes, CancellationToken cancel)
    {
        var packed = ArrayPool<byte>.Shared.Rent(4 + BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        BinaryPrimitives.WriteInt32LittleEndian(packed, bytes.Length);
        if (!BrotliEncoder.TryCompress(bytes, packed.AsSpan(4), out var written, Quality, Window))
            throw new InvalidOperationException("There was not enough room to compress into.");
        var put = _store.PutAsync(name, _key.Seal(_marker.Bound(name), packed.AsSpan(0, 4 + written)), cancel);
        ArrayPool<byte>.Shared.Return(packed);
        return put;
    }

    /// <summary>Gives an object back.</summary>
    /// <exception cref="StartException">It is missing or altered.</exception>
    public async Task<byte[]> GetAsync(string name, CancellationToken cancel)
    {
        var bytes = await _store.GetAsync(name, cancel) ?? throw new StartException(
            $"{name} is missing from the backup in {Where}. Put it back, or restore another backup by --from; 'backup list' names them.");
        return Open(name, bytes) ?? throw new StartException(await IsOfAnotherAsync(name, bytes, cancel)
            ? $"{BackupMarker.FileName} in {Where} is that of another archive ({Id}), so the rest does not open. Take it away: the next command puts the right one back from the copy that lies with each backup."
            : $"{name} in the backup in {Where} was altered or is cut off. Put it back from a copy, or restore another backup by --from; 'backup list' names them.");
    }

    /// <summary>The same of an object that nothing depends on; null where it is missing or altered.</summary>
    public async Task<byte[]?> FindAsync(string name, CancellationToken cancel) =>
        await _store.GetAsync(name, cancel) is { } bytes ? Open(name, bytes) : null;

    private byte[]? Open(string name, byte[] bytes)
    {
        if (_key.Open(_marker.Bound(name), bytes) is not { } packed)
            return null;
        var plain = new byte[BinaryPrimitives.ReadInt32LittleEndian(packed)];
        if (!BrotliDecoder.TryDecompress(packed.AsSpan(4), plain, out var written) || written != plain.Length)
            throw new InvalidOperationException($"{name} proves to be whole and does not decompress.");
        return plain;
    }

    /// <summary>The objects in a folder of the archive.</summary>
    public async Task<IReadOnlyList<StoredObject>> ListAsync(string folder, CancellationToken cancel) => await _store.ListAsync(folder + "/", cancel);

    public Task DeleteAsync(string name, CancellationToken cancel) => _store.DeleteAsync(name, cancel);

    /// <summary>Whether an object that does not open is sound but of an archive whose marker lies in the place.</summary>
    private async Task<bool> IsOfAnotherAsync(string name, byte[] bytes, CancellationToken cancel)
    {
        foreach (var other in await BackupMarker.CopiesAsync(_store, await _store.ListAsync("", cancel), cancel))
        {
            if (other.Marker.Id != Id && other.Marker.Opens(_key, name, bytes))
                return true;
        }

        return false;
    }
}
