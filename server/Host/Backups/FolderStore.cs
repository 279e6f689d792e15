using Microsoft.Win32.SafeHandles;

namespace Holdfast.Host.Backups;

/// <summary>
/// A folder of this machine, or one that is mounted. Others may be able to write there; a link that they lay does not lead us
/// out of it, at whatever moment: all below it is reached through open folders.
/// </summary>
internal sealed class FolderStore(string folder) : BackupStore
{
    // What is being written bears it until it is whole.
    private const string Unfinished = ".unfinished";
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly EnumerationOptions NoLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    public override string Where => folder;

    public override async Task PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            using var parent = Make(Path.GetDirectoryName(name)!);
            var path = Path.Combine(Posix.PathOf(parent), Path.GetFileName(name));
            var unfinished = path + Unfinished;
            try
            {
                // What one that was killed has left, or a link.
                File.Delete(unfinished);
                await using (var stream = new FileStream(unfinished, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    BufferSize = 0,
                    Options = FileOptions.Asynchronous,
                    UnixCreateMode = OwnersFile,
                }))
                {
                    await stream.WriteAsync(bytes, cancel);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(unfinished, path, overwrite: true);
            }
            catch
            {
                File.Delete(unfinished);
                throw;
            }

            // The name is durable when its folder is.
            RandomAccess.FlushToDisk(parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The backup cannot be written to {folder}: {e.Message} Make room there, make it writable for user {Environment.UserName}, or name another place by --backup.");
        }
    }

    public override async Task<byte[]?> GetAsync(string name, CancellationToken cancel)
    {
        try
        {
            using var root = Open();
            using var file = root is null ? null : Posix.OpenFile(root, name);
            if (file is null)
                return null;
            var length = RandomAccess.GetLength(file);
            if (length > Largest)
                throw new StartException($"{name} in {folder} is larger than anything that a backup consists of, so it is none of it. Take it away, or put it back from a copy.");
            var bytes = new byte[length];
            var read = 0;
            for (int more; read < length && (more = await RandomAccess.ReadAsync(file, bytes.AsMemory(read), read, cancel)) > 0; read += more)
            {
                // Until it is whole.
            }

            return bytes[..read];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{name} in {folder} cannot be read: {e.Message}");
        }
    }

    public override Task<IReadOnlyList<StoredObject>> ListAsync(string prefix, CancellationToken cancel)
    {
        try
        {
            using var root = Open();
            using var below = root is null ? null : Posix.OpenFolder(root, prefix);
            if (below is null)
                return Task.FromResult<IReadOnlyList<StoredObject>>([]);
            var path = Posix.PathOf(below);
            IReadOnlyList<StoredObject> found =
            [
                .. new DirectoryInfo(path).EnumerateFiles("*", NoLinks)
                    .Where(file => !file.Name.EndsWith(Unfinished, StringComparison.Ordinal))
                    .Select(file => Look(file, prefix + Path.GetRelativePath(path, file.FullName)))
                    .OfType<StoredObject>()
                    .OrderBy(file => file.Name, StringComparer.Ordinal),
            ];
            return Task.FromResult(found);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{folder} cannot be read: {e.Message}");
        }
    }

    public override Task DeleteAsync(string name, CancellationToken cancel)
    {
        try
        {
            using var root = Open();
            if (root is not null)
                Delete(root, name);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{name} in {folder} cannot be removed: {e.Message}");
        }

        return Task.CompletedTask;
    }

    /// <summary>Removes a file, and the folders above it that it leaves empty.</summary>
    private static void Delete(SafeFileHandle root, string name)
    {
        for (var (path, isFile) = (name, true); path.Length > 0; (path, isFile) = (Path.GetDirectoryName(path)!, false))
        {
            using var parent = Posix.OpenFolder(root, Path.GetDirectoryName(path)!);
            if (parent is null)
                return;
            var at = Path.Combine(Posix.PathOf(parent), Path.GetFileName(path));
            if (isFile)
                File.Delete(at);
            else if (Directory.EnumerateFileSystemEntries(at).Any())
                return;
            else
                Directory.Delete(at);
        }
    }

    /// <summary>The folder itself, which may be a link of the operator's; null where there is none.</summary>
    private SafeFileHandle? Open() => Posix.OpenTrusted(folder);

    /// <summary>A folder below it, made where it is not there.</summary>
    private SafeFileHandle Make(string path)
    {
        Directory.CreateDirectory(folder, OwnersFile | UnixFileMode.UserExecute);
        var at = Open();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = at ?? throw new DirectoryNotFoundException($"{folder} is not there any more.");
            at = Posix.OpenFolder(above, name);
            if (at is not null)
                continue;
            Directory.CreateDirectory(Path.Combine(Posix.PathOf(above), name), OwnersFile | UnixFileMode.UserExecute);
            at = Posix.OpenFolder(above, name);
        }

        return at ?? throw new DirectoryNotFoundException($"{folder} is not there any more.");
    }

    private static StoredObject? Look(FileInfo file, string name)
    {
        try
        {
            return new StoredObject(name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
        catch (FileNotFoundException)
        {
            // Removed since it was listed.
            return null;
        }
    }
}
