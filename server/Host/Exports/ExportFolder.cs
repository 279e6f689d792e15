namespace Holdfast.Host.Exports;

/// <summary>Where exports lie until they are fetched: one file a workspace, the newest, for a day. It belongs to no backup.</summary>
/// <param name="settings">Name the data folder.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Told of what cannot be deleted.</param>
internal sealed partial class ExportFolder(Settings settings, TimeProvider clock, ILogger<ExportFolder> logger) : BackgroundService
{
    /// <summary>How long an export can be fetched, from when it was asked for.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    private readonly string _root = Path.Combine(settings.Data, "exports");

    /// <summary>The file of an export, whether it is there or not.</summary>
    public string FileOf(Guid workspace, Guid export) => Path.Combine(_root, $"{workspace}", $"{export}.holdfast");

    /// <summary>Makes room for an export.</summary>
    public string Prepare(Guid workspace, Guid export)
    {
        var file = FileOf(workspace, export);
        DataFolder.Make(Path.GetDirectoryName(file)!);
        return file;
    }

    /// <summary>Deletes all exports of a workspace but this one.</summary>
    public void KeepOnly(Guid workspace, Guid export)
    {
        var kept = FileOf(workspace, export);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(kept)!).Where(file => file != kept))
            File.Delete(file);
    }

    /// <summary>Deletes what is older than a day, and what a killed process left unfinished.</summary>
    public void Forget()
    {
        if (!Directory.Exists(_root))
            return;
        foreach (var file in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Where(file => File.GetLastWriteTimeUtc(file) < (clock.GetUtcNow() - Life).UtcDateTime))
            File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(_root).Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
            Directory.Delete(folder);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Forget();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(logger, e);
            }

            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Exports that are older than a day could not be deleted; trying again later")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
