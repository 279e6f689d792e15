using System.Text.Json;
using Holdfast.Engine.Permissions;

namespace Holdfast.Engine.Jobs;

/// <summary>Within a workspace's part of a queue the more urgent is taken first.</summary>
public enum JobPriority
{
    Urgent,
    Normal,
    Low,
}

/// <summary>What happens where a job with the same key, asked for by the same person or the server, waits already.</summary>
public enum OnceMode
{
    /// <summary>That one will do. If it runs already, it runs once more.</summary>
    Keep,

    /// <summary>That one takes the new payload and time: the last word counts, and everything calms down first.</summary>
    Replace,
}

/// <summary>Work that somebody asks for.</summary>
/// <param name="Kind">The name of its handler, <c>module.noun</c>.</param>
/// <param name="Payload">What the handler gets; becomes JSON. No secrets.</param>
public sealed record NewJob(string Kind, object Payload)
{
    /// <summary>Also the key by which whatever the job does outside is told from a repetition.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>Not before then; at once where null.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>No two jobs of a workspace and kind wait with the same key that the same person, or the server, has asked for.</summary>
    public string? OnceKey { get; init; }

    public OnceMode Once { get; init; }

    /// <summary>Only so many jobs of a queue with the same key run at once as the queue says.</summary>
    public string? GroupKey { get; init; }

    /// <summary>
    /// Whoever asks sees how far it is, by a <see cref="JobRun"/> that is made with it. Such a job stands for itself alone
    /// (<see cref="OnceKey"/> is null) and is asked for in a transaction, by a member of the workspace.
    /// </summary>
    public bool IsShown { get; init; }

    /// <summary>The log entry that led to it, and how many led to that.</summary>
    public (long Seq, int Depth)? Cause { get; init; }
}

/// <summary>A job as its handler sees it, while it runs.</summary>
/// <param name="Id">The same at each attempt.</param>
/// <param name="Workspace">Whose it is; empty for the instance's own.</param>
/// <param name="Kind">Names the handler.</param>
/// <param name="Actor">With whose rights it acts.</param>
/// <param name="Payload">As it was asked for.</param>
/// <param name="Attempt">From 1.</param>
public sealed record Job(Guid Id, Guid Workspace, string Kind, Actor Actor, JsonElement Payload, int Attempt)
{
    public (long Seq, int Depth)? Cause { get; init; }

    /// <summary>
    /// Says how far it is, to whoever asked for it to be shown; else to nobody. Costs nothing to call often: what comes
    /// thicker than twice a second is left out.
    /// </summary>
    /// <param name="percent">From 0 to 100.</param>
    /// <param name="step">What it is at: up to 100 characters, a word for the screen to translate.</param>
    /// <param name="count">How many it has done of what the step names.</param>
    public void Say(int percent, string? step = null, long? count = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (step is { Length: 0 or > 100 })
            throw new ArgumentException("A step is 1 to 100 characters long.", nameof(step));
        Teller?.Say(new Told(JobRun.Running, percent, step, count));
    }

    internal JobTeller? Teller { get; set; }

    internal bool IsShown { get; init; }

    /// <summary>Whether someone cancelled it before it began.</summary>
    internal bool IsCancelled { get; init; }

    /// <summary>Whether the person who asked for it has left the workspace.</summary>
    internal bool HasLeft { get; init; }

    internal string Queue { get; init; } = "";

    internal JobPriority Priority { get; init; }

    internal long Place { get; init; }

    internal string? GroupKey { get; init; }
}
