using System.Net;
using Holdfast.Tests.Host.Backups;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary><c>holdfast workspace</c>: a workspace moves from one machine to another.</summary>
public sealed class WorkspaceCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workspace_moves_with_its_people_who_sign_in_with_the_passwords_that_they_had()
    {
        await using var lab = new BackupLab();
        var first = lab.NewMachine();
        var file = first["engines.holdfast"];
        string email;
        Guid workspace;
        await using (var host = await HostProcess.StartReadyAsync(first, "--backup-key", lab.Key))
        {
            var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            (email, workspace) = (ada.Email, await ada.WorkspaceAsync());
            using var client = await SyncClient.ConnectAsync(ada);
            await client.CreateCustomerAsync("Comes along");
            Assert.Contains($"workspace {workspace} is in {file}, up to entry 2 with the digest ", await DoAsync(first, "workspace", "export", "--workspace", $"{workspace}", "--file", file), StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal($"{workspace}  Analytical Engines (1 person)\n", await DoAsync(first, "workspace", "list"));
            await WrongAsync(first, $"{file} is there already. Name another by --file, or replace it by --force.", "export", "--workspace", $"{workspace}", "--file", file);
            await WrongAsync(first, $"--file names {first["data"]}, which is a folder.", "export", "--workspace", $"{workspace}", "--file", first["data"]);
            await WrongAsync(first, "'workspace export' needs --workspace ID. 'workspace list' shows the ids.", "export", "--file", first["none"]);
            await DoAsync(first, "workspace", "export", "--workspace", $"{workspace}", "--file", file, "--force");
            Assert.Contains("There is no workspace ", await FailAsync(first, "workspace", "export", "--workspace", $"{Guid.CreateVersion7()}", "--file", first["none"]), StringComparison.Ordinal);
            Assert.False(File.Exists(first["none"]) || File.Exists(first["none.unfinished"]));
            Assert.Contains("is here already, and an import replaces nothing", await FailAsync(first, "workspace", "import", "--file", file), StringComparison.Ordinal);
            Assert.Contains("its log is sound", await DoAsync(first, "workspace", "import", "--file", file, "--as-new"), StringComparison.Ordinal);
            Assert.Equal(2, (await ada.WorkspacesAsync()).Count);

            // The record of the job that wrote the owner's own file comes along, and goes, for its job does not.
            var export = (await ada.PostAsync($"/api/workspaces/{workspace}/exports")).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
            await Eventually.HoldsAsync("it is made", async () => (await ada.GetAsync($"/api/workspaces/{workspace}/exports/{export}")).Status == HttpStatusCode.OK);
            await DoAsync(first, "workspace", "import", "--file", first[$"data/exports/{workspace}/{export}.holdfast"], "--as-new");
            await Eventually.HoldsAsync("only the one whose job was here is left", async () => await BackupLab.AskAsync(first, "SELECT string_agg(state, ',') FROM jobs.runs") == "done");
        }

        var second = lab.NewMachine();
        await using var other = await HostProcess.StartReadyAsync(second);
        await File.WriteAllBytesAsync(second["half"], (await File.ReadAllBytesAsync(file, Cancel))[..^20], Cancel);
        await WrongAsync(second, $"--file names {second["data"]}, which is a folder.", "import", "--file", second["data"]);
        await WrongAsync(second, $"There is no file {second["none"]}.", "import", "--file", second["none"]);
        Assert.Contains(", and it takes the one of the server that made this.", await FailAsync(second, "workspace", "import", "--file", file, "--backup-key", second["none"]), StringComparison.Ordinal);
        Assert.Contains("is cut off", await FailAsync(second, "workspace", "import", "--file", second["half"]), StringComparison.Ordinal);
        var said = await DoAsync(second, "workspace", "import", "--file", file);
        Assert.Contains($"workspace {workspace} is here, with 3 records and 2 entries, as it was on ", said, StringComparison.Ordinal);
        Assert.EndsWith("; 1 person came with it\nits log is sound\n", said, StringComparison.Ordinal);
        using var again = await BackupLab.SignInAsync(other, email);
        Assert.Contains("Comes along", (await again.GetAsync($"/api/workspaces/{workspace}/records/solo.customer")).Is(HttpStatusCode.OK).Text, StringComparison.Ordinal);

        async Task<string> DoAsync(TemporaryFolder machine, params string[] words)
        {
            var (exit, output) = await RunAsync(machine, words);
            Assert.True(exit == 0, output);
            return output;
        }

        async Task<string> FailAsync(TemporaryFolder machine, params string[] words)
        {
            var (exit, output) = await RunAsync(machine, words);
            Assert.Equal(1, exit);
            return output;
        }

        async Task WrongAsync(TemporaryFolder machine, string says, params string[] words)
        {
            var (exit, output) = await RunAsync(machine, ["workspace", .. words]);
            Assert.Equal(2, exit);
            Assert.Contains(says, output, StringComparison.Ordinal);
        }

        Task<(int Exit, string Output)> RunAsync(TemporaryFolder machine, string[] words) => HostCommand.RunAsync(
            [.. words, "--data", machine["data"], "--postgres-bin", TestCluster.Programs, .. words.Contains("--backup-key") ? Array.Empty<string>() : ["--backup-key", lab.Key]]);
    }
}
