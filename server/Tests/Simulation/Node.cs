using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Sync;
using Microsoft.Extensions.Logging;

namespace Holdfast.Tests.Simulation;

/// <summary>One life of a process of the server: the real engine, on a strand that the simulator pulls.</summary>
internal sealed class Node : IDisposable
{
    private readonly VirtualTime _time;
    private readonly VirtualClock _clock;
    private readonly Laboratory.Machine _machine;
    private readonly SyncHub _hub;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<string> _complaints = [];

    public Node(Laboratory.Machine machine, VirtualTime time, TimeSpan clockError, bool polls)
    {
        (_machine, _time) = (machine, time);
        Strand = new Strand();
        _clock = new VirtualClock(time, clockError, Strand);
        var db = machine.Db;
        var log = new LogStore(db, Laboratory.Registry);
        var jobs = new JobRegistry([], []);
        WritePath = new WritePath(db, Laboratory.Registry, Laboratory.Policy, jobs, new JobBell(jobs), _clock, new Complaints<WritePath>(_complaints));
        _hub = new SyncHub(db, log, Laboratory.Registry, new AccessReader(db, Laboratory.Registry, Laboratory.Policy), WritePath, new SyncSettings(), _clock, new Complaints<SyncHub>(_complaints));
        if (polls)
            _ = Strand.Start(() => _hub.RunAsync(_stopping.Token));
    }

    public string Name => _machine.Name;

    public Strand Strand { get; }

    public WritePath WritePath { get; }

    public bool IsDead { get; private set; }

    /// <summary>Whether one of its browsers does not read.</summary>
    public bool IsHeldUp { get; set; }

    /// <summary>What it logged as an error.</summary>
    public IReadOnlyList<string> Errors => _complaints;

    /// <summary>Another node says that it has written.</summary>
    public void Hear(Guid workspace, long seq) => _ = Strand.Start(() =>
    {
        _hub.Hear(workspace, seq);
        return Task.CompletedTask;
    });

    /// <summary>Someone has signed out, or was signed out.</summary>
    public void EndSession(Guid session) => _ = Strand.Start(() =>
    {
        _hub.EndSessions([session]);
        return Task.CompletedTask;
    });

    public void Serve(Link link) =>
        _ = Strand.Start(() => _hub.ServeAsync(link.Socket, new SyncUser(link.Browser.Person.User, link.Session) { AsksProof = _ => Task.FromResult(true) }, CancellationToken.None));

    /// <summary>The process ends between two instructions, and its connections with it.</summary>
    public void Die()
    {
        IsDead = true;
        Strand.Die();
        _time.Forget(_clock);
        _machine.Fail();
        Dispose();
    }

    public void Dispose()
    {
        _hub.Dispose();
        _stopping.Dispose();
    }

    private sealed class Complaints<T>(List<string> all) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                all.Add($"{formatter(state, exception)}: {exception}");
        }
    }
}
