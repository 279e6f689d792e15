using System.Collections.Concurrent;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine;

public sealed class HintTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Processes_on_one_database_hear_how_far_a_log_has_grown_also_after_a_broken_connection()
    {
        using var stop = new CancellationTokenSource();
        await using var db = new Db(database.ConnectionString);
        var (speaker, listener) = (New(db), New(db));
        var (own, heard) = (new ConcurrentDictionary<Guid, long>(), new ConcurrentDictionary<Guid, long>());
        Task[] running =
        [
            speaker.SpeakAsync(stop.Token),
            speaker.ListenAsync((workspace, seq) => own[workspace] = seq, stop.Token),
            listener.ListenAsync((workspace, seq) => heard[workspace] = seq, stop.Token),
        ];
        await SaysAsync(Guid.CreateVersion7(), 7);

        await using (var superuser = new NpgsqlConnection(database.SuperuserConnectionString))
        {
            await superuser.OpenAsync(stop.Token);
            await using var kill = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query LIKE '%advisory_lock_shared%' AND pid <> pg_backend_pid()", superuser);
            await kill.ExecuteNonQueryAsync(stop.Token);
        }

        await SaysAsync(Guid.CreateVersion7(), 8);
        Assert.Empty(own);
        await stop.CancelAsync();
        foreach (var task in running)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);

        // A hint may get lost, so that it is said until it is heard.
        Task SaysAsync(Guid workspace, long seq) => Eventually.HoldsAsync("the other process hears", async () =>
        {
            await speaker.LookForOthersAsync(stop.Token);
            speaker.Send(workspace, seq);
            return heard.TryGetValue(workspace, out var known) && known == seq;
        });
    }

    private static Hints New(Db db) => new(db, TimeProvider.System, NullLogger.Instance);
}
