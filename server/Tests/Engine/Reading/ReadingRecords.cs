using Holdfast.Engine;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>Record types for all the ways in which a record can be somebody's: by role, by taking part, by party, by team.</summary>
internal static class ReadingRecords
{
    internal static void Add(IServiceCollection services)
    {
        services.AddRecord<Client>();
        services.AddRecord<Talk>();
        services.AddRecord<Note>();
        services.AddRecord<Sheet>();
        services.AddRecord<Mark>();
        services.AddRecord<Comment>();
        services.AddRecord<Device>();
        services.AddRecord<Assignment>();
        services.AddRecord<Participation>();
        services.AddRecord<TeamMember>();
    }
}

[Index(nameof(Name))]
[Record("reading.client", "reading.clients", ChangedBy = [Roles.Member])]
internal sealed class Client : Record
{
    [Text(100, Required = true)]
    public string? Name { get; set; }

    [Text(100)]
    [Guarded("rates", Roles.Moderator)]
    public string? Rate { get; set; }
}

[Record("reading.talk", "reading.talks", ReadByRole = false, ReadBy = "talk", ChangedBy = [Roles.Member])]
internal sealed class Talk : Record
{
    [Text(100)]
    public string? Topic { get; set; }
}

[Index(nameof(Talk))]
[Record("reading.note", "reading.notes", ReadByRole = false, ChangedBy = [Roles.Member, Roles.Guest], Window = 3)]
internal sealed class Note : Record
{
    [Reference(ReadBy = "talk")]
    public Guid? Talk { get; set; }

    [Text(100)]
    public string? Words { get; set; }
}

/// <summary>What lies below a note, and below that, and below that: read by whoever reads the note.</summary>
[Index(nameof(Note))]
[Index(nameof(Talk))]
[Record("reading.sheet", "reading.sheets", ReadByRole = false, ChangedBy = [Roles.Member, Roles.Guest])]
internal sealed class Sheet : Record
{
    [Reference<Note>(Required = true)]
    public Guid? Note { get; set; }

    [Reference(ReadBy = "talk", From = nameof(Note))]
    public Guid? Talk { get; set; }

    [Text(100)]
    public string? Title { get; set; }
}

[Index(nameof(Sheet))]
[Index(nameof(Talk))]
[Record("reading.mark", "reading.marks", ReadByRole = false, ChangedBy = [Roles.Member, Roles.Guest])]
internal sealed class Mark : Record
{
    [Reference<Sheet>]
    public Guid? Sheet { get; set; }

    [Reference(ReadBy = "talk", From = nameof(Sheet))]
    public Guid? Talk { get; set; }
}

[Index(nameof(Mark))]
[Index(nameof(Talk))]
[Record("reading.comment", "reading.comments", ReadByRole = false, ChangedBy = [Roles.Member, Roles.Guest])]
internal sealed class Comment : Record
{
    [Reference<Mark>(Required = true)]
    public Guid? Mark { get; set; }

    [Reference(ReadBy = "talk", From = nameof(Mark))]
    public Guid? Talk { get; set; }

    [Text(100)]
    public string? Words { get; set; }
}

[Index(nameof(Party))]
[Record("reading.device", "reading.devices", ChangedBy = [Roles.Member, Roles.Guest])]
internal sealed class Device : Record
{
    [Reference(ReadBy = "party")]
    public Guid? Party { get; set; }

    [Text(100)]
    public string? Name { get; set; }

    [Integer]
    public long? Hits { get; set; }
}

[Index(nameof(Team))]
[Record("reading.assignment", "reading.assignments", ChangedBy = [Roles.Member])]
internal sealed class Assignment : Record
{
    [Reference(ReadBy = "team")]
    public Guid? Team { get; set; }
}

[Record("reading.participation", "reading.participations", ChangedBy = [Roles.Member])]
[Index(nameof(Member), nameof(Talk))]
[Index(nameof(Talk))]
[Grants("talk", nameof(Member), nameof(Talk))]
internal sealed class Participation : Record
{
    [Reference(Required = true, ReadBy = "member")]
    public Guid? Member { get; set; }

    [Reference(Required = true, ReadBy = "talk")]
    public Guid? Talk { get; set; }
}

[Record("reading.team_member", "reading.team_members", ChangedBy = [Roles.Member])]
[Index(nameof(Member), nameof(Team))]
[Grants("team", nameof(Member), nameof(Team), ByRole = true)]
internal sealed class TeamMember : Record
{
    [Reference(Required = true)]
    public Guid? Member { get; set; }

    [Reference(Required = true)]
    public Guid? Team { get; set; }
}
