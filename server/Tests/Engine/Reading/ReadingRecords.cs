using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Tests.Engine.Reading;

// The four ways in which a record can be somebody's: by role, by taking part, by party, by team.
[Record("test.client", "test.clients", ChangedBy = [Roles.Member])]
internal sealed class Client : Record
{
    [Text(100, Required = true)]
    public string? Name { get; set; }
}

[Record("test.note", "test.notes", ReadByRole = false)]
internal sealed class Note : Record
{
    [Reference(ReadBy = "talk")]
    public Guid? Talk { get; set; }
}

[Record("test.device", "test.devices")]
internal sealed class Device : Record
{
    [Reference(ReadBy = "party")]
    public Guid? Party { get; set; }
}

[Record("test.task", "test.tasks")]
internal sealed class Assignment : Record
{
    [Reference(ReadBy = "team")]
    public Guid? Team { get; set; }
}

[Record("test.participation", "test.participations")]
[Grants("talk", nameof(Member), nameof(Talk))]
internal sealed class Participation : Record
{
    [Reference(Required = true, ReadBy = "member")]
    public Guid? Member { get; set; }

    [Reference(Required = true, ReadBy = "talk")]
    public Guid? Talk { get; set; }
}

[Record("test.team_member", "test.team_members")]
[Grants("team", nameof(Member), nameof(Team))]
internal sealed class TeamMember : Record
{
    [Reference(Required = true)]
    public Guid? Member { get; set; }

    [Reference(Required = true)]
    public Guid? Team { get; set; }
}
