using System.Net;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>Backups as jobs of the server, and the operator's doors to them.</summary>
public sealed class OperatorBackupTests
{
    [Fact]
    public async Task The_operator_has_one_made_and_tried_and_sees_what_that_showed()
    {
        await using var lab = new BackupLab();
        var machine = lab.NewMachine();
        await using var host = await lab.ServeAsync(machine);
        using var browser = await host.NewOperatorAsync();
        await lab.FirstCopyAsync();
        (await browser.PostAsync("/api/operator/backups")).Is(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync("there is a second one", async () => (await browser.GetAsync("/api/operator/backups")).Is(HttpStatusCode.OK).Json.GetProperty("backups").GetArrayLength() == 2, seconds: 60);
        (await browser.PostAsync("/api/operator/backups/try")).Is(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync("it was tried", async () => (await browser.GetAsync("/api/operator/backups")).Json.GetProperty("trial") is { ValueKind: System.Text.Json.JsonValueKind.Object } trial
            && trial.GetProperty("findings").GetInt32() == 0 && trial.GetProperty("workspaces").GetInt32() == 1, seconds: 120);
        var schedules = (await browser.GetAsync("/api/operator/jobs")).Json.GetProperty("schedules").EnumerateArray().Select(schedule => schedule.GetProperty("name").GetString()).ToArray();
        Assert.Contains("backup.make", schedules);
        Assert.Contains("backup.try", schedules);
    }

    [Fact]
    public async Task Without_a_place_nothing_is_promised()
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartReadyAsync(folder);
        using var browser = await host.NewOperatorAsync();
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await browser.GetAsync("/api/operator/backups")).Is(HttpStatusCode.OK).Json.GetProperty("place").ValueKind);
        (await browser.PostAsync("/api/operator/backups")).Refuses(HttpStatusCode.Conflict, "backup.no_place");
    }
}
