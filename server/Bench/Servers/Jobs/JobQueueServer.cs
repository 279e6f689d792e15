using System.Text.Json;
using Npgsql;

namespace Holdfast.Bench.Servers.Jobs;

/// <summary>A job queue in a process of its own, with a database of its own in the product's PostgreSQL.</summary>
internal sealed class JobQueueServer : IAsyncDisposable
{
    private readonly string _database;
    private readonly Server _server;
    private readonly HttpClient _http;

    private JobQueueServer(string name, string database, Server server)
    {
        (Name, _database, _server) = (name, database, server);
        _http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(10) };
    }

    internal string Name { get; }

    /// <summary>The engine's.</summary>
    internal static async Task<JobQueueServer> StartAsync(Product product, CancellationToken cancel)
    {
        var database = await product.CreateDatabaseAsync("jobs", cancel);
        return new("holdfast", database, await Server.StartAsync(["dotnet", typeof(JobServer).Assembly.Location, JobServer.Role, database], cancel));
    }

    /// <summary>One of others, from the folder Peers.</summary>
    internal static async Task<JobQueueServer> StartPeerAsync(string name, string script, Product product, CancellationToken cancel)
    {
        var database = await product.CreateDatabaseAsync(script, cancel);
        return new(name, database, await Peer.StartAsync($"{script}.mjs", database, cancel));
    }

    /// <summary>Takes in jobs that do nothing, while nobody works.</summary>
    internal Task FillAsync(int jobs, CancellationToken cancel) => AskAsync<object>($"fill/{jobs}", cancel);

    /// <summary>Works off all that it was filled with.</summary>
    /// <returns>Seconds from the start of the worker to the start of the last job.</returns>
    internal Task<double> DrainAsync(int jobs, CancellationToken cancel) => AskAsync<double>($"drain/{jobs}", cancel);

    /// <summary>Asks for a job, again and again, while nothing else is to be done.</summary>
    /// <returns>Milliseconds from asking to the start of the job.</returns>
    internal async Task<double[]> DelayAsync(int times, CancellationToken cancel) => (await AskAsync<double[]>($"delay/{times}", cancel))!;

    /// <summary>Holds a snapshot of its database open, as a long report does, until it is disposed.</summary>
    internal async Task<NpgsqlConnection> HoldSnapshotAsync(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync(cancel);
        await using var begin = new NpgsqlCommand("SET idle_in_transaction_session_timeout = 0; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class", connection);
        await begin.ExecuteNonQueryAsync(cancel);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<T?> AskAsync<T>(string what, CancellationToken cancel)
    {
        using var answer = await _http.GetAsync(what, cancel);
        if (!answer.IsSuccessStatusCode)
            throw new BenchException($"{Name} refuses {what}: {await answer.Content.ReadAsStringAsync(cancel)}");
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<T>(text);
    }
}
