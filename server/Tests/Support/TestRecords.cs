using System.Text.Json.Nodes;
using Holdfast.Engine;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Tests.Support;

/// <summary>What the product has no record type for yet: every kind of field, references, secrets, and a shape that changed.</summary>
internal static class TestRecords
{
    public static void Add(IServiceCollection services)
    {
        services.AddRecord<Shelf>();
        services.AddRecord(new ThingRules());
        services.AddRecord<Person>();
        services.AddSingleton(new SchemaChange("test.person", from: 1).Rename("mail", "email").Remove("fax"));
        services.AddSingleton(new SchemaChange("test.person", from: 2)
            .Split("fullName", ["firstName", "lastName"], Person.SplitName)
            .Reword("mood", new Dictionary<string, string> { ["glad"] = "happy" }));
    }
}

[Record("test.shelf", "test.shelves", ChangedBy = [Roles.Member])]
public sealed class Shelf : Record
{
    [Text(100, Required = true)]
    public string? Name { get; set; }
}

/// <summary>A field of every kind.</summary>
[Record("test.thing", "test.things", ChangedBy = [Roles.Member], CustomFields = true)]
[Unique(nameof(Number))]
[Unique(nameof(Shelf), nameof(Place))]
[Index(nameof(State), nameof(Due))]
public sealed class Thing : Record
{
    [Text(100, Required = true)]
    public string? Title { get; set; }

    [Text(500, Lines = true, PastDays = 30)]
    public string? Note { get; set; }

    [Text(20)]
    public string? Number { get; set; }

    [Integer]
    public long? Count { get; set; }

    [Integer(Min = 0, Max = 100, Required = true)]
    public long? Percent { get; set; } = 0;

    [Money(nameof(Currency))]
    public long? Price { get; set; }

    [Text(3, Format = TextFormat.Currency)]
    public string? Currency { get; set; }

    [Boolean]
    public bool? Done { get; set; }

    [Date]
    public DateOnly? Due { get; set; }

    [Time]
    public DateTimeOffset? Seen { get; set; }

    [Choice("draft", "sent", "paid", Required = true)]
    public string? State { get; set; } = "draft";

    [TextList(max: 20, maxItems: 5)]
    public IReadOnlyList<string> Tags { get; set; } = [];

    [Reference]
    public Guid? Keeper { get; set; }

    [Reference<Shelf>(Column = "shelf_id")]
    public Guid? Shelf { get; set; }

    [Integer]
    public long? Place { get; set; }

    [Reference<Thing>(Column = "parent_id")]
    public Guid? Parent { get; set; }

    [Secret(200)]
    public Secret? Password { get; set; }

    [Sealed(64)]
    public byte[]? Letter { get; set; }

    [Text(50, ReadOnly = true)]
    public string? Stamp { get; set; } = "made here";
}

/// <summary>What stands on a shelf called <c>Locked</c> stays as it is.</summary>
internal sealed class ThingRules : Rules<Thing>
{
    private static readonly FailureCode Locked = new("thing.locked", 409, "The shelf is locked.");

    protected override Failure? Check(Change<Thing> change) =>
        change.Find<Shelf>(change.Before?.Shelf) is { Name: "Locked" } ? Locked.With("Unlock it first.", "shelf") : null;
}

/// <summary>
/// In schema 1 it had <c>fullName</c>, <c>mail</c> and <c>fax</c>; 2 renamed one and dropped one; 3 split the name and
/// called a mood by another word.
/// </summary>
[Index(nameof(Email))]
[Record("test.person", "test.people", ChangedBy = [Roles.Member])]
public sealed class Person : Record
{
    [Text(100)]
    public string? FirstName { get; set; }

    [Text(100, Required = true)]
    public string? LastName { get; set; }

    [Text(254, Format = TextFormat.Email)]
    public string? Email { get; set; }

    [Choice("happy", "sad")]
    public string? Mood { get; set; }

    [Integer]
    public long? Visits { get; set; }

    internal static JsonNode?[] SplitName(JsonNode? fullName)
    {
        var words = ((string?)fullName ?? "").Split(' ');
        return [string.Join(' ', words[..^1]), words[^1]];
    }
}
