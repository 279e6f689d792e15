using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Holdfast.Host.Backups;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>
/// People write while server, PostgreSQL and backups are killed at random and a restore beside them, until the machine is lost; then
/// the restore is killed too.
/// <c>HOLDFAST_TEST_KILL_ROUNDS</c> says how often, <c>HOLDFAST_TEST_KILL_SEED</c> where to begin.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Writers = 3;
    private const int KillsInARound = 5;
    private const int Kinds = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="Name">Of the customer that was made.</param>
    /// <param name="Place">Where the log stood when the server had answered: what was answered lies before it.</param>
    private sealed record Acknowledged(string Name, ulong Place);

    [Fact]
    [Trait("asvs", "2.3.3")]
    public async Task What_was_acknowledged_and_archived_is_there_whatever_was_killed_and_nothing_is_there_twice()
    {
        var rounds = Number("HOLDFAST_TEST_KILL_ROUNDS") ?? 1;
        var first = Number("HOLDFAST_TEST_KILL_SEED") ?? Random.Shared.Next(1_000_000);
        for (var seed = first; seed < first + rounds; seed++)
        {
            output.WriteLine($"seed {seed}");
            await RoundAsync(new Random(seed));
        }
    }

    private async Task RoundAsync(Random random)
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        var host = await lab.ServeAsync(machine);
        var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
        var (email, cookie, workspace) = (ada.Email, ada.Cookie, await ada.WorkspaceAsync());
        await lab.FirstCopyAsync();

        var acknowledged = new ConcurrentQueue<Acknowledged>();
        using var lost = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))).ToArray();
        // Each kind at least once.
        var kinds = Enumerable.Range(0, KillsInARound).Select(kill => kill < Kinds ? kill : random.Next(Kinds)).ToArray();
        random.Shuffle(kinds);
        foreach (var kind in kinds)
        {
            await WrittenAsync(random.Next(1, 40));
            if (random.Next(2) == 0)
                await ArchivedAsync();
            switch (kind)
            {
                case 0:
                    output.WriteLine($"{acknowledged.Count} written, the server is killed");
                    await host.KillAsync();
                    await host.DisposeAsync();
                    host = await lab.ServeAsync(machine);
                    break;
                case 1:
                    output.WriteLine($"{acknowledged.Count} written, PostgreSQL is killed");
                    Holdfast.Host.Posix.Signal(BackupLab.Postmaster(machine), Holdfast.Host.Posix.Kill);
                    break;
                default:
                    using (var backup = HostCommand.Start(["backup", .. lab.Settings(machine)]))
                    {
                        await Task.WhenAny(backup.EndAsync(), WrittenAsync(random.Next(1, 60)));
                        output.WriteLine($"{acknowledged.Count} written, a backup is killed{(backup.HasEnded ? ", after its end" : "")}");
                        backup.Kill();
                        await backup.EndAsync();
                    }

                    break;
            }
        }

        // Onto another machine while people go on writing here: what they wrote before it began is there.
        await WrittenAsync(random.Next(1, 40));
        var before = acknowledged.ToArray();
        await ArchivedAsync();
        await RestoredAsync(() => Task.FromResult(before));

        await WrittenAsync(random.Next(1, 40));
        await host.KillAsync();
        await BackupLab.KillPostgresAsync(machine);
        await lost.CancelAsync();
        await Task.WhenAll(writers);
        await host.DisposeAsync();
        await RestoredAsync(async () =>
        {
            var plan = await RestorePlan.MakeAsync(await lab.OpenAsync(), at: null, from: null, Cancel);
            return [.. acknowledged.Where(one => one.Place <= plan.Log[^1].End)];
        });

        async Task RestoredAsync(Func<Task<Acknowledged[]>> find)
        {
            var other = lab.NewMachine();
            using (var restore = HostCommand.Start(["restore", .. lab.Settings(other)]))
            {
                var stages = new[] { "data/restore.unfinished", "data/restore.unfinished/postgres/data/global/pg_control", "data/restore.unfinished/postgres/run" };
                var stage = other[stages[random.Next(stages.Length)]];
                await Eventually.HoldsAsync("the restore has come so far", () => Path.Exists(stage) || restore.HasEnded);
                restore.Kill();
                var (_, said) = await restore.EndAsync();
                output.WriteLine($"the restore is killed at {stage}{said}");
            }

            if (!Directory.Exists(other["data/postgres"]))
                await lab.DoAsync(other, "restore");
            var archived = await find();
            await using var restored = await HostProcess.StartReadyAsync(other);
            var names = (await NamesAsync(other)).Order(StringComparer.Ordinal).ToArray();
            output.WriteLine($"{acknowledged.Count} acknowledged, {archived.Length} of them archived, {names.Length} restored");
            Assert.Equal(names.Distinct(), names);
            Assert.Empty(archived.Select(one => one.Name).Except(names));
            Assert.NotEmpty(archived);
            Assert.Contains(": sound", await lab.DoAsync(other, "log", "verify"), StringComparison.Ordinal);
            using var again = await BackupLab.SignInAsync(restored, email);
            (await again.GetAsync($"/api/workspaces/{workspace}/records/solo.customer")).Is(HttpStatusCode.OK);
        }

        Task WrittenAsync(int more)
        {
            var goal = acknowledged.Count + more;
            return Eventually.HoldsAsync("people go on writing", () => acknowledged.Count >= goal, seconds: 90);
        }

        async Task ArchivedAsync()
        {
            var goal = acknowledged.Select(one => one.Place).DefaultIfEmpty().Max();
            await Eventually.HoldsAsync("what was acknowledged comes into the archive", async () =>
                (await RestorePlan.MakeAsync(await lab.OpenAsync(), at: null, from: null, Cancel)).Log[^1].End >= goal, seconds: 90);
        }

        // One change after the other, each sent again until it is answered.
        async Task WriteAsync(int writer)
        {
            for (var number = 0; !lost.IsCancellationRequested; number++)
            {
                var name = $"{writer}-{number}";
                var transaction = new { id = Guid.CreateVersion7(), schema = 1, operations = new[] { SyncClient.Create(Guid.CreateVersion7(), new { name }) } };
                while (!lost.IsCancellationRequested)
                {
                    try
                    {
                        using var browser = new TestBrowser(host.Http.BaseAddress!) { Cookie = cookie };
                        var answer = await browser.PostAsync($"/api/workspaces/{workspace}/transactions", transaction);
                        if (answer.Status != HttpStatusCode.OK)
                            continue;
                        acknowledged.Enqueue(new Acknowledged(name, await PlaceAsync(machine)));
                        break;
                    }
                    catch (Exception e) when (e is HttpRequestException or NpgsqlException or IOException or ObjectDisposedException)
                    {
                        await Task.Yield();
                    }
                }
            }
        }
    }

    private static async Task<ulong> PlaceAsync(TemporaryFolder machine)
    {
        await using var connection = new NpgsqlConnection(BackupLab.Superuser(machine));
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("SELECT pg_current_wal_flush_lsn()", connection);
        return (ulong)(NpgsqlLogSequenceNumber)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(TemporaryFolder machine)
    {
        await using var connection = new NpgsqlConnection(BackupLab.Superuser(machine));
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("SELECT name FROM solo.customers", connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var names = new List<string>();
        while (await reader.ReadAsync(Cancel))
            names.Add(reader.GetString(0));
        return names;
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
