using System.Net;
using Holdfast.Host;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>The place of the backups fills up while the server runs.</summary>
public sealed class FullPlaceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_goes_on_its_operator_sees_why_and_what_was_held_up_arrives_when_there_is_room()
    {
        Assert.SkipUnless(Posix.IsRoot, "Only root mounts a small file system and looks into it from outside.");
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        Directory.CreateDirectory(lab.Place);
        string[] apart = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=64m none \"$0\" && exec \"$@\"", lab.Place];
        await using var host = HostProcess.StartBehind(apart, machine, lab.ForServer);
        await host.ReadyAsync();
        using var ada = await host.NewOperatorAsync();
        await Eventually.HoldsAsync("there is a first backup", async () => await CountAsync() == 1, seconds: 60);

        var filler = Path.Combine(host.Within(lab.Place), "filler");
        Fill(filler);
        await WriteAsync("while it is full");
        await Eventually.HoldsAsync("the operator sees it", async () => (await TroubleAsync())?.Contains("No space left on device", StringComparison.Ordinal) == true);
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/ready", Cancel)).StatusCode);
        await WriteAsync("and goes on being so");

        File.Delete(filler);
        // It tries again within half a minute.
        await Eventually.HoldsAsync("it is over", async () => await TroubleAsync() is null, seconds: 60);
        await BackupLab.ArrivedAsync(machine);
        Assert.Equal(1, host.Output.Split("Backups do not go on").Length - 1);
        // Nothing half is left, and nothing begins anew.
        Assert.DoesNotContain(Directory.EnumerateFiles(host.Within(lab.Place), "*", SearchOption.AllDirectories), file => file.EndsWith(".unfinished", StringComparison.Ordinal));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(host.Within(lab.Place), "streams")));

        async Task<int> CountAsync() => (await StateAsync()).GetProperty("backups").GetArrayLength();
        async Task<string?> TroubleAsync() => (await StateAsync()).GetProperty("trouble").GetString();
        async Task<System.Text.Json.JsonElement> StateAsync() => (await ada.GetAsync("/api/operator/backups")).Is(HttpStatusCode.OK).Json;

        async Task WriteAsync(string name)
        {
            using var client = await SyncClient.ConnectAsync(ada);
            await client.CreateCustomerAsync(name);
        }
    }

    /// <summary>Writes until there is no room.</summary>
    private static void Fill(string file)
    {
        var block = new byte[64 << 10];
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.Throws<IOException>(Write);

        void Write()
        {
            while (true)
                stream.Write(block);
        }
    }
}
