using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Npgsql;

namespace Holdfast.Bench.Servers.Scopes;

/// <summary>A workspace full of people.</summary>
/// <param name="Workspace">Its id.</param>
/// <param name="Owner">The user who takes people out.</param>
/// <param name="Writer">The user who sits in all the teams that are written to.</param>
/// <param name="Readers">The users who read, each with the teams that he sits in.</param>
/// <param name="Written">A step of every hundredth team: what is written to.</param>
/// <param name="Leaving">Those who are taken out, all of them of the first team.</param>
internal sealed record Crowd(Guid Workspace, Guid Owner, Guid Writer, IReadOnlyList<CrowdReader> Readers, IReadOnlyList<Guid> Written, IReadOnlyList<CrowdLeaver> Leaving)
{
    /// <summary>The first team, which is written to.</summary>
    internal Guid First => Readers[0].Teams[0];
}

/// <summary>A user and his teams.</summary>
internal sealed record CrowdReader(Guid User, IReadOnlyList<Guid> Teams);

/// <summary>A user, the record that makes him a member, and the one that puts him into a team.</summary>
internal sealed record CrowdLeaver(Guid User, Guid Member, Guid Seat);

/// <summary>Makes crowds, through the write path.</summary>
internal sealed class CrowdMaker(WritePath writePath, RecordRegistry registry, NpgsqlDataSource database)
{
    private const int OneIn = 100;
    private const int Leavers = 60;
    private const int OperationsAtOnce = 200;

    /// <param name="scopes">How many teams there are, each with a project and what lies below it.</param>
    /// <param name="each">In how many of them a reader sits.</param>
    internal async Task<Crowd> MakeAsync(int scopes, int each)
    {
        var workspace = Guid.CreateVersion7();
        await writePath.CreateWorkspaceAsync(workspace);
        var operations = new List<Operation> { New(new Workspace { Name = "Crowd" }, workspace) };
        var (owner, writer) = (Join(operations, Roles.Owner), Join(operations, Roles.Member));
        var (readers, written, leaving) = (new List<CrowdReader>(), new List<Guid>(), new List<CrowdLeaver>());
        for (var team = 0; team < scopes; team += each)
        {
            var reader = Join(operations, Roles.Member);
            var teams = new List<Guid>();
            for (var i = team; i < team + each; i++)
            {
                teams.Add(Guid.CreateVersion7());
                Sit(operations, reader.Member, teams[^1]);
                var step = Stack(operations, teams[^1]);
                if (i % OneIn != 0)
                    continue;
                written.Add(step);
                Sit(operations, writer.Member, teams[^1]);
            }

            readers.Add(new CrowdReader(reader.User, teams));
        }

        for (var i = 0; i < Leavers; i++)
        {
            var (member, user) = Join(operations, Roles.Member);
            leaving.Add(new CrowdLeaver(user, member, Sit(operations, member, readers[0].Teams[0])));
        }

        foreach (var some in operations.Chunk(OperationsAtOnce))
            await WriteAsync(workspace, some);
        // PostgreSQL does so by itself within the minute after which so many records have come at once.
        await using var analyze = database.CreateCommand("ANALYZE");
        await analyze.ExecuteNonQueryAsync();
        return new Crowd(workspace, owner.User, writer.User, readers, written, leaving);
    }

    private (Guid Member, Guid User) Join(List<Operation> operations, string role)
    {
        var (member, user) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        operations.Add(New(new Member { User = user, Name = role, Email = $"{user:n}@bench.example", Role = role }, member));
        return (member, user);
    }

    private Guid Sit(List<Operation> operations, Guid member, Guid team)
    {
        var seat = Guid.CreateVersion7();
        operations.Add(New(new Seat { Member = member, Team = team }, seat));
        return seat;
    }

    /// <returns>The deepest of the four.</returns>
    private Guid Stack(List<Operation> operations, Guid team)
    {
        var (project, stage, task, step) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        operations.AddRange([
            New(new Project { Team = team }, project), New(new Stage { Project = project }, stage),
            New(new ProjectTask { Stage = stage }, task), New(new Step { Task = task, Name = "Step" }, step),
        ]);
        return step;
    }

    private CreateOperation New<T>(T record, Guid id)
        where T : Record => Compose.Create(registry, id, record);

    private async Task WriteAsync(Guid workspace, IReadOnlyList<Operation> operations)
    {
        var outcome = await writePath.WriteAsync(workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("bench"), Operations = operations });
        if (outcome.Kind != OutcomeKind.Applied)
            throw new BenchException($"The crowd is not written: {outcome.Failure?.Detail}");
    }
}
