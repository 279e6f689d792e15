using Holdfast.Apps.Solo.Projects;
using Holdfast.Engine.Csv;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Csv;

public sealed class ImportJobTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly ImportOrder Order = new("solo.project", "Name,Code\nOne,A\nTwo,B\n", new Dictionary<string, string>(StringComparer.Ordinal) { ["Name"] = "name", ["Code"] = "code" });
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_second_attempt_finds_what_the_first_has_made_and_is_content()
    {
        var job = NewJob();
        await RunAsync(job);
        await RunAsync(job with { Attempt = 2 });
        Assert.Equal(2, await _engine.Db.In(_workspace.Id).FirstAsync<long>($"SELECT count(*) FROM solo.projects WHERE workspace_id = {_workspace.Id}"));
    }

    [Theory]
    [InlineData(1, "import.rows")]
    [InlineData(2, "record.not_unique")]
    public async Task Another_import_of_the_same_is_told_why_it_failed(int attempt, string code)
    {
        await RunAsync(NewJob());
        var failed = await Assert.ThrowsAsync<JobFailedException>(() => RunAsync(NewJob() with { Attempt = attempt }));
        Assert.Equal(code, failed.Failure?.Code.Code);
    }

    [Fact]
    public async Task What_was_refused_is_told_each_time_and_made_once_nothing_is_in_its_way()
    {
        await RunAsync(NewJob());
        var later = NewJob() with { Attempt = 2 };
        for (var i = 0; i < 2; i++)
            Assert.Equal("record.not_unique", (await Assert.ThrowsAsync<JobFailedException>(() => RunAsync(later))).Failure?.Code.Code);
        var projects = _engine.Registry.Of<Project>();
        var inTheWay = await _engine.Db.In(_workspace.Id).QueryAsync<Guid>($"SELECT id FROM solo.projects WHERE workspace_id = {_workspace.Id}");
        await _workspace.WriteAsServerAsync([.. inTheWay.Select(id => new DeleteOperation(projects, id))]);
        await RunAsync(later);
        Assert.Equal(2, await _engine.Db.In(_workspace.Id).FirstAsync<long>($"SELECT count(*) FROM solo.projects WHERE workspace_id = {_workspace.Id}"));
    }

    private Job NewJob() => new(Guid.CreateVersion7(), _workspace.Id, "records.import", _workspace.Owner.Actor, default, Attempt: 1);

    private Task RunAsync(Job job) => _engine.Get<CsvImport>().RunAsync(job, Order, TestContext.Current.CancellationToken);
}
