using Holdfast.Engine;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Tests.Engine.Consumers;

/// <summary>Processes that consume the logs of one database, each with a consumer that does what the test says.</summary>
internal sealed class ConsumerLab(string connectionString) : IAsyncDisposable
{
    internal const string Name = "test.reader";
    internal const string Other = "test.other";
    private readonly List<(ServiceProvider Services, ConsumerWorker Worker)> _processes = [];
    private ServiceProvider? _desk;

    /// <summary>What <see cref="Name"/> does with each entry; it notes them in <c>test.handled</c> at first.</summary>
    internal Func<LogEntry, ConsumerStep, CancellationToken, Task> Handle { get; set; } = (entry, step, _) => Note(entry, step);

    internal ConsumerDesk Desk => Services.GetRequiredService<ConsumerDesk>();

    internal ConsumerBoard Board => Services.GetRequiredService<ConsumerBoard>();

    internal WritePath WritePath => Services.GetRequiredService<WritePath>();

    private ServiceProvider Services => _desk ??= NewServices([]);

    /// <summary>What a consumer makes: one row for each time that it handles an entry.</summary>
    internal const string Table = """
        SET ROLE holdfast_owner;
        CREATE TABLE test.handled (workspace_id uuid NOT NULL, place bigint GENERATED ALWAYS AS IDENTITY, seq bigint NOT NULL CHECK (seq <> 666), PRIMARY KEY (workspace_id, place));
        SELECT engine.protect_state('test.handled');
        """;

    internal static Task Note(LogEntry entry, ConsumerStep step)
    {
        step.Execute($"INSERT INTO test.handled (workspace_id, seq) VALUES ({step.Workspace}, {entry.Seq})");
        return Task.CompletedTask;
    }

    /// <summary>Starts a process.</summary>
    internal async Task<WritePath> StartAsync(ConsumerSettings? settings = null, params Type[] unknown)
    {
        var services = NewServices(unknown, settings);
        var worker = services.GetRequiredService<ConsumerWorker>();
        _processes.Add((services, worker));
        await worker.StartAsync(CancellationToken.None);
        return services.GetRequiredService<WritePath>();
    }

    /// <summary>The entries that were handled in a workspace, in the order in which they were.</summary>
    internal Task<IReadOnlyList<long>> HandledAsync(Guid workspace) => Services.GetRequiredService<Db>().In(workspace).QueryAsync<long>(
        $"SELECT seq FROM test.handled WHERE workspace_id = {workspace} ORDER BY place");

    internal async Task<ConsumerState> StateAsync(Guid workspace, string consumer = Name) =>
        (await Board.StatesAsync(int.MaxValue, CancellationToken.None)).Single(state => state.WorkspaceId == workspace && state.Consumer == consumer);

    /// <summary>Waits until a workspace has been read to the end.</summary>
    internal Task ReadAsync(Guid workspace, string consumer = Name) => Eventually.HoldsAsync(
        "its log is read", async () => await StateAsync(workspace, consumer) is { } state && state.Seq == state.Head);

    internal Task FailsAsync(Guid workspace, int attempts = 1) => Eventually.HoldsAsync(
        $"it has failed {attempts} times", async () => (await StateAsync(workspace)).Attempts >= attempts);

    public async ValueTask DisposeAsync()
    {
        foreach (var (services, worker) in _processes)
        {
            await worker.StopAsync(CancellationToken.None);
            await services.DisposeAsync();
        }

        if (_desk is not null)
            await _desk.DisposeAsync();
    }

    private ServiceProvider NewServices(Type[] unknown, ConsumerSettings? settings = null) => TestEngine.Services(connectionString, unknown, services =>
    {
        services.AddSingleton(settings ?? new ConsumerSettings());
        services.AddConsumer(new Consumer(Name, _ => new Handler(this))
        {
            CanRebuild = true,
            Patience = TimeSpan.FromSeconds(2),
            FirstPause = TimeSpan.FromMilliseconds(50),
            LongestPause = TimeSpan.FromMilliseconds(200),
        });
        services.AddConsumer(new Consumer(Other, _ => new Idler()));
        services.AddJob(new JobKind<string>("test.follow", _ => throw new InvalidOperationException("Nobody runs it here.")));
    });

    private sealed class Handler(ConsumerLab lab) : IConsumerHandler
    {
        public Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel) => lab.Handle(entry, step, cancel);

        public IReadOnlyList<Sql> Clear(Guid workspace) => [$"DELETE FROM test.handled WHERE workspace_id = {workspace}"];
    }

    private sealed class Idler : IConsumerHandler
    {
        public Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel) => Task.CompletedTask;
    }
}
