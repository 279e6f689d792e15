using System.Net.Sockets;
using System.Text;
using Holdfast.Engine;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Host;
using Holdfast.Host.Web;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Tests.Host;

public sealed class StopTests(TestCluster cluster)
{
    private sealed record Endless;

    private sealed class EndlessHandler(TaskCompletionSource started) : IJobHandler<Endless>
    {
        public Task RunAsync(Job job, Endless payload, CancellationToken cancel)
        {
            started.SetResult();
            return Task.Delay(Timeout.Infinite, cancel);
        }
    }

    [Fact]
    public async Task A_job_that_does_not_end_is_given_back_also_where_a_request_does_not_end_either()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["browser"]);
        await File.WriteAllTextAsync(folder["browser/index.html"], "<!doctype html>");
        var connectionString = await cluster.CreateDatabaseAsync();
        var settings = Settings.Read(
            ["--port", "0", "--data", folder["data"], "--database", connectionString, "--browser", folder["browser"], "--drain", "1"], new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root);
        using var data = DataFolder.Claim(folder["data"]);
        await using var database = await DatabaseServer.OpenAsync(settings, data, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var (jobStarted, requestStarted) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = Holdfast.Host.Program.Build(settings, database, NullLoggerFactory.Instance, addMore: services =>
            services.AddJob(new JobKind<Endless>("test.endless", _ => new EndlessHandler(jobStarted))));
        app.Map("/endless", async () =>
        {
            requestStarted.SetResult();
            await Task.Delay(Timeout.Infinite);
        }).AllowAnonymous();
        await Listener.StartAsync(app, settings, CancellationToken.None);
        await app.Services.GetRequiredService<JobDesk>().EnqueueAsync(Guid.Empty, Actor.Server("test"), new NewJob("test.endless", new Endless()));
        using var request = new TcpClient("localhost", settings.Port);
        await request.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /endless HTTP/1.1\r\nHost: localhost:{settings.Port}\r\n\r\n"));
        await Task.WhenAll(jobStarted.Task, requestStarted.Task);

        await app.StopAsync();
        await using var db = new Db(connectionString);
        Assert.Equal("The server stopped in the middle.", await db.System.FirstAsync<string>($"SELECT error FROM engine.jobs WHERE worker_id IS NULL AND kind = 'test.endless'"));
    }
}
