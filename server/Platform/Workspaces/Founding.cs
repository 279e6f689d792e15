using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Workspaces;

/// <summary>Makes workspaces. Whoever founds one owns it.</summary>
public sealed class Founding(WritePath writePath, RecordRegistry registry)
{
    internal sealed record Input
    {
        [Text(100, Required = true)]
        public string Name { get; init; } = "";
    }

    public async Task<Membership> FoundAsync(Person founder, string name)
    {
        var id = Guid.CreateVersion7();
        await writePath.CreateWorkspaceAsync(id);
        var outcome = await writePath.WriteAsync(id, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("FoundWorkspace", founder.Id),
            Operations =
            [
                Compose.Create(registry, id, new Workspace { Name = name }),
                Compose.Create(registry, Guid.CreateVersion7(), new Member { User = founder.Id, Name = founder.Name, Email = founder.Email, Role = Roles.Owner }),
            ],
        });
        return outcome.Succeeded
            ? new Membership(id, name, Roles.Owner)
            : throw new InvalidOperationException($"The first transaction of workspace {id} was not written: {outcome.Word} {outcome.Failure?.Detail}");
    }

    /// <summary>POST /api/workspaces</summary>
    internal static async Task<IResult> HandleAsync(SignedIn who, Body<Input> body, Founding founding) =>
        TypedResults.Created((string?)null, await founding.FoundAsync(new Person(who.User, who.Name, who.Email), body.Value.Name));
}
