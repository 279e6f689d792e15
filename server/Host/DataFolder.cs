using System.Text.Json;

namespace Holdfast.Host;

/// <summary>
/// The data folder, held by one process at a time. The system frees the lock when its holder dies, however it dies;
/// the note beside it only tells the next start whom to name.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    // EWOULDBLOCK, which is what .NET passes on when another process holds the lock.
    private const int Locked = 11;

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Where the cluster lives that the host owns.</summary>
    public string Postgres => PostgresIn(Path);

    /// <summary>The same of a folder that is not held.</summary>
    public static string PostgresIn(string path) => System.IO.Path.Combine(path, "postgres");

    private string Note => NoteIn(Path);

    /// <summary>
    /// Makes a folder, and those above it, in which all else is private by itself: the user that PostgreSQL runs as when root
    /// starts it must get through to its own one.
    /// </summary>
    public static void Make(string path) =>
        Directory.CreateDirectory(path, Posix.IsRoot ? OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : OwnerOnly);

    /// <summary>Makes the folder if need be and takes it.</summary>
    /// <exception cref="StartException">It cannot be written to, or another process has it.</exception>
    public static DataFolder Claim(string path)
    {
        try
        {
            Make(path);
            // Who can open it can lock it, and would keep us from starting.
            var held = new FileStream(System.IO.Path.Combine(path, "holdfast.lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnersFile,
            });
            File.SetUnixFileMode(held.SafeFileHandle, OwnersFile);
            var folder = new DataFolder(path, held);
            File.Delete(folder.Note);
            return folder;
        }
        catch (IOException e) when (e.HResult == Locked)
        {
            throw new StartException($"Holdfast is already running on {path}{Holder(path)}. Stop it, or choose another folder by --data.", StartException.AlreadyRunning);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new StartException($"The data folder {path} is a file. Name a folder by --data; it is made where there is none.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StartException($"The data folder {path} cannot be used: {e.Message} Make it writable for user {Environment.UserName}, or choose another by --data.");
        }
    }

    /// <summary>Leaves word for the next start.</summary>
    public void Announce(Uri address) =>
        File.WriteAllText(Note, JsonSerializer.Serialize(new Running(Environment.ProcessId, address.GetLeftPart(UriPartial.Authority))));

    public void Dispose()
    {
        File.Delete(Note);
        _lock.Dispose();
    }

    private static string NoteIn(string path) => System.IO.Path.Combine(path, "holdfast.running.json");

    /// <summary>Where people reach whoever runs on a folder; null where nobody does, or is not ready yet.</summary>
    public static Uri? AddressIn(string path) => Read(path) is { } running ? new Uri(running.Address) : null;

    private static string Holder(string path) =>
        Read(path) is { } running ? $" at {running.Address} (process {running.Process})" : " and has not got ready yet";

    private static Running? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Running>(File.ReadAllText(NoteIn(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private sealed record Running(int Process, string Address);
}
