using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Engine.Compaction;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Series;
using Holdfast.Engine.Transfer;
using Holdfast.Host.Backups;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Transfer;

/// <summary>A workspace in a file: out of one instance, into another, of this version or of an older one.</summary>
public sealed class TransferTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestEngine _engine = new(database.ConnectionString);
    private readonly Guid _ada = Guid.CreateVersion7();
    private Guid _thing;
    private Envelope _envelope = null!;
    private TestWorkspace _workspace = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _envelope = Seal(_folder["key"]);
        _workspace = await _engine.CreateWorkspaceAsync();
        await _workspace.WriteAsync(_workspace.NewCustomer("Ada \"Engine\"\n\u2028 née Byron", _ada));
        await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Ada"));
        _thing = await _workspace.AddThingAsync(new { title = "A safe", password = "geheim" });
        var gone = Guid.CreateVersion7();
        await _workspace.WriteAsync(_workspace.NewCustomer("Gone", gone));
        await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, gone));
        await _workspace.EraseAsync(gone, "name");
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_comes_into_another_instance_as_it_was_under_a_new_epoch_and_the_log_holds()
    {
        var file = await ExportAsync();
        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        var report = await ImportAsync(elsewhere, file);
        Assert.Equal((_workspace.Id, 8L), (report.Workspace, report.Entries));
        var rows = await RowsAsync(Home, _workspace.Id);
        Assert.Contains(rows, row => row.Contains("n\u00e9e", StringComparison.Ordinal) || row.Contains("née", StringComparison.Ordinal));
        Assert.Equal(rows, await RowsAsync(elsewhere, _workspace.Id));
        Assert.NotEqual(await EpochAsync(Home), await EpochAsync(elsewhere));
        await SoundAsync(elsewhere, _workspace.Id);
        Assert.Equal("geheim", await elsewhere.Engine.Db.In(_workspace.Id).FirstAsync<string>($"SELECT value FROM engine.secrets WHERE record_id = {_thing}"));
        Assert.DoesNotContain(Unpack(file), line => line.Contains("geheim", StringComparison.Ordinal));

        Assert.Contains("is here already", (await Assert.ThrowsAsync<TransferException>(() => ImportAsync(elsewhere, file))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_itself_it_gets_a_new_id_wherever_the_old_one_stood()
    {
        var report = await ImportAsync(Home, await ExportAsync(), asNew: true);
        Assert.NotEqual(_workspace.Id, report.Workspace);
        await SoundAsync(Home, report.Workspace);
        var rows = await RowsAsync(Home, report.Workspace);
        Assert.DoesNotContain(rows, row => row.Contains(_workspace.Id.ToString(), StringComparison.Ordinal));
        Assert.Equal((await RowsAsync(Home, _workspace.Id)).Select(row => row.Replace(_workspace.Id.ToString(), report.Workspace.ToString(), StringComparison.Ordinal)).Order(StringComparer.Ordinal), rows);
    }

    [Fact]
    public async Task A_person_who_is_here_under_another_id_is_that_one_from_then_on()
    {
        var here = Guid.CreateVersion7();
        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        await ImportAsync(elsewhere, await ExportAsync(), known: new Dictionary<Guid, Guid> { [_workspace.Owner.User] = here });
        var rows = await RowsAsync(elsewhere, _workspace.Id);
        Assert.DoesNotContain(rows, row => row.Contains(_workspace.Owner.User.ToString(), StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains(here.ToString(), StringComparison.Ordinal));
        await SoundAsync(elsewhere, _workspace.Id);
    }

    [Fact]
    public async Task A_cut_or_altered_file_and_another_key_are_refused_and_nothing_is_left()
    {
        var file = await ExportAsync();
        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        var lines = Unpack(file);
        await RefusedAsync(file[..(file.Length / 2)], "cut off");
        await RefusedAsync(Pack(lines[..^1]), "its last line is missing");
        await RefusedAsync([.. file.Select((value, at) => at == file.Length / 2 ? (byte)(value ^ 1) : value)], "altered");
        await RefusedAsync(Pack([.. lines.Select(line => line.Replace("Ada", "Eve", StringComparison.Ordinal))]), "altered");
        await RefusedAsync(Pack([.. lines[..3], .. lines[4..]]), "altered");
        await RefusedAsync(Pack(["{}", "{}"]), "altered");
        await RefusedAsync([1, 2, 3], "altered");
        await RefusedAsync(Pack([lines[0].Replace("\"format\":2", "\"format\":3", StringComparison.Ordinal), .. lines[1..]]), "has format 3, and this version of Holdfast reads 1 to 2");
        await RefusedAsync(file, "Name the file of that one by --backup-key", Seal(_folder["strange"]));

        async Task RefusedAsync(byte[] bytes, string says, Envelope? envelope = null)
        {
            Assert.Contains(says, (await Assert.ThrowsAsync<TransferException>(() => ImportAsync(elsewhere, bytes, envelope: envelope))).Message, StringComparison.Ordinal);
            Assert.Empty(await RowsAsync(elsewhere, _workspace.Id));
        }
    }

    [Fact]
    public async Task What_an_older_version_wrote_is_brought_up_to_date_and_what_a_newer_one_wrote_is_refused()
    {
        var person = Guid.CreateVersion7();
        var written = await _engine.WritePath.WriteAsync(_workspace.Id, _engine.Read(
            _workspace.Owner, $$"""[{"op":"create","type":"test.person","id":"{{person}}","values":{"firstName":"Ada","lastName":"Lovelace","email":"ada@example.org"} }]"""));
        Assert.Equal(OutcomeKind.Applied, written.Kind);
        var lines = Unpack(await ExportAsync());
        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        Assert.Contains("this version takes 1 to 3", (await Assert.ThrowsAsync<TransferException>(async () => await ImportAsync(elsewhere, await PackAsync(lines, _ => null, schema: 4)))).Message, StringComparison.Ordinal);

        // As schema 1 had it: one name, and mail; its entry is of the time before there were digests, so that it can be written here.
        await ImportAsync(elsewhere, await PackAsync(lines, line =>
        {
            if (line["row"] is { } row && line["table"]!.GetValue<string>() == "engine.log")
            {
                (row["digest"], row["salts"], row["schema"]) = (null, null, 1);
                foreach (var change in row["changes"]!.AsArray().Where(change => change!["id"]!.GetValue<string>() == person.ToString()))
                    change!["set"] = Old();
            }
            else if (line["row"] is JsonObject workspace && line["table"]!.GetValue<string>() == "engine.workspaces")
            {
                workspace.Remove("sealed_from");
            }
            else if (line["record"] is { } record && record["id"]!.GetValue<string>() == person.ToString())
            {
                record["values"] = Old();
            }

            return line;
        }, schema: 1));
        Assert.Equal("Ada|Lovelace|ada@example.org", await elsewhere.Engine.Db.In(_workspace.Id).FirstAsync<string>($"SELECT concat_ws('|', first_name, last_name, email) FROM test.people"));
        await SoundAsync(elsewhere, _workspace.Id);

        static JsonObject Old() => new() { ["fullName"] = "Ada Lovelace", ["mail"] = "ada@example.org", ["fax"] = "1815" };
    }

    [Fact]
    public async Task A_compacted_log_comes_along_and_holds_under_its_id_and_under_a_new_one()
    {
        var clock = new TestClock();
        await using var engine = new TestEngine(database.ConnectionString, services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton(new CompactionSettings { KeepEntries = CompactionSettings.Shortest });
            // Nobody runs the product's consumers here, and what they have not read stays.
            services.RemoveAll<Holdfast.Engine.Consumers.Consumer>();
        });
        clock.Forward(TimeSpan.FromDays(-400));
        _workspace = await engine.CreateWorkspaceAsync();
        for (var i = 0; i < 3; i++)
        {
            await _workspace.WriteAsync(_workspace.NewCustomer($"Customer {i}"));
            await _workspace.WriteAsync(_workspace.Set((await _workspace.CustomersAsync())[0].Id, "name", $"Name {i}"));
            clock.Forward(TimeSpan.FromDays(120));
            await engine.Get<LogKeeper>().CompactAsync(_workspace.Id, Cancel);
        }

        Assert.True(await _engine.History.CompactedAsync(_workspace.Id, Cancel) > 3);
        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        await ImportAsync(elsewhere, await ExportAsync());
        Assert.Equal(await RowsAsync(Home, _workspace.Id), await RowsAsync(elsewhere, _workspace.Id));
        await SoundAsync(elsewhere, _workspace.Id);
        var report = await ImportAsync(Home, await ExportAsync(), asNew: true, known: new Dictionary<Guid, Guid> { [_workspace.Owner.User] = Guid.CreateVersion7() });
        await SoundAsync(Home, report.Workspace);
    }

    [Fact]
    public async Task A_file_that_bears_the_id_of_a_workspace_that_is_here_adds_nothing_to_it_whatever_it_lacks()
    {
        var lines = Unpack(await ExportAsync());
        // As a partner could make it who seals with his own key: no row of the workspace itself, which is what is here already.
        var stranger = Guid.CreateVersion7();
        var member = lines.First(line => line.StartsWith("{\"record\":", StringComparison.Ordinal) && line.Contains("\"access.member\"", StringComparison.Ordinal));
        var forged = JsonNode.Parse(member)!;
        (forged["record"]!["id"], forged["record"]!["values"]!["user"]) = (Guid.CreateVersion7().ToString(), stranger.ToString());
        var before = await RowsAsync(Home, _workspace.Id);
        var file = await PackAsync([lines[0], forged.ToJsonString(), lines[^1]], _ => null, _engine.Registry.Schema);
        Assert.Contains("is here already", (await Assert.ThrowsAsync<TransferException>(() => ImportAsync(Home, file))).Message, StringComparison.Ordinal);
        Assert.Equal(before, await RowsAsync(Home, _workspace.Id));
        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        await Assert.ThrowsAsync<TransferException>(() => ImportAsync(elsewhere, file));
        Assert.Empty(await RowsAsync(elsewhere, _workspace.Id));
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public async Task A_file_with_more_people_than_any_company_has_is_refused_before_they_are_looked_up(int people, bool isTaken)
    {
        var lines = Unpack(await ExportAsync());
        var persons = lines.Where(line => line.StartsWith("{\"person\":", StringComparison.Ordinal)).ToArray();
        var named = JsonNode.Parse(persons[0])!["person"]!;
        string Another(int number) => persons[0]
            .Replace((string)named["id"]!, $"{Guid.CreateVersion7()}", StringComparison.Ordinal).Replace((string)named["email"]!, $"{number}@example.org", StringComparison.Ordinal);
        var crowd = await PackAsync([lines[0], .. Enumerable.Range(persons.Length, people - persons.Length).Select(Another), .. lines[1..]], _ => null, _engine.Registry.Schema);
        var asked = 0;
        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        var import = WorkspaceImport.ReadAsync(elsewhere.ConnectionString, _engine.Registry, new MemoryStream(crowd), asNew: false, _envelope, new TransferPeople(MatchAsync, _ => []), Cancel);
        if (isTaken)
            await import;
        else
            await Assert.ThrowsAsync<TransferException>(() => import);
        Assert.Equal(isTaken ? people : 0, asked);

        Task<IReadOnlyDictionary<Guid, Guid>> MatchAsync(IReadOnlyList<TransferPerson> all)
        {
            asked = all.Count;
            return Task.FromResult<IReadOnlyDictionary<Guid, Guid>>(new Dictionary<Guid, Guid>());
        }
    }

    [Fact]
    public async Task A_small_file_that_unpacks_into_one_endless_line_does_not_fill_the_memory()
    {
        using var stream = new MemoryStream();
        await using (var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            var much = new byte[1 << 20];
            for (var i = 0; i < 2 * TransferFile.LongestLine >> 20; i++)
                await packed.WriteAsync(much, Cancel);
            await packed.WriteAsync("\n{}\n"u8.ToArray(), Cancel);
        }

        stream.Position = 0;
        Assert.InRange(stream.Length, 0, 1 << 20);
        var lines = 0;
        await Assert.ThrowsAsync<TransferException>(() => TransferFile.ReadAsync(stream, _envelope, (_, _) => Task.FromResult(lines++), Cancel));
        // It stopped before the end of the line, and not at what the line says.
        Assert.True(stream.Position < stream.Length, "it was read to its end");
    }

    private Instance Home => new(database.ConnectionString, database.SuperuserConnectionString, _engine, null);

    [Fact]
    public async Task For_a_person_what_he_may_not_read_is_sealed_and_all_of_it_comes_in_again()
    {
        const string Words = "said to one alone";
        var talk = Guid.CreateVersion7();
        await _workspace.WriteAsServerAsync(Compose.Create(_engine.Registry, talk, new Talk { Topic = Words }));
        var owner = await _engine.Get<AccessReader>().ReadAsync(_workspace.Id, _workspace.Owner.Actor, Cancel);
        var said = new List<(int Percent, string Step, long Count)>();
        var file = await ExportAsync(owner, (percent, step, count) => said.Add((percent, step, count)));

        var lines = Unpack(file);
        Assert.Contains(lines, line => line.Contains("A safe", StringComparison.Ordinal) && line.StartsWith("{\"record\":", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("{\"table\":\"engine.log\"", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(Words, StringComparison.Ordinal) || line.Contains(talk.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("{\"table\":", StringComparison.Ordinal) && !line.StartsWith("{\"table\":\"engine.log\"", StringComparison.Ordinal));
        // The control: an operator's file says it.
        Assert.Contains(Unpack(await ExportAsync()), line => line.Contains(Words, StringComparison.Ordinal));
        Assert.Equal(["log", "records", "rest"], said.Select(one => one.Step).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(said.Select(one => one.Percent).Order(), said.Select(one => one.Percent));
        Assert.Equal(99, said[^1].Percent);

        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        await ImportAsync(elsewhere, file);
        Assert.Equal(await RowsAsync(Home, _workspace.Id), await RowsAsync(elsewhere, _workspace.Id));
        await SoundAsync(elsewhere, _workspace.Id);
        // A sealed line in another's place does not open.
        var at = Enumerable.Range(1, lines.Length - 2).Where(i => lines[i].StartsWith("{\"sealed\":", StringComparison.Ordinal)).Take(2).ToArray();
        (lines[at[0]], lines[at[1]]) = (lines[at[1]], lines[at[0]]);
        await using var again = await Instance.NewAsync(database.Cluster);
        Assert.Contains("altered", (await Assert.ThrowsAsync<TransferException>(() => ImportAsync(again, Pack(lines)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_come_along_whatever_their_age_and_go_when_their_time_is_over()
    {
        var now = TimeProvider.System.GetUtcNow();
        DateTimeOffset[] times = [now, now.AddDays(-40), now.AddYears(-3)];
        await using (var connection = new NpgsqlConnection(Home.Superuser))
        {
            await connection.OpenAsync(Cancel);
            foreach (var at in times)
            {
                await using var command = new NpgsqlCommand("""
                    SELECT engine.series_part('test.traffic' || suffix, $1) FROM unnest(ARRAY['', '_hours', '_days']) AS suffix
                    """, connection) { Parameters = { new() { Value = at } } };
                await command.ExecuteNonQueryAsync(Cancel);
            }
        }

        var subject = Guid.CreateVersion7();
        var kept = new SeriesKind("test.traffic", "bytes_in", "bytes_out") { KeepPoints = TimeSpan.FromDays(3660) };
        await _engine.Db.System.ExecuteAsync([.. SeriesSql.Insert(kept, [.. times.Select(at => new SeriesPoint(_workspace.Id, subject, at, 3, 4))], now)]);
        var file = await ExportAsync();
        Assert.Equal(8, Unpack(file).Count(line => line.StartsWith("{\"table\":\"test.traffic", StringComparison.Ordinal)));

        await using var elsewhere = await Instance.NewAsync(database.Cluster);
        await ImportAsync(elsewhere, file);
        Assert.Equal(await RowsAsync(Home, _workspace.Id), await RowsAsync(elsewhere, _workspace.Id));
        Assert.Equal(3, await PointsAsync());

        // Here they are kept for less: what is older goes, and the sums stay.
        var shorter = new SeriesKind("test.traffic", "bytes_in", "bytes_out") { KeepPoints = TimeSpan.FromDays(30) };
        await using (var import = new NpgsqlConnection(elsewhere.Superuser + ";Pooling=false"))
        {
            // But not while another workspace is being taken in.
            await import.OpenAsync(Cancel);
            await using var holds = new NpgsqlCommand("SELECT pg_advisory_lock_shared(hashtextextended('series import', 0))", import);
            await holds.ExecuteNonQueryAsync(Cancel);
            await KeepAsync();
            Assert.Equal(3, await PointsAsync());
        }

        await Eventually.HoldsAsync("the old parts are gone", async () => await KeepAsync() > 0);
        Assert.Equal(1, await PointsAsync());

        Task<int> KeepAsync() => elsewhere.Engine.Db.System.FirstAsync<int>(SeriesSql.Keep(shorter.Tables.First(), now), Cancel);

        Task<long> PointsAsync() => elsewhere.Engine.Db.In(_workspace.Id).FirstAsync<long>($"SELECT count(*) FROM test.traffic WHERE workspace_id = {_workspace.Id}");
    }

    private async Task<byte[]> ExportAsync(Access? reader = null, ExportProgress? say = null)
    {
        using var stream = new MemoryStream();
        await WorkspaceExport.WriteAsync(
            database.ConnectionString, _engine.Registry, _workspace.Id, stream, "1.2.3", _envelope,
            users => Task.FromResult<IReadOnlyList<TransferPerson>>([.. users.Select(user => new TransferPerson(user, "ada@example.org", "Ada", "en", null))]), Cancel, reader, say);
        return stream.ToArray();
    }

    private Task<TransferReport> ImportAsync(Instance into, byte[] file, bool asNew = false, Envelope? envelope = null, IReadOnlyDictionary<Guid, Guid>? known = null) => WorkspaceImport.ReadAsync(
        into.ConnectionString, into.Engine.Registry, new MemoryStream(file), asNew, envelope ?? _envelope,
        new TransferPeople(_ => Task.FromResult(known ?? new Dictionary<Guid, Guid>()), _ => []), Cancel);

    private sealed record Instance(string ConnectionString, string Superuser, TestEngine Engine, TestCluster? Cluster) : IAsyncDisposable
    {
        public static async Task<Instance> NewAsync(TestCluster cluster)
        {
            var connection = await cluster.CreateDatabaseAsync();
            return new Instance(connection, cluster.SuperuserOf(connection), new TestEngine(connection), cluster);
        }

        public async ValueTask DisposeAsync()
        {
            await Engine.DisposeAsync();
            await Cluster!.DropDatabaseAsync(ConnectionString);
        }
    }

    /// <summary>All that the database holds of a workspace but what differs by design, in an order of its own.</summary>
    private static async Task<string[]> RowsAsync(Instance instance, Guid workspace)
    {
        await using var connection = new NpgsqlConnection(instance.Superuser);
        await connection.OpenAsync(Cancel);
        var rows = new List<string>();
        foreach (var table in await WorkspaceTable.ListAsync(connection, Cancel))
        {
            await using var command = new NpgsqlCommand($"SELECT '{table.Name} ' || (to_jsonb(t) - 'workspace_id' - 'epoch' - 'digest')::text FROM {table.Name} t WHERE workspace_id = $1", connection) { Parameters = { new() { Value = workspace } } };
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            while (await reader.ReadAsync(Cancel))
                rows.Add(reader.GetString(0));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private Task<Guid> EpochAsync(Instance instance) =>
        instance.Engine.Db.In(_workspace.Id).FirstAsync<Guid>($"SELECT epoch FROM engine.workspaces WHERE workspace_id = {_workspace.Id}");

    private static async Task SoundAsync(Instance elsewhere, Guid workspace)
    {
        var findings = new List<string>();
        await elsewhere.Engine.Verifier.VerifyAsync(workspace, finding => findings.Add($"{finding.Where}: {finding.What}"), Cancel);
        Assert.Empty(findings);
    }

    private static Envelope Seal(string file) => BackupKey.Create(file).ToEnvelope();

    private static byte[] Pack(string[] lines)
    {
        using var stream = new MemoryStream();
        using (var packed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            packed.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        return stream.ToArray();
    }

    /// <summary>The lines again as a whole file, each but the last changed as told.</summary>
    private async Task<byte[]> PackAsync(string[] lines, Func<JsonNode, JsonNode?> change, int schema)
    {
        using var stream = new MemoryStream();
        await using (var writer = new TransferFile.Writer(stream, _envelope, _workspace.Id))
        {
            var head = JsonNode.Parse(lines[0])!;
            head["schema"] = schema;
            head["format"] = TransferHead.Oldest;
            await writer.WriteAsync(head.ToJsonString(), Cancel);
            foreach (var line in lines[1..^1])
                await writer.WriteAsync((change(JsonNode.Parse(line)!) ?? JsonNode.Parse(line)!).ToJsonString(), Cancel);
            await writer.EndAsync(Cancel);
        }

        return stream.ToArray();
    }

    private static string[] Unpack(byte[] file)
    {
        using var packed = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var text = new StreamReader(packed);
        return text.ReadToEnd().TrimEnd('\n').Split('\n');
    }
}
