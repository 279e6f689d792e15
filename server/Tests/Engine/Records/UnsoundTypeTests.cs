using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Records;

/// <summary>A record type that is not sound stops the start, with a sentence that says what to do.</summary>
public sealed class UnsoundTypeTests
{
    [Theory]
    [InlineData(typeof(Unnamed), "has no [Record] attribute. Put [Record(\"module.noun\", \"module.nouns\")] on it.")]
    [InlineData(typeof(Short), "a record is called module.noun and its table schema.nouns, and not 'short' and 'test.shorts'.")]
    [InlineData(typeof(Lost), "names 'Nothing' in an index or as unique, which is no property with a field attribute.")]
    [InlineData(typeof(Giver), "names 'Whom', which is no property with a field attribute.")]
    [InlineData(typeof(Torn), "'wage' and 'bonus' share the guard 'money' and so one permission, but name other roles. Name the same, or another guard.")]
    [InlineData(typeof(Pointing), "test.pointing.to refers to test.lost, which is not registered. Call services.AddRecord for it in its module.")]
    [InlineData(typeof(Straying), "'state' has a step from or to what is none of its choices.")]
    public void It_is_named_with_the_way_out(Type type, string message) => Assert.EndsWith(message, Refusal(type), StringComparison.Ordinal);

    [Fact]
    public void Two_types_of_one_name_or_table_are_named() => Assert.All(
        new[] { Refusal(typeof(First), typeof(SameName)), Refusal(typeof(First), typeof(SameTable)) },
        message => Assert.Contains(nameof(First), message, StringComparison.Ordinal));

    /// <summary>A key that is handed out does not move; so it must not be inherited either. Nor do two types share the keys of their ids.</summary>
    [Theory]
    [InlineData(typeof(Project), typeof(Task_), typeof(Inheriting))]
    [InlineData(typeof(Project), typeof(Rival))]
    public void Unsound_keys_stop_the_start(params Type[] types) =>
        Assert.Throws<InvalidOperationException>(() => new RecordRegistry(types.Select(type => new RecordRegistration(type)), []));

    private static string Refusal(params Type[] types) =>
        Assert.Throws<InvalidOperationException>(() => new RecordRegistry(types.Select(type => new RecordRegistration(type)), [])).Message;

    private sealed class Unnamed : Record;

    [Record("short", "test.shorts")]
    private sealed class Short : Record;

    [Record("test.lost", "test.losts")]
    [Index("Nothing")]
    private sealed class Lost : Record;

    [Record("test.giver", "test.givers")]
    [Grants("gift", "Whom", "What")]
    private sealed class Giver : Record;

    [Record("test.torn", "test.torns")]
    private sealed class Torn : Record
    {
        [Integer]
        [Guarded("money", Roles.Moderator)]
        public long? Wage { get; set; }

        [Integer]
        [Guarded("money")]
        public long? Bonus { get; set; }
    }

    [Record("test.straying", "test.strayings")]
    private sealed class Straying : Record
    {
        [Choice("open", "done")]
        [Step("open", "dome")]
        public string? State { get; set; }
    }

    [Record("test.pointing", "test.pointings")]
    private sealed class Pointing : Record
    {
        [Reference<Lost>]
        public Guid? To { get; set; }
    }

    [Record("test.first", "test.firsts")]
    private sealed class First : Record;

    [Record("test.first", "test.seconds")]
    private sealed class SameName : Record;

    [Record("test.second", "test.firsts")]
    private sealed class SameTable : Record;

    [Record("test.project", "test.projects", ReadBy = "project", ChangedBy = [Roles.Member])]
    private sealed class Project : Record
    {
        [Text(100)]
        public string? Name { get; set; }
    }

    [Record("test.task", "test.tasks")]
    private sealed class Task_ : Record
    {
        [Reference(ReadBy = "project")]
        public Guid? Project { get; set; }
    }

    [Record("test.inheriting", "test.inheritings")]
    [Index(nameof(Task))]
    [Grants("project", nameof(Member), nameof(Project))]
    private sealed class Inheriting : Record
    {
        [Reference(Required = true)]
        public Guid? Member { get; set; }

        [Reference<Task_>(Required = true)]
        public Guid? Task { get; set; }

        [Reference(Required = true, ReadBy = "project", From = nameof(Task))]
        public Guid? Project { get; set; }
    }

    [Record("test.rival", "test.rivals", ReadBy = "project", ChangedBy = [Roles.Member])]
    private sealed class Rival : Record;
}
