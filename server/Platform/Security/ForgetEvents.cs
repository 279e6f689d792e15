using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Security;

/// <summary>How long security events are kept.</summary>
/// <param name="KeepEvents">At least 30 days, which the database holds besides.</param>
public sealed record SecuritySettings(TimeSpan KeepEvents)
{
    public SecuritySettings()
        : this(TimeSpan.FromDays(400))
    {
    }
}

/// <summary>The nightly job that forgets old security events.</summary>
internal sealed record ForgetEvents
{
    internal const string Kind = "security.forget_events";
}

/// <summary>Forgets them by the one function of the database that may.</summary>
internal sealed class EventKeeper(Db db, SecuritySettings settings, TimeProvider time) : IJobHandler<ForgetEvents>
{
    public Task RunAsync(Job job, ForgetEvents payload, CancellationToken cancel) =>
        db.System.FirstAsync<long>($"SELECT security.forget({settings.KeepEvents}, {time.GetUtcNow()})", cancel);
}
