namespace Holdfast.Host.Backups;

/// <summary>A folder of this machine, or one that is mounted.</summary>
internal sealed class FolderStore(string folder) : BackupStore
{
    // What is being written bears it until it is whole.
    private const string Unfinished = ".unfinished";
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public override string Where => folder;

    public override async Task PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var path = Path.Combine(folder, name);
        var unfinished = path + Unfinished;
        try
        {
            var parent = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(parent, OwnersFile | UnixFileMode.UserExecute);
            try
            {
                await using (var stream = new FileStream(unfinished, new FileStreamOptions
                {
                    Mode = FileMode.Create,
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
            return await File.ReadAllBytesAsync(Path.Combine(folder, name), cancel);
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
            var below = new DirectoryInfo(Path.Combine(folder, prefix));
            IReadOnlyList<StoredObject> found = !below.Exists
                ? []
                : [.. below.EnumerateFiles("*", SearchOption.AllDirectories)
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
            var path = Path.Combine(folder, name);
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
