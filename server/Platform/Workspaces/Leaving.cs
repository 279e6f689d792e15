using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Records;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Workspaces;

/// <summary>Lets a person go, whatever his role permits. What he made stays; the last owner stays as well.</summary>
internal sealed class Leaving(Db db, WritePath writePath, RecordRegistry registry)
{
    /// <summary>POST /api/workspaces/{workspace}/leave. The answer is that of a transaction.</summary>
    internal async Task<IResult> HandleAsync(Guid workspace, SignedIn who, CancellationToken cancel)
    {
        var members = await db.In(workspace).QueryAsync<Guid>($"SELECT id FROM access.members WHERE workspace_id = {workspace} AND user_id = {who.User}", cancel);
        if (members.Count == 0)
            return Problem.Of(WriteFailures.NoWorkspace.With("You are not a member of this workspace."));
        var transaction = new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("LeaveWorkspace", who.User),
            Operations = [new DeleteOperation(registry.Of<Member>(), members[0])],
        };
        return WriteDoor.Answer(transaction.Id, await writePath.WriteAsync(workspace, transaction));
    }
}
