using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>
/// A worker in a process of its own. Each job adds one to a thing, through the write path. It says what it runs; and where it
/// is told so, it stands still before or after the change.
/// </summary>
internal static class WorkerProcess
{
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    /// <param name="connectionString">The database.</param>
    /// <param name="thing">What is counted up.</param>
    /// <param name="stop"><c>before</c> or <c>after</c> the change of the job called <c>victim</c>; else <c>nowhere</c>.</param>
    internal static TestProcess Start(string connectionString, Guid thing, string stop = "nowhere") =>
        TestProcess.Start("work", connectionString, thing.ToString(), stop);

    /// <summary>The runs so far, each with what it is called, its job and its attempt.</summary>
    internal static IReadOnlyList<string> Runs(this TestProcess worker) =>
        [.. worker.Lines.Where(line => line.StartsWith("run ", StringComparison.Ordinal)).Select(line => line[4..])];

    /// <summary>What the process itself does.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        var (connectionString, thing, stop) = (arguments[0], Guid.Parse(arguments[1]), arguments[2]);
        await using var engine = new TestEngine(connectionString);
        await using var lab = new JobLab(connectionString);
        var type = engine.Registry.Of<Thing>();
        var count = type.Fields.Single(field => field.Name == "count");
        lab.Handle = async (job, errand, _) =>
        {
            await TestProcess.SayAsync($"run {errand.Name} {job.Id} {job.Attempt}");
            if (stop == "before" && errand.Name == "victim")
                await TestProcess.StandAsync();
            await engine.WritePath.WriteAsync(job, [new IncrementOperation(type, thing, count, 1)]);
            if (stop == "after" && errand.Name == "victim")
                await TestProcess.StandAsync();
        };
        await lab.StartAsync(new JobSettings { Lease = Lease });
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
