using System.Net;
using System.Text;
using System.Text.Json;
using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary><c>holdfast log</c>, as the process that an operator runs.</summary>
public sealed class LogCommandTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private readonly Guid _ada = Guid.CreateVersion7();
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync()
    {
        _workspace = await _engine.CreateWorkspaceAsync();
        await _workspace.WriteAsync(_workspace.NewCustomer("Ada\u202egnp.exe", _ada));
        await _workspace.WriteAsync(_workspace.NewCustomer("Bob"));
        await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Ada"));
        await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, _ada));
        await _workspace.EraseAsync(_ada, "status");
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Verify_says_that_a_log_is_sound_and_what_is_wrong_with_one_that_is_not()
    {
        var (exit, output) = await RunAsync("log", "verify", "--workspace", $"{_workspace.Id}");
        Assert.True(exit == 0, output);
        Assert.Contains($"workspace {_workspace.Id}: 7 entries, 3 records, 1 deleted: sound\n", output, StringComparison.Ordinal);
        Assert.Matches("entry 7 has the digest [0-9a-f]{64}\n", output);

        await database.AsSuperuserAsync($"UPDATE engine.log SET via = 'forged' WHERE workspace_id = '{_workspace.Id}' AND seq = 4");
        (exit, output) = await RunAsync("log", "verify");
        Assert.Equal(1, exit);
        Assert.Contains($"workspace {_workspace.Id}: entry 4: its digest does not match what it holds\n", output, StringComparison.Ordinal);
        Assert.Contains("NOT SOUND, 1 finding", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_compares_with_the_digests_that_show_prints()
    {
        var (_, shown) = await RunAsync("log", "show", "--json", "--workspace", $"{_workspace.Id}");
        var kept = shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(entry => $"{entry.GetProperty("seq").GetInt64()}:{entry.GetProperty("digest").GetString()}").ToArray();
        var (exit, output) = await RunAsync("log", "verify", "--workspace", $"{_workspace.Id}", "--expect", string.Join(',', kept));
        Assert.True(exit == 0, output);
        Assert.Contains("the 7 digests that were kept are there\n", output, StringComparison.Ordinal);

        (exit, output) = await RunAsync("log", "verify", "--workspace", $"{_workspace.Id}", "--expect", $"6:{kept[6].Split(':')[1]}");
        Assert.Equal(1, exit);
        Assert.Contains("entry 6: has the digest ", output, StringComparison.Ordinal);
        Assert.Contains("NOT SOUND, 1 finding", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_nothing_that_is_said()
    {
        var (exit, output) = await RunAsync("log", "show", "--workspace", $"{_workspace.Id}", "--from", "99");
        Assert.Equal((0, "There is no such entry; the log ends at 7.\n"), (exit, output));
        (exit, output) = await RunAsync("log", "show", "--workspace", $"{_workspace.Id}", "--record", $"solo.customer/{Guid.Empty}");
        Assert.Equal((0, "There is no such entry that touches the record; the log ends at 7.\n"), (exit, output));
    }

    [Fact]
    public async Task Show_is_readable_and_hands_no_control_character_to_the_terminal()
    {
        await database.AsSuperuserAsync($"""
            UPDATE engine.log SET via = E'\x1b]0;owned\x07\u009b31m', changes = jsonb_set(changes, '{"{0,set,email}"}', to_jsonb(E'\x1b[2J\u009b2J\u2028'::text))
            WHERE workspace_id = '{_workspace.Id}' AND seq = 3
            """);
        foreach (var format in new string[][] { [], ["--json"] })
        {
            var (exit, output) = await RunAsync(["log", "show", "--workspace", $"{_workspace.Id}", .. format]);
            Assert.True(exit == 0, output);
            Assert.DoesNotContain(output, character => char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator || (char.IsControl(character) && character != '\n'));
        }

        var (_, text) = await RunAsync("log", "show", "--workspace", $"{_workspace.Id}", "--from", "3");
        Assert.Contains("name: \"Ada\\u{202E}gnp.exe\"", text, StringComparison.Ordinal);
        Assert.Contains("name: \"Ada\\u{202E}gnp.exe\" -> \"Ada\"", text, StringComparison.Ordinal);
        Assert.Contains("status: (erased)", text, StringComparison.Ordinal);
        Assert.Contains("status: was (erased)", text, StringComparison.Ordinal);
        Assert.Contains($"  erase solo.customer {_ada}: status\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("access.member", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_takes_a_range_and_a_record()
    {
        Assert.Equal("3, 4", await SeqsAsync("--from", "3", "--to", "4"));
        Assert.Equal("3, 5, 6", await SeqsAsync("--record", $"solo.customer/{_ada}"));
        Assert.Equal("5", await SeqsAsync("--record", $"solo.customer/{_ada}", "--from=4", "--to=5"));

        async Task<string> SeqsAsync(params string[] arguments)
        {
            var (_, output) = await RunAsync(["log", "show", "--json", "--workspace", $"{_workspace.Id}", .. arguments]);
            return string.Join(", ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64()));
        }
    }

    [Fact]
    public async Task Records_are_shown_as_they_were_after_an_entry()
    {
        var (_, then) = await RunAsync("log", "records", "--workspace", $"{_workspace.Id}", "--at", "4", "--type", "solo.customer", "--json");
        var records = then.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([("Ada\u202egnp.exe", 3), ("Bob", 4)], records.Select(record => (record.GetProperty("values").GetProperty("name").GetString()!, record.GetProperty("version").GetInt32())));
        Assert.Equal(["status"], records[0].GetProperty("erased").EnumerateArray().Select(name => name.GetString()!));

        var (_, one) = await RunAsync("log", "records", "--workspace", $"{_workspace.Id}", "--at", "5", "--record", $"solo.customer/{_ada}");
        Assert.StartsWith($"solo.customer {_ada}, version 5\n", one, StringComparison.Ordinal);
        Assert.Contains("    name: \"Ada\"\n", one, StringComparison.Ordinal);
        Assert.Contains("    status: (erased)\n", one, StringComparison.Ordinal);

        // Without a place as they are: the one is deleted. All types, where none is named.
        var (_, now) = await RunAsync("log", "records", "--workspace", $"{_workspace.Id}");
        Assert.DoesNotContain($"{_ada}", now, StringComparison.Ordinal);
        Assert.Contains("name: \"Bob\"", now, StringComparison.Ordinal);
        Assert.Contains($"access.member {_workspace.Owner.Member}, version 2\n", now, StringComparison.Ordinal);
        Assert.Contains($"access.workspace {_workspace.Id}, version 1\n", now, StringComparison.Ordinal);
        Assert.Equal((0, "There was no such record after entry 7; the log ends at 7.\n"), await RunAsync("log", "records", "--workspace", $"{_workspace.Id}", "--record", $"solo.customer/{_ada}"));

        var (exit, refused) = await RunAsync("log", "records", "--workspace", $"{_workspace.Id}", "--at", "8");
        Assert.NotEqual(0, exit);
        Assert.Contains("--at names entry 8, and the log ends at 7.", refused, StringComparison.Ordinal);
        (exit, refused) = await RunAsync("log", "records", "--workspace", $"{_workspace.Id}", "--type", "solo.custmer");
        Assert.NotEqual(0, exit);
        Assert.Contains("--type takes a record type, not 'solo.custmer'. The types are access.field, ", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erase_takes_out_of_the_log_what_a_record_once_held()
    {
        const string secret = "bob@secret.example";
        var bob = Guid.CreateVersion7();
        var before = await WhereAsync();
        await _workspace.WriteAsync(Compose.Create(_engine.Registry, bob, new Customer { Name = "Bob", Email = secret, Phone = "+1 555" }));
        var then = await _workspace.HeadAsync();
        var read = await WhereAsync();
        await _workspace.WriteAsync(_workspace.Set(bob, "email", null));
        string[] erase = ["log", "erase", "--workspace", $"{_workspace.Id}", "--record", $"solo.customer/{bob}"];

        // Nothing goes by mistake.
        var (exit, output) = await RunAsync(erase);
        Assert.NotEqual(0, exit);
        Assert.Contains($"'log show --record solo.customer/{bob}' prints what the log holds; add --yes where it shall go.", output, StringComparison.Ordinal);
        foreach (var (says, arguments) in new (string, string[])[] { ("has no field 'emial'", [.. erase, "--fields", "emial", "--yes"]), ("There never was a solo.customer", [.. erase[..5], $"solo.customer/{Guid.CreateVersion7()}", "--yes"]) })
        {
            (exit, output) = await RunAsync(arguments);
            Assert.NotEqual(0, exit);
            Assert.Contains(says, output, StringComparison.Ordinal);
        }

        Assert.Equal(then + 1, await _workspace.HeadAsync());
        Assert.True(await IsThereAsync(secret));

        (exit, output) = await RunAsync([.. erase, "--fields", "email", "--yes"]);
        Assert.True(exit == 0, output);
        Assert.Equal(
            $"entry {then + 2} erases what solo.customer {bob} once held in email: 2 values are gone from the log\nBackups and exported workspaces from before still hold it all, until they are thrown away.\n", output);
        Assert.False(await IsThereAsync(secret));
        Assert.Empty(await _workspace.FindingsAsync());
        var (_, shown) = await RunAsync("log", "show", "--workspace", $"{_workspace.Id}", "--record", $"solo.customer/{bob}");
        Assert.Contains("    email: (erased)\n", shown, StringComparison.Ordinal);
        Assert.Contains("    email: (erased) -> null\n", shown, StringComparison.Ordinal);
        var past = await _engine.History.AtAsync(_workspace.Id, _engine.Customers, bob, then, CancellationToken.None);
        Assert.Equal(("null", "email"), (past!.Values["email"], Assert.Single(past.Erased)));
        var (_, records) = await RunAsync("log", "records", "--workspace", $"{_workspace.Id}", "--at", $"{then}");
        Assert.Contains("    email: (erased)\n    phone: \"+1 555\"\n", records, StringComparison.Ordinal);

        // A browser that has it is told that it is empty now; one that comes from before it never hears of it.
        Assert.Contains("\"set\":{\"email\": null}", await CatchUpAsync(read), StringComparison.Ordinal);
        var missed = await CatchUpAsync(before);
        Assert.Contains($"{bob}", missed, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, missed, StringComparison.Ordinal);

        // What it holds now stays, and that is said.
        (exit, output) = await RunAsync([.. erase, "--yes"]);
        Assert.True(exit == 0, output);
        Assert.Contains("What it holds now stays, in the table and in the log.", output, StringComparison.Ordinal);
        Assert.True(await IsThereAsync("+1 555"));
        await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, bob));
        (_, output) = await RunAsync([.. erase, "--yes"]);
        Assert.DoesNotContain("What it holds now stays", output, StringComparison.Ordinal);
        Assert.False(await IsThereAsync("+1 555"));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task Revocations_say_what_browsers_were_told_to_forget_and_which_did()
    {
        Assert.Equal((0, "No browser was told to forget anything in the last 90 days.\n"), await RunAsync("log", "revocations", "--workspace", $"{_workspace.Id}"));
        var (forgot, silent, sent) = (Guid.CreateVersion7(), Guid.CreateVersion7(), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await database.AsSuperuserAsync($$"""
            INSERT INTO engine.revocations (workspace_id, id, browser_id, user_id, seq, scopes, records, sent_at, acknowledged_at) VALUES
              ('{{_workspace.Id}}', gen_random_uuid(), '{{forgot}}', '{{_workspace.Owner.User}}', 1, '{solo.customers}', 2, '{{sent:O}}', '{{sent.AddSeconds(1):O}}'),
              ('{{_workspace.Id}}', gen_random_uuid(), '{{silent}}', '{{_workspace.Owner.User}}', 1, '{}', 0, '{{sent.AddMinutes(1):O}}', NULL)
            """);
        var (_, output) = await RunAsync("log", "revocations", "--workspace", $"{_workspace.Id}");
        Assert.Equal(
            $"""
            2026-01-02 03:04:05Z  user {_workspace.Owner.User}, browser {forgot}: solo.customers, 2 records: forgotten 2026-01-02 03:04:06Z
            2026-01-02 03:05:05Z  user {_workspace.Owner.User}, browser {silent}: what a snapshot left out: NOT ANSWERED

            """, output);
    }

    [Theory]
    [InlineData("'log' takes verify or show or records or erase or revocations, not 'prove'", "log", "prove")]
    [InlineData("'log erase' needs --record TYPE/ID", "log", "erase", "--workspace", "00000000-0000-0000-0000-000000000001", "--yes")]
    [InlineData("--fields takes the names of fields", "log", "erase", "--workspace", "00000000-0000-0000-0000-000000000001", "--record", "x", "--yes", "--fields", ",")]
    [InlineData("leave --type away", "log", "records", "--workspace", "00000000-0000-0000-0000-000000000001", "--record", "x", "--type", "x")]
    [InlineData("--at takes the number of an entry, from 1, not '-1'", "log", "records", "--workspace", "00000000-0000-0000-0000-000000000001", "--at", "-1")]
    [InlineData("'log show' needs --workspace ID", "log", "show")]
    [InlineData("--workspace takes the id of a workspace (UUID), not 'x'", "log", "verify", "--workspace", "x")]
    [InlineData("There is no workspace 00000000-0000-0000-0000-000000000001", "log", "verify", "--workspace", "00000000-0000-0000-0000-000000000001")]
    [InlineData("--expect takes SEQ:DIGEST", "log", "verify", "--workspace", "00000000-0000-0000-0000-000000000001", "--expect", "7:abc")]
    [InlineData("--expect needs --workspace ID", "log", "verify", "--expect", "7:abc")]
    [InlineData("'log verify' takes --workspace, --expect", "log", "verify", "--from", "1")]
    [InlineData("--from takes the number of an entry, from 1, not '0'", "log", "show", "--workspace", "00000000-0000-0000-0000-000000000001", "--from", "0")]
    [InlineData("--workspace is given twice", "log", "verify", "--workspace", "x", "--workspace", "y")]
    public async Task Bad_arguments_are_named_with_the_way_out(string says, params string[] arguments)
    {
        var (exit, output) = await RunAsync(arguments);
        Assert.NotEqual(0, exit);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_runs_beside_the_server_and_without_it()
    {
        using var folder = new TemporaryFolder();
        string[] verify = ["log", "verify", "--data", folder["data"], "--postgres-bin", TestCluster.Programs];
        var (exit, output) = await HostCommand.RunAsync(verify);
        Assert.Equal((1, false), (exit, Directory.Exists(folder["data"])));
        Assert.Contains("There is no database in", output, StringComparison.Ordinal);

        await using (var host = await HostProcess.StartReadyAsync(folder))
        {
            using var ada = new TestBrowser(host.Http.BaseAddress!);
            (await ada.PostAsync("/api/sign-up", new { email = "ada@example.org", password = "correct horse battery", name = "Ada", workspace = "Engines" })).Is(HttpStatusCode.Created);
            (exit, output) = await HostCommand.RunAsync(verify);
            Assert.True(exit == 0, output);
            Assert.Contains("2 records, 0 deleted: sound", output, StringComparison.Ordinal);
            using var ready = await host.Http.GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }

        Assert.Equal((0, output), await HostCommand.RunAsync(verify));
        Assert.False(File.Exists(folder["data/postgres/data/postmaster.pid"]));
    }

    /// <summary>Where a browser stands that has read everything.</summary>
    private async Task<Whereabouts> WhereAsync()
    {
        var frames = await FramesAsync(new Whereabouts(null, null, null, ["solo.customers"]));
        var welcome = JsonDocument.Parse(frames[0]).RootElement;
        var head = welcome.GetProperty("head");
        return new Whereabouts(welcome.GetProperty("epoch").GetGuid(), (head.GetProperty("seq").GetInt64(), head.GetProperty("tx").GetGuid()), welcome.GetProperty("me").GetProperty("access").GetString(), ["solo.customers"]);
    }

    /// <summary>All that a browser is told that comes back from there.</summary>
    private async Task<string> CatchUpAsync(Whereabouts at) => string.Concat((await FramesAsync(at)).Select(Encoding.UTF8.GetString));

    private async Task<IReadOnlyList<byte[]>> FramesAsync(Whereabouts at) =>
        (await _engine.Get<SyncDesk>().CatchUpAsync(_workspace.Id, new SyncUser(_workspace.Owner.User, _workspace.Owner.Session), at, CancellationToken.None)).Frames!;

    /// <summary>Whether a text stands in the log, a tombstone, a stored answer or a customer.</summary>
    private async Task<bool> IsThereAsync(string text) => await database.AsSuperuserAsync($"""
        SELECT bool_or(position('{text}' IN held) > 0) FROM (
          SELECT l::text FROM engine.log l WHERE workspace_id = '{_workspace.Id}' UNION ALL SELECT t::text FROM engine.tombstones t WHERE workspace_id = '{_workspace.Id}'
          UNION ALL SELECT o::text FROM engine.outcomes o WHERE workspace_id = '{_workspace.Id}' UNION ALL SELECT c::text FROM solo.customers c WHERE workspace_id = '{_workspace.Id}') AS all_of(held)
        """) == "True";

    private Task<(int Exit, string Output)> RunAsync(params string[] arguments) => HostCommand.RunAsync([.. arguments, "--database", database.ConnectionString]);
}
