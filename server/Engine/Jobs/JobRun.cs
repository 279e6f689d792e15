using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Jobs;

/// <summary>
/// How far a job is that somebody asked for and wants to see (<see cref="NewJob.IsShown"/>): its id is the job's. Read by
/// whoever asked, who may also put it away once it is over; made with the job, and changed by its worker alone.
/// </summary>
[Record("jobs.run", "jobs.runs", ReadByRole = false, ServerOnly = ["create", "update"], ChangedBy = [Roles.Member, Roles.Viewer, Roles.Guest])]
[Index(nameof(Member))]
public sealed class JobRun : Record
{
    public const string Waiting = "waiting";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>Who asked for it.</summary>
    [Reference(Required = true, ReadOnly = true, ReadBy = "member")]
    public Guid? Member { get; set; }

    /// <summary>The job's: what is done, for the screen to translate.</summary>
    [Text(200, Required = true, ReadOnly = true)]
    public string? Kind { get; set; }

    [Choice(Waiting, Running, Done, Failed, Cancelled, Required = true, ReadOnly = true)]
    public string? State { get; set; } = Waiting;

    [Integer(Min = 0, Max = 100, Required = true, ReadOnly = true)]
    public long? Percent { get; set; } = 0;

    /// <summary>What it is at, as the handler calls it, or why it failed, as the code of the failure: for the screen to translate.</summary>
    [Text(100, ReadOnly = true)]
    public string? Step { get; set; }

    /// <summary>How many it has done of what the step names.</summary>
    [Integer(Min = 0, ReadOnly = true)]
    public long? Count { get; set; }

    /// <summary>From 1. What an earlier attempt still says no longer counts.</summary>
    [Integer(Min = 0, Required = true, ReadOnly = true)]
    public long? Attempt { get; set; } = 0;
}

internal static class JobRunFailures
{
    internal static readonly FailureCode UnderWay = new("run.under_way", 409, "The job waits or runs.");
}

internal sealed class JobRunRules : Rules<JobRun>
{
    protected override Failure? Check(Change<JobRun> change) =>
        change is { After: null, Before.State: JobRun.Waiting or JobRun.Running, Access.Actor.IsSystem: false }
            ? JobRunFailures.UnderWay.With("Wait until it is over, or cancel it; then it can be put away.", "state")
            : null;
}
