using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>A person's address stands in each workspace's member as well, and changes there too.</summary>
internal sealed class FollowAddress(Db db, WritePath writePath, RecordRegistry registry) : IJobHandler<FollowAddress.Moved>
{
    internal const string Kind = "identity.follow_address";

    internal sealed record Moved(Guid User);

    private sealed record Place(Guid WorkspaceId, Guid Id);

    internal static Task AskAsync(JobDesk desk, Guid user) => desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, new Moved(user)));

    public async Task RunAsync(Job job, Moved payload, CancellationToken cancel)
    {
        var user = payload.User;
        if (await db.Instance.FirstAsync<string>($"SELECT email FROM identity.users WHERE id = {user}", cancel) is not { } email)
            return;
        var places = await db.System.QueryAsync<Place>($"SELECT workspace_id, id FROM access.members WHERE user_id = {user} AND email <> {email}", cancel);
        foreach (var place in places)
        {
            var outcome = await writePath.WriteAsync(place.WorkspaceId, new Transaction
            {
                Id = Guid.CreateVersion7(),
                Actor = Actor.Server("FollowAddress", user),
                Operations = [Compose.Set<Member>(registry, place.Id, nameof(Member.Email), email)],
            });
            // Who has left in the meantime is not found again.
            if (!outcome.Succeeded)
                throw new InvalidOperationException($"The member {place.Id} does not follow: {outcome.Word}");
        }
    }
}
