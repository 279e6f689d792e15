using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Records;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Workspaces;

/// <summary>Lets a person go, whatever his role permits. What he made stays; the last owner stays as well.</summary>
internal sealed class Leaving(AccessReader rights, WritePath writePath, RecordRegistry registry)
{
    /// <summary>POST /api/workspaces/{workspace}/leave. The answer is that of a transaction.</summary>
    internal async Task<IResult> HandleAsync(Guid workspace, SignedIn who, CancellationToken cancel)
    {
        var (access, refused) = await who.InAsync(workspace, rights, cancel);
        if (access is null)
            return Problem.Of(refused!);
        var transaction = new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("LeaveWorkspace", who.User),
            Operations = [new DeleteOperation(registry.Of<Member>(), access.Member!.Value)],
        };
        return WriteDoor.Answer(transaction.Id, await writePath.WriteAsync(workspace, transaction));
    }
}
