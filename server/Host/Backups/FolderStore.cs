namespace Holdfast.Host.Backups;

/// <summary>
/// A folder of this machine, or one that is mounted. Others may be able to write there; a link that they lay does not lead us
/// out of it.
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
            var path = PathOf(name);
            var unfinished = path + Unfinished;
            var parent = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(parent, OwnersFile | UnixFileMode.UserExecute);
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
            using var opened = Posix.OpenFolder(parent);
            if (opened is not null)
                RandomAccess.FlushToDisk(opened);
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
            var path = PathOf(name);
            return new FileInfo(path).Length <= Largest
                ? await File.ReadAllBytesAsync(path, cancel)
                : throw new StartException($"{name} in {folder} is larger than anything that a backup consists of, so it is none of it. Take it away, or put it back from a copy.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
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
            var below = new DirectoryInfo(PathOf(prefix));
            IReadOnlyList<StoredObject> found = !below.Exists
                ? []
                : [.. below.EnumerateFiles("*", NoLinks)
                    .Where(file => !file.Name.EndsWith(Unfinished, StringComparison.Ordinal))
                    .Select(Look)
                    .OfType<StoredObject>()
                    .OrderBy(file => file.Name, StringComparer.Ordinal)];
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
            var path = PathOf(name);
            File.Delete(path);
            for (var parent = Path.GetDirectoryName(path)!; parent.Length > folder.Length && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent)!)
                Directory.Delete(parent);
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

    /// <exception cref="IOException">A link is on the way.</exception>
    private string PathOf(string name)
    {
        var path = Path.Combine(folder, name);
        for (var at = path.TrimEnd('/'); at.Length > folder.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null)
                throw new IOException($"{at} is a link, and a backup holds none. Put in its place what it leads to.");
        }

        return path;
    }

    private StoredObject? Look(FileInfo file)
    {
        try
        {
            return new StoredObject(Path.GetRelativePath(folder, file.FullName), file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
        catch (FileNotFoundException)
        {
            // Removed since it was listed.
            return null;
        }
    }
}
