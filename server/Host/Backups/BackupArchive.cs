using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Holdfast.Host.Backups;

/// <summary>
/// Backups in a store: compressed and encrypted objects below a marker that says which key they need. An object's name is part
/// of what proves it.
/// </summary>
internal sealed class BackupArchive
{
    private const string MarkerName = "holdfast-backup.json";
    private const int Format = 1;
    private const int IdDigits = 8;

    // Faster than any disk it is likely to meet, and three to four times smaller.
    private const int Quality = 0;
    private const int Window = 20;

    private readonly BackupStore _store;
    private readonly BackupKey _key;

    private BackupArchive(BackupStore store, BackupKey key, string id) => (_store, _key, Id) = (store, key, id);

    /// <summary>Eight hexadecimal digits that tell archives apart.</summary>
    public string Id { get; }

    /// <summary>Where it is, in the operator's words.</summary>
    public string Where => _store.Where;

    private sealed record Marker(int Format, string Id, string Key);

    /// <summary>Opens what the settings name.</summary>
    /// <param name="settings">Place and key.</param>
    /// <param name="create">Whether to begin an archive where there is none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StartException">There is none, it cannot be reached, or the key is another.</exception>
    public static async Task<BackupArchive> OpenAsync(Settings settings, bool create, CancellationToken cancel)
    {
        var store = BackupStore.Open(settings);
        var key = BackupKey.Read(settings.BackupKey);
        if (await store.GetAsync(MarkerName, cancel) is not { } bytes)
        {
            if ((await store.ListAsync("", cancel)).Count is > 0 and var strangers)
                throw new StartException($"{store.Where} holds no backup, but {strangers} other files. Name a place of its own by --backup.");
            if (!create)
                throw new StartException($"There is no backup in {store.Where}. Name the place by --backup, or make a backup by 'backup'.");
            bytes = JsonSerializer.SerializeToUtf8Bytes(new Marker(Format, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdDigits / 2)), key.Id));
            await store.PutAsync(MarkerName, bytes, cancel);
        }

        var marker = Read(bytes);
        if (marker is null)
            throw new StartException($"{MarkerName} in {store.Where} cannot be read. It is a line of JSON with format, id and key; put it back from a copy.");
        if (marker.Format != Format)
            throw new StartException($"The backup in {store.Where} has format {marker.Format}, and this program knows {Format}. Use the version of Holdfast that wrote it.");
        if (marker.Key != key.Id)
            throw new StartException($"The key in {settings.BackupKey} ({key.Id}) is not the one that the backup in {store.Where} was written with ({marker.Key}). Name the file of that one by --backup-key.");
        return new BackupArchive(store, key, marker.Id);
    }

    /// <summary>Keeps an object, durably when it returns.</summary>
    public Task PutAsync(string name, ReadOnlySpan<byte> bytes, CancellationToken cancel)
    {
        var packed = ArrayPool<byte>.Shared.Rent(4 + BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        BinaryPrimitives.WriteInt32LittleEndian(packed, bytes.Length);
        if (!BrotliEncoder.TryCompress(bytes, packed.AsSpan(4), out var written, Quality, Window))
            throw new InvalidOperationException("There was not enough room to compress into.");
        var put = _store.PutAsync(name, _key.Seal(Bound(name), packed.AsSpan(0, 4 + written)), cancel);
        ArrayPool<byte>.Shared.Return(packed);
        return put;
    }

    /// <summary>Gives an object back.</summary>
    /// <exception cref="StartException">It is missing or altered.</exception>
    public async Task<byte[]> GetAsync(string name, CancellationToken cancel)
    {
        var bytes = await _store.GetAsync(name, cancel) ?? throw new StartException(
            $"{name} is missing from the backup in {Where}. Put it back, or restore another backup by --from; 'backup list' names them.");
        if (_key.Open(Bound(name), bytes) is not { } packed)
            throw new StartException($"{name} in the backup in {Where} was altered or is cut off. Put it back from a copy, or restore another backup by --from; 'backup list' names them.");
        var plain = new byte[BinaryPrimitives.ReadInt32LittleEndian(packed)];
        if (!BrotliDecoder.TryDecompress(packed.AsSpan(4), plain, out var written) || written != plain.Length)
            throw new InvalidOperationException($"{name} proves to be whole and does not decompress.");
        return plain;
    }

    /// <summary>The objects in a folder of the archive.</summary>
    public async Task<IReadOnlyList<StoredObject>> ListAsync(string folder, CancellationToken cancel) => await _store.ListAsync(folder + "/", cancel);

    public Task DeleteAsync(string name, CancellationToken cancel) => _store.DeleteAsync(name, cancel);

    // Nothing can be moved here from another archive with the same key.
    private string Bound(string name) => $"{Id}/{name}";

    private static bool IsId(string? text) => text?.Length == IdDigits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Nothing proves the marker, so whoever can write to the place has written it: an id is nothing but its digits.</summary>
    private static Marker? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<Marker>(bytes) is { } marker && IsId(marker.Id) && IsId(marker.Key) ? marker : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
