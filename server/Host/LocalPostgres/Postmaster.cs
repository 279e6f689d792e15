using System.Diagnostics;

namespace Holdfast.Host.LocalPostgres;

/// <summary>The main process of PostgreSQL on one data folder: our child, or one that an earlier start left behind.</summary>
internal sealed class Postmaster : IDisposable
{
    private const string PidFile = "postmaster.pid";
    private static readonly TimeSpan ShortLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongLook = TimeSpan.FromMilliseconds(200);

    private readonly string _data;
    private readonly Process? _child;

    private Postmaster(string data, int id, Process? child = null) => (_data, Id, _child) = (data, id, child);

    public int Id { get; }

    /// <summary>
    /// An adopted one that died counts as gone although nobody may have collected its exit status: the first process of
    /// a container often does not, and then the process id lives on.
    /// </summary>
    public bool HasEnded => _child?.HasExited ?? !WorksIn(Id, Posix.Look(_data));

    /// <summary>What it printed before it began to write to its log; complete once it has ended.</summary>
    public Task<string> Errors { get; private init; } = Task.FromResult("");

    public static Postmaster Start(string data, IEnumerable<string> words)
    {
        var process = Command.Start(words);
        return new Postmaster(data, process.Id, process) { Errors = process.StandardError.ReadToEndAsync() };
    }

    /// <summary>
    /// The postmaster that runs on this folder; null when none does. A pid file that names nobody, or a process that
    /// has nothing to do with the folder, is removed, because PostgreSQL would take the stranger for itself and refuse to start.
    /// </summary>
    public static Postmaster? Find(string data)
    {
        var file = Path.Combine(data, PidFile);
        if (!File.Exists(file))
            return null;
        if (int.TryParse(File.ReadLines(file).FirstOrDefault(), out var id) && new Postmaster(data, id) is { HasEnded: false } running)
            return running;
        File.Delete(file);
        return null;
    }

    /// <summary>
    /// Ends the postmasters that were started for this place and work on data elsewhere: their cluster was moved away while
    /// they ran. Such a one goes on using the place by its path. A checkpoint, be it that of a clean shutdown, overwrites the
    /// control file of the cluster that lies there by then, and the end removes that one's socket. So it is ended at once,
    /// before anything takes the place; it loses nothing. Returns the process ids.
    /// </summary>
    /// <exception cref="StartException">One does not end.</exception>
    public static async Task<IReadOnlyList<int>> EndMovedAwayAsync(ClusterFolder files, TimeProvider clock)
    {
        var data = Posix.Look(files.Data);
        var found = Processes().Where(id => IsStartedFor(id, files) && !WorksIn(id, data))
            // Where it works now need not have a name any more.
            .Select(id => new Postmaster($"/proc/{id}/cwd", id))
            .Where(postmaster => !postmaster.HasEnded).ToList();
        foreach (var moved in found)
        {
            await moved.EndAsync(clock, (Posix.Quit, TimeSpan.FromSeconds(2)), (Posix.Kill, TimeSpan.FromSeconds(1)));
            if (!moved.HasEnded)
                throw new StartException($"PostgreSQL (process {moved.Id}) still runs on a cluster that was moved away from {files.Root}, and does not end. End it by 'kill -QUIT {moved.Id}', then start again.");
        }

        return [.. found.Select(moved => moved.Id)];
    }

    /// <summary>
    /// Ends what a killed postmaster left behind: a backend in a long query goes on for as long as the query takes and
    /// keeps the shared memory, and with it the data folder, occupied.
    /// </summary>
    public static async Task EndOrphansAsync(string data, TimeProvider clock, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var signal = Posix.Quit;
        var folder = Posix.Look(data);
        while (Processes().Where(id => WorksIn(id, folder)).ToList() is { Count: > 0 } orphans)
        {
            if (clock.GetElapsedTime(began) > TimeSpan.FromSeconds(2))
                signal = Posix.Kill;
            foreach (var id in orphans)
                Posix.Signal(id, signal);
            await Task.Delay(ShortLook, clock, cancel);
        }
    }

    /// <summary>Whether it was started with exactly these arguments.</summary>
    public bool WasStartedWith(IEnumerable<string> arguments)
    {
        var file = Path.Combine(_data, "postmaster.opts");
        return File.Exists(file)
            && File.ReadAllText(file).TrimEnd('\n').EndsWith(string.Concat(arguments.Select(a => $" \"{a}\"")), StringComparison.Ordinal);
    }

    /// <summary>Returns when it has ended or its socket is gone, at most a fifth of a second late.</summary>
    public async Task WaitForLossAsync(string socket, TimeProvider clock, CancellationToken cancel)
    {
        while (!HasEnded && File.Exists(socket))
            await Task.Delay(LongLook, clock, cancel);
    }

    /// <summary>
    /// Ends it: by a fast shutdown within the given time, else at once (which loses nothing, the next start only reads
    /// the write-ahead log again). Returns whether the shutdown was the clean one.
    /// </summary>
    public async Task<bool> StopAsync(TimeSpan patience, TimeProvider clock) => await EndAsync(
        clock, (Posix.Interrupt, patience), (Posix.Quit, TimeSpan.FromSeconds(1)), (Posix.Kill, TimeSpan.FromSeconds(1))) == Posix.Interrupt;

    public void Dispose() => _child?.Dispose();

    /// <summary>Sends one signal after the other, with the time that each has to work. Returns the one that ended it; null when none did.</summary>
    private async Task<int?> EndAsync(TimeProvider clock, params (int Signal, TimeSpan Wait)[] steps)
    {
        foreach (var (signal, wait) in steps)
        {
            Posix.Signal(Id, signal);
            for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < wait; await Task.Delay(ShortLook, clock))
            {
                if (HasEnded)
                    return signal;
            }
        }

        return null;
    }

    private static bool WorksIn(int process, Posix.FileFacts? folder) =>
        folder is not null && Posix.Look($"/proc/{process}/cwd") is { } cwd && cwd.Inode == folder.Inode && cwd.Device == folder.Device;

    // PostgreSQL's main process keeps the arguments that it was started with; its children write over theirs.
    private static bool IsStartedFor(int process, ClusterFolder files)
    {
        string[] words;
        try
        {
            words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return Path.GetFileName(words[0]) == "postgres"
            && words.Contains($"{ClusterBootstrap.SocketFolder}={files.Socket}")
            // In another container the same path leads to another folder.
            && Posix.Look($"/proc/{process}/root{files.Above}") is { } seen && Posix.Look(files.Above) is { } ours
            && seen.Inode == ours.Inode && seen.Device == ours.Device;
    }

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
        .Where(id => id > 0);
}
