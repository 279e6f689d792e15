using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using Holdfast.Engine;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Bench.Servers.Jobs;

/// <summary>The engine's jobs, behind the questions that <see cref="JobQueueServer"/> asks. This program is that server when it is started in this role.</summary>
internal static class JobServer
{
    internal const string Role = "job-queue";
    private const string Kind = "bench.nothing";
    private const int Batch = 1000;

    // As the peers have it.
    private const int Concurrency = 24;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20);
    private static readonly Guid Workspace = Guid.CreateVersion7();

    private sealed record Nothing(int Number);

    private sealed class Handler(Action started) : IJobHandler<Nothing>
    {
        public Task RunAsync(Job job, Nothing payload, CancellationToken cancel)
        {
            started();
            return Task.CompletedTask;
        }
    }

    internal static async Task ServeAsync(string database)
    {
        await Migrator.MigrateAsync(database, [EngineModule.Project]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapGet("/fill/{jobs:int}", (int jobs) => FillAsync(database, jobs));
        app.MapGet("/drain/{jobs:int}", (int jobs) => DrainAsync(database, jobs));
        app.MapGet("/delay/{times:int}", (int times) => DelayAsync(database, times));
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"ready at {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    private static async Task FillAsync(string database, int jobs)
    {
        await using var services = Services(database, () => { });
        var desk = services.GetRequiredService<JobDesk>();
        for (var i = 0; i < jobs; i += Batch)
            await desk.EnqueueAsync(Workspace, Actor.Server("bench"), [.. Enumerable.Range(i, Math.Min(Batch, jobs - i)).Select(number => new NewJob(Kind, new Nothing(number)))]);
    }

    private static async Task<double> DrainAsync(string database, int jobs)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var began = Stopwatch.GetTimestamp();
        await using var services = Services(database, () =>
        {
            if (Interlocked.Decrement(ref jobs) == 0)
                done.SetResult();
        });
        var worker = services.GetRequiredService<JobWorker>();
        await worker.StartAsync(CancellationToken.None);
        await done.Task;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await worker.StopAsync(CancellationToken.None);
        return seconds;
    }

    private static async Task<List<double>> DelayAsync(string database, int times)
    {
        var started = Channel.CreateUnbounded<long>();
        await using var services = Services(database, () => started.Writer.TryWrite(Stopwatch.GetTimestamp()));
        var (worker, desk) = (services.GetRequiredService<JobWorker>(), services.GetRequiredService<JobDesk>());
        await worker.StartAsync(CancellationToken.None);
        var delays = new List<double>();
        for (var i = 0; i < times; i++)
        {
            await Task.Delay(Idle);
            var began = Stopwatch.GetTimestamp();
            await desk.EnqueueAsync(Workspace, Actor.Server("bench"), new NewJob(Kind, new Nothing(i)));
            delays.Add(Stopwatch.GetElapsedTime(began, await started.Reader.ReadAsync()).TotalMilliseconds);
        }

        await worker.StopAsync(CancellationToken.None);
        return delays;
    }

    private static ServiceProvider Services(string database, Action started)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(new JobSettings { Concurrency = Concurrency });
        EngineModule.Add(services, database);
        services.AddJob(new JobKind<Nothing>(Kind, _ => new Handler(started)));
        return services.BuildServiceProvider();
    }
}
