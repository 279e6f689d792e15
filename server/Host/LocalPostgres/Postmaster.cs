using System.Diagnostics;

namespace Holdfast.Host.LocalPostgres;

/// <summary>The main process of PostgreSQL on one data folder: ours, or one that an earlier start left behind.</summary>
internal static class Postmaster
{
    private const string PidFile = "postmaster.pid";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The postmaster that runs on this folder; null when none does. A pid file that names nobody, or a process that
    /// has nothing to do with the folder, is removed, because PostgreSQL would take the stranger for itself and refuse to start.
    /// </summary>
    public static Process? Find(string data)
    {
        var file = Path.Combine(data, PidFile);
        if (!File.Exists(file))
            return null;
        if (int.TryParse(File.ReadLines(file).FirstOrDefault(), out var id) && WorksIn(id, Posix.Look(data)))
        {
            try
            {
                return Process.GetProcessById(id);
            }
            catch (ArgumentException)
            {
                // It ended between the two looks.
            }
        }

        File.Delete(file);
        return null;
    }

    /// <summary>Whether the running postmaster was started with exactly these arguments.</summary>
    public static bool WasStartedWith(string data, IEnumerable<string> arguments)
    {
        var file = Path.Combine(data, "postmaster.opts");
        return File.Exists(file)
            && File.ReadAllText(file).TrimEnd('\n').EndsWith(string.Concat(arguments.Select(a => $" \"{a}\"")), StringComparison.Ordinal);
    }

    /// <summary>
    /// Ends what a killed postmaster left behind: a backend in a long query goes on for as long as the query takes and
    /// keeps the shared memory, and with it the data folder, occupied.
    /// </summary>
    public static async Task EndOrphansAsync(string data, TimeProvider clock, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var signal = Posix.Quit;
        var folder = Posix.Look(data);
        while (Processes().Where(id => WorksIn(id, folder)).ToList() is { Count: > 0 } orphans)
        {
            if (clock.GetElapsedTime(started) > TimeSpan.FromSeconds(2))
                signal = Posix.Kill;
            foreach (var id in orphans)
                Posix.Signal(id, signal);
            await Task.Delay(Look, clock, cancel);
        }
    }

    /// <summary>
    /// Ends a postmaster: by a fast shutdown within the given time, else at once (which loses nothing, the next start
    /// only reads the write-ahead log again). Returns whether the shutdown was the clean one.
    /// </summary>
    public static async Task<bool> StopAsync(Process postmaster, TimeSpan patience, TimeProvider clock)
    {
        foreach (var (signal, wait) in new[] { (Posix.Interrupt, patience), (Posix.Quit, TimeSpan.FromSeconds(1)), (Posix.Kill, Timeout.InfiniteTimeSpan) })
        {
            Posix.Signal(postmaster.Id, signal);
            using var limit = new CancellationTokenSource(wait, clock);
            try
            {
                await postmaster.WaitForExitAsync(limit.Token);
                return signal == Posix.Interrupt;
            }
            catch (OperationCanceledException)
            {
                // The next signal is a harder one.
            }
        }

        return false;
    }

    private static bool WorksIn(int process, Posix.FileFacts? folder) =>
        folder is { } facts && Posix.Look($"/proc/{process}/cwd") is { } cwd && cwd.Inode == facts.Inode && cwd.Device == facts.Device;

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
        .Where(id => id > 0);
}
