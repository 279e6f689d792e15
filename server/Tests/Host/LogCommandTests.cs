using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Engine.Operations;
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

    [Theory]
    [InlineData("'log' takes verify or show, not 'prove'", "log", "prove")]
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
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sign-up")
            {
                Content = JsonContent.Create(new { email = "ada@example.org", password = "correct horse battery", name = "Ada", workspace = "Engines" }),
            };
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            using var answer = await host.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            (exit, output) = await HostCommand.RunAsync(verify);
            Assert.True(exit == 0, output);
            Assert.Contains("2 records, 0 deleted: sound", output, StringComparison.Ordinal);
            using var ready = await host.Http.GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }

        Assert.Equal((0, output), await HostCommand.RunAsync(verify));
        Assert.False(File.Exists(folder["data/postgres/data/postmaster.pid"]));
    }

    private Task<(int Exit, string Output)> RunAsync(params string[] arguments) => HostCommand.RunAsync([.. arguments, "--database", database.ConnectionString]);
}
