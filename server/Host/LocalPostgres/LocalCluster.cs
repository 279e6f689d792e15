using Npgsql;

namespace Holdfast.Host.LocalPostgres;

/// <summary>What the local cluster is doing.</summary>
internal enum ClusterState
{
    Stopped,
    Starting,
    Running,

    /// <summary>PostgreSQL died, or cannot be reached any more, and is being brought back.</summary>
    Restarting,
}

/// <summary>
/// The PostgreSQL that the host owns when no database is given. It outlives a killed host, whose next start adopts it;
/// when it is killed itself or loses its socket, it is started again, each time after a longer pause if it does not stay up.
/// </summary>
/// <param name="folder">The folder of the cluster, made when it is not there; a full path.</param>
/// <param name="programs">The folder of PostgreSQL's programs.</param>
/// <param name="clock">Paces the restarts.</param>
/// <param name="logger">Told of adoption, death and restart.</param>
/// <param name="settings">Server settings beside and above our own ones.</param>
internal sealed class LocalCluster(
    string folder, string programs, TimeProvider clock, ILogger logger, IReadOnlyDictionary<string, string>? settings = null) : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan StaysUp = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ClusterFolder _files = new(folder);
    private readonly CancellationTokenSource _stopping = new();
    private PostgresPrograms? _found;
    private PostgresUser? _user;
    private Postmaster? _postmaster;
    private Task _supervision = Task.CompletedTask;

    public ClusterState State { get; private set; } = ClusterState.Stopped;

    /// <summary>The process id of PostgreSQL's main process; null while there is none.</summary>
    public int? ProcessId => _postmaster?.Id;

    /// <summary>Where its parts lie.</summary>
    public ClusterFolder Files => _files;

    /// <summary>A connection string of the superuser, for bootstrap, backups and tests; nothing else uses it.</summary>
    public string ForSuperuser(string database = "postgres") => ConnectionString(ClusterBootstrap.Superuser, _files.SuperuserPassword, database);

    /// <summary>The connection string of the product's login to its database.</summary>
    public string ForLogin() => ConnectionString(ClusterBootstrap.Login, _files.LoginPassword, ClusterBootstrap.Database);

    /// <summary>
    /// Makes the cluster if it is not there, starts it or adopts the running one, and watches over it.
    /// Returns the connection string of a login that owns the database <c>holdfast</c>, may create roles, and is no superuser.
    /// </summary>
    /// <exception cref="StartException">It cannot start; the message says why and what to do.</exception>
    public async Task<string> StartAsync(CancellationToken cancel)
    {
        State = ClusterState.Starting;
        try
        {
            _found = await PostgresPrograms.FindAsync(programs, cancel);
            Directory.CreateDirectory(_files.Root);
            _user = await PostgresUser.ChooseAsync(_files, _found, cancel);
            ClusterFolder.MakePrivate(_files.Root, _user);
            await EndMovedAwayAsync();
            await ClusterBootstrap.EnsureInitialisedAsync(_files, _found, _user, cancel);
            _postmaster = await LaunchAsync(cancel);
            await ClusterBootstrap.EnsureLoginAsync(ForSuperuser(), ClusterFolder.Secret(_files.LoginPassword, _user), cancel);
            State = ClusterState.Running;
            _supervision = SuperviseAsync(_postmaster, _stopping.Token);
            return ForLogin();
        }
        catch (Exception e)
        {
            await StopAsync();
            if (e is UnauthorizedAccessException or IOException)
                throw new StartException($"The cluster in {_files.Root} cannot be used: {e.Message} Make the folder writable, or choose another by --data.");
            throw;
        }
    }

    /// <summary>Stops PostgreSQL cleanly, within four seconds. Nothing is lost either way.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        if (_postmaster is { HasEnded: false } running && !await running.StopAsync(ShutdownPatience, clock))
            logger.LogWarning("PostgreSQL did not shut down in time and was ended at once; its next start reads the write-ahead log");
        _postmaster?.Dispose();
        _postmaster = null;
        if (_user is not null)
            _files.RemoveOutside(_user);
        State = ClusterState.Stopped;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task SuperviseAsync(Postmaster running, CancellationToken cancel)
    {
        var pause = TimeSpan.Zero;
        var began = clock.GetTimestamp();
        try
        {
            while (true)
            {
                await running.WaitForLossAsync(_files.SocketFile, clock, cancel);
                State = ClusterState.Restarting;
                pause = clock.GetElapsedTime(began) > StaysUp ? TimeSpan.Zero : pause;
                if (running.HasEnded)
                    logger.LogError("PostgreSQL (process {ProcessId}) ended unexpectedly; starting it again in {Pause}", running.Id, pause);
                else
                    logger.LogError("The socket {Socket} of PostgreSQL (process {ProcessId}) is gone; starting it again in {Pause}", _files.SocketFile, running.Id, pause);
                await Task.Delay(pause, clock, cancel);
                pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Max(0.25, pause.TotalSeconds * 2)));
                began = clock.GetTimestamp();
                try
                {
                    await EndMovedAwayAsync();
                    _postmaster = await LaunchAsync(cancel);
                    running.Dispose();
                    running = _postmaster;
                    State = ClusterState.Running;
                    logger.LogInformation("PostgreSQL is back (process {ProcessId})", running.Id);
                }
                catch (Exception e) when (e is StartException or IOException or UnauthorizedAccessException or NpgsqlException)
                {
                    logger.LogError("PostgreSQL does not start: {Reason}", e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // StopAsync takes over.
        }
    }

    private async Task<Postmaster> LaunchAsync(CancellationToken cancel)
    {
        if (!_files.Exists)
            throw new StartException($"There is no cluster in {_files.Data} any more. Stop the server, and put the cluster back or start without it.");
        var arguments = Arguments();
        if (Postmaster.Find(_files.Data) is { } orphan)
        {
            if (orphan.WasStartedWith(arguments) && File.Exists(_files.SocketFile) && await AnswersAsync(orphan, cancel))
            {
                logger.LogInformation("Adopted the PostgreSQL that an earlier start left running (process {ProcessId})", orphan.Id);
                return orphan;
            }

            await orphan.StopAsync(ShutdownPatience, clock);
            orphan.Dispose();
        }

        await Postmaster.EndOrphansAsync(_files.Data, clock, cancel);
        // A backend that was ended the hard way may have left the file behind.
        Postmaster.Find(_files.Data)?.Dispose();
        ClusterFolder.MakePrivate(_files.Log, _user!);
        ClusterFolder.MakePrivate(_files.Socket, _user!);
        _files.RemoveDeadSocket();
        var process = Postmaster.Start(_files.Data, _user!.Words([_found!.Postgres, .. arguments], ownSession: true));
        try
        {
            if (await AnswersAsync(process, cancel))
                return process;
            await Task.WhenAny(process.Errors, Task.Delay(TimeSpan.FromSeconds(1), clock, cancel));
            throw new StartException($"PostgreSQL does not start on {_files.Data}:{Environment.NewLine}{(process.Errors.IsCompletedSuccessfully ? await process.Errors : "")}{LogTail()}");
        }
        catch
        {
            if (!process.HasEnded)
                await process.StopAsync(ShutdownPatience, clock);
            process.Dispose();
            throw;
        }
    }

    private async Task EndMovedAwayAsync()
    {
        foreach (var moved in await Postmaster.EndMovedAwayAsync(_files, clock))
            logger.LogWarning("Ended the PostgreSQL (process {ProcessId}) that still ran on a cluster that was moved away from {Folder}", moved, _files.Root);
    }

    /// <summary>Waits until the server takes connections, however long it has to read its log; false when it ends instead.</summary>
    private async Task<bool> AnswersAsync(Postmaster process, CancellationToken cancel)
    {
        var pause = TimeSpan.FromMilliseconds(20);
        while (!process.HasEnded)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ForSuperuser() + ";Pooling=false;Timeout=5");
                await connection.OpenAsync(cancel);
                return true;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword)
            {
                throw new StartException($"{_files.SuperuserPassword} does not hold the password of the cluster beside it. Put the right file back.");
            }
            catch (NpgsqlException)
            {
                await Task.Delay(pause, clock, cancel);
            }
        }

        return false;
    }

    private List<string> Arguments()
    {
        var all = new Dictionary<string, string>(ClusterBootstrap.ServerSettings(_files));
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            all[name] = value;
        return ["-D", _files.Data, .. all.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })];
    }

    /// <summary>What PostgreSQL said last, but for what it answered those who asked whether it is there: that would push the reason out.</summary>
    private string LogTail()
    {
        var newest = Directory.EnumerateFiles(_files.Log).OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault();
        return newest is null ? "" : string.Join(Environment.NewLine, File.ReadLines(newest).Where(line => !line.Contains("FATAL:  the database system is ", StringComparison.Ordinal)).TakeLast(5));
    }

    private string ConnectionString(string login, string passwordFile, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _files.Socket,
        Port = ClusterFolder.Port,
        Username = login,
        Password = File.ReadAllText(passwordFile).Trim(),
        Database = database,
        // Whoever else might answer on the socket does not get to ask for the password itself.
        RequireAuth = "ScramSHA256",
    }.ConnectionString;
}
