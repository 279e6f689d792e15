using System.Net.WebSockets;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>The engine behind a socket, with the record types of the tests and without sign-in: whoever comes says who he is.</summary>
public sealed class ScopeServer(TestCluster cluster) : IAsyncLifetime
{
    private readonly List<WebApplication> _doors = [];
    private string _connectionString = "";

    internal TestEngine Engine { get; private set; } = null!;

    /// <summary>A second process on the same database.</summary>
    internal TestEngine Other { get; private set; } = null!;

    internal string ConnectionString => _connectionString;

    private readonly List<TestEngine> _engines = [];

    public async ValueTask InitializeAsync()
    {
        _connectionString = await cluster.CreateDatabaseAsync();
        Engine = await StartAsync();
        Other = await StartAsync();
    }

    /// <summary>One more process on the same database, too old to know these types.</summary>
    internal async Task<Uri> StartOlderAsync(params Type[] unknown)
    {
        await StartAsync(unknown);
        return new Uri(_doors[^1].Urls.First().Replace("http", "ws", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var door in _doors)
            await door.DisposeAsync();
        foreach (var engine in _engines)
        {
            await engine.Hub.StopAsync(CancellationToken.None);
            await engine.DisposeAsync();
        }

        await cluster.DropDatabaseAsync(_connectionString);
    }

    /// <summary>The first column of every row, as the database's superuser sees it.</summary>
    internal async Task<IReadOnlyList<string?>> LookAsync(string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(cluster.SuperuserOf(_connectionString));
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string?>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetValue(0).ToString());
        return rows;
    }

    internal async Task<SyncClient> ConnectAsync(TestWorkspace workspace, TestMember member, string[] scopes, Guid? browser = null, object? cursor = null, Guid? epoch = null, string? access = null, bool other = false) =>
        await SyncClient.ConnectAsync(await SocketAsync(member, other), workspace.Id, scopes, browser, cursor, epoch, access);

    /// <summary>Opens a socket, without a word.</summary>
    internal async Task<SyncClient> OpenAsync(Guid workspace, TestMember member) => SyncClient.Over(await SocketAsync(member, other: false), workspace);

    private Task<ClientWebSocket> SocketAsync(TestMember member, bool other) =>
        SocketAsync(member, new Uri(_doors[other ? 1 : 0].Urls.First().Replace("http", "ws", StringComparison.Ordinal)));

    internal static async Task<ClientWebSocket> SocketAsync(TestMember member, Uri door)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("User", member.User.ToString());
        socket.Options.SetRequestHeader("Session", member.Session.ToString());
        await socket.ConnectAsync(door, CancellationToken.None);
        return socket;
    }

    private async Task<TestEngine> StartAsync(params Type[] unknown)
    {
        var engine = new TestEngine(_connectionString, unknown);
        _engines.Add(engine);
        await engine.Hub.StartAsync(CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var door = builder.Build();
        door.UseWebSockets();
        door.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var user = new SyncUser(Guid.Parse(context.Request.Headers["User"]!), Guid.Parse(context.Request.Headers["Session"]!)) { AsksProof = ProvenAsync };
            await engine.Hub.ServeAsync(socket, user, context.RequestAborted);
        });
        await door.StartAsync();
        _doors.Add(door);
        return engine;
    }

    /// <summary>By itself, for a lambda within that of the door would be taken for its answer.</summary>
    private static Task<bool> ProvenAsync(CancellationToken cancel) => Task.FromResult(true);
}
