namespace Holdfast.Host.Backups;

/// <summary>What lies in a store.</summary>
/// <param name="Name">Its path there, with slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="WrittenAt">By the store's clock.</param>
internal sealed record StoredObject(string Name, long Size, DateTimeOffset WrittenAt);

/// <summary>A place that keeps named objects of up to some 40 MB each. An object is there whole or not at all.</summary>
internal abstract class BackupStore
{
    /// <summary>Larger than any object is, in bytes: what others put there does not fill the memory.</summary>
    protected const int Largest = 64 << 20;

    /// <summary>Where it is, in the operator's words.</summary>
    public abstract string Where { get; }

    /// <summary>Keeps an object, durably when it returns; one of the same name gives way.</summary>
    /// <exception cref="StartException">It cannot; the message says why.</exception>
    public abstract Task PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <returns>Null where there is none.</returns>
    /// <exception cref="StartException">It cannot be read; the message says why.</exception>
    public abstract Task<byte[]?> GetAsync(string name, CancellationToken cancel);

    /// <summary>All objects whose names begin so, in the order of their names.</summary>
    /// <param name="prefix">Empty, or the path of a folder with its closing slash.</param>
    /// <param name="cancel">Gives up.</param>
    public abstract Task<IReadOnlyList<StoredObject>> ListAsync(string prefix, CancellationToken cancel);

    /// <summary>Removes an object; one that is gone already counts as removed.</summary>
    public abstract Task DeleteAsync(string name, CancellationToken cancel);

    /// <summary>The store that the settings name.</summary>
    /// <exception cref="StartException">None is named, or not all that it needs.</exception>
    public static BackupStore Open(Settings settings)
    {
        if (settings.Backup is not { } place)
            throw new StartException("No place for backups is named. Name one by --backup or HOLDFAST_BACKUP.", StartException.WrongSetting);
        if (place.StartsWith("s3://", StringComparison.Ordinal))
            return new S3Store(new Uri(place), settings.BackupLogin ?? throw new StartException("The bucket needs a login. Give it by HOLDFAST_BACKUP_LOGIN as ID:SECRET.", StartException.WrongSetting));
        var data = settings.Data.TrimEnd('/') + "/";
        if ((place.TrimEnd('/') + "/").StartsWith(data, StringComparison.Ordinal))
            throw new StartException($"--backup names {place}, which lies in the data folder and would be lost with it. Name a folder elsewhere, best on another disk.", StartException.WrongSetting);
        if (File.Exists(place))
            throw new StartException($"--backup names {place}, which is a file. Name a folder; it is made where there is none.", StartException.WrongSetting);
        return new FolderStore(place);
    }
}
