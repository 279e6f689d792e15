using System.Collections.Concurrent;
using Holdfast.Engine;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>What a job of the tests carries: what it is called.</summary>
internal sealed record Errand(string Name);

/// <summary>Workers on one database, and a handler that does what the test says.</summary>
internal sealed class JobLab(string connectionString) : IAsyncDisposable
{
    internal const string Kind = "test.errand";
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<(ServiceProvider Services, JobWorker Worker)> _workers = [];
    private ServiceProvider? _desk;

    internal ConcurrentQueue<string> Done { get; } = new();

    /// <summary>What each job does; nothing at first.</summary>
    internal Func<Job, Errand, CancellationToken, Task> Handle { get; set; } = (_, _, _) => Task.CompletedTask;

    internal Guid Workspace { get; set; } = Guid.CreateVersion7();

    /// <summary>The way of the workers to the database.</summary>
    internal DbTraffic Traffic { get; init; } = DbTraffic.Free;

    internal JobDesk Desk => (_desk ??= Services(new JobSettings())).GetRequiredService<JobDesk>();

    internal Db Db => (_desk ??= Services(new JobSettings())).GetRequiredService<Db>();

    internal WritePath WritePath => (_desk ??= Services(new JobSettings())).GetRequiredService<WritePath>();

    internal JobRegistry Jobs => (_desk ??= Services(new JobSettings())).GetRequiredService<JobRegistry>();

    internal RecordRegistry Registry => (_desk ??= Services(new JobSettings())).GetRequiredService<RecordRegistry>();

    internal Task EnqueueAsync(params NewJob[] jobs) => Desk.EnqueueAsync(Workspace, Actor.Server("test"), jobs);

    internal static NewJob Errand(string name, string kind = Kind) => new(kind, new Errand(name));

    internal async Task<JobWorker> StartAsync(JobSettings? settings = null)
    {
        var services = Services(settings ?? new JobSettings(), Traffic);
        var worker = services.GetRequiredService<JobWorker>();
        _workers.Add((services, worker));
        await worker.StartAsync(CancellationToken.None);
        return worker;
    }

    /// <summary>The desk in a worker's own process: what is asked for there, that worker hears of at once.</summary>
    internal JobDesk DeskOf(JobWorker worker) => _workers.Single(process => process.Worker == worker).Services.GetRequiredService<JobDesk>();

    /// <summary>The database as a worker reaches it.</summary>
    internal Db DbOf(JobWorker worker) => _workers.Single(process => process.Worker == worker).Services.GetRequiredService<Db>();

    internal Task DoneAsync(params string[] names) => Eventually.HoldsAsync(
        $"{string.Join(", ", names)} are done", () => Task.FromResult(names.All(Done.Contains)));

    internal Task EmptyAsync() => Eventually.HoldsAsync("no job waits", async () => await CountAsync() == 0);

    internal async Task<long> CountAsync() => await Db.System.FirstAsync<long>($"SELECT count(*) FROM engine.jobs");

    internal async Task<IReadOnlyList<string>> EndsAsync() =>
        await Db.System.QueryAsync<string>($"SELECT outcome || ' ' || (job #>> ARRAY['payload', 'name']) FROM engine.job_ends ORDER BY ended_at");

    public async ValueTask DisposeAsync()
    {
        foreach (var (services, worker) in _workers)
        {
            await worker.StopAsync(CancellationToken.None);
            await services.DisposeAsync();
        }

        if (_desk is not null)
            await _desk.DisposeAsync();
    }

    private ServiceProvider Services(JobSettings settings, DbTraffic? traffic = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(settings);
        EngineModule.Add(services, connectionString);
        if (traffic is not null)
            services.AddSingleton(_ => new Db(connectionString, traffic));
        var handler = new Handler(this);
        foreach (var (name, queue) in new[] { (Kind, JobQueue.Default), ("test.narrow", "narrow"), ("test.keyed", "keyed"), ("test.slow", "slow") })
            services.AddJob(new JobKind<Errand>(name, _ => handler) { Queue = queue, MaxAttempts = 3, FirstPause = TimeSpan.FromMilliseconds(20) });
        services.AddJob(new JobKind<Errand>("test.steady", _ => handler));
        services.AddJob(new JobKind<Errand>("test.kept", _ => handler) { KeepDone = TimeSpan.FromHours(1) });
        services.AddSingleton(new JobQueue("narrow") { Concurrency = 2 });
        services.AddSingleton(new JobQueue("keyed") { ConcurrencyPerKey = 1 });
        services.AddSingleton(new JobQueue("slow") { PerMinute = 600 });
        return services.BuildServiceProvider();
    }

    private sealed class Handler(JobLab lab) : IJobHandler<Errand>
    {
        public async Task RunAsync(Job job, Errand payload, CancellationToken cancel)
        {
            await lab.Handle(job, payload, cancel);
            lab.Done.Enqueue(payload.Name);
        }
    }
}
