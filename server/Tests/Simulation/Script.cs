using System.Text.Json.Nodes;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Simulation.Pages;

namespace Holdfast.Tests.Simulation;

/// <summary>What people, administrators and misfortune do.</summary>
internal enum Deed
{
    Make,
    Edit,
    Count,
    Move,
    Erase,
    Clash,
    Role,
    Party,
    Join,
    Dismiss,
    Readmit,
    Cut,
    Lose,
    Away,
    Expire,
    Stall,
    Swap,
    Again,
    Die,
    Wait,
    Backup,
    Restore,
    Undo,
    Redo,
    Answer,
    OpenTab,
    CloseTab,
    KillTab,
    Freeze,
    Thaw,
    Wake,
    Fail,
}

/// <summary>One step of a script.</summary>
/// <param name="Deed">What is done.</param>
/// <param name="Who">By which browser, to which person, with which node: taken modulo how many there are.</param>
/// <param name="What">To what, of what is there by then.</param>
/// <param name="Then">How many things may happen before the next step.</param>
internal sealed record Step(Deed Deed, int Who, int What, int Then)
{
    public override string ToString() => $"{Deed} (who {Who}, what {What}), then {Then} things happen";
}

/// <summary>Makes the script of a seed, and does its steps.</summary>
internal static class Script
{
    private static readonly (Deed Deed, int Weight)[] Deeds =
    [
        (Deed.Make, 14), (Deed.Edit, 22), (Deed.Count, 6), (Deed.Move, 8), (Deed.Erase, 4), (Deed.Clash, 3), (Deed.Role, 7), (Deed.Party, 4), (Deed.Join, 7),
        (Deed.Dismiss, 2), (Deed.Readmit, 2), (Deed.Cut, 7), (Deed.Lose, 4), (Deed.Away, 4), (Deed.Expire, 2), (Deed.Stall, 3), (Deed.Swap, 5), (Deed.Again, 3), (Deed.Die, 3),
        (Deed.Wait, 4), (Deed.Backup, 2), (Deed.Restore, 1),
    ];

    /// <summary>What happens to pages above all: time is what their timers wait for.</summary>
    private static readonly (Deed Deed, int Weight)[] PageDeeds =
    [
        .. Deeds.Where(deed => deed.Deed is not (Deed.Wait or Deed.Again)),
        (Deed.Wait, 24), (Deed.Undo, 6), (Deed.Redo, 3), (Deed.Answer, 4), (Deed.OpenTab, 8), (Deed.CloseTab, 4), (Deed.KillTab, 6), (Deed.Freeze, 6), (Deed.Thaw, 4), (Deed.Wake, 4), (Deed.Fail, 4),
    ];

    /// <param name="seed">What decides it.</param>
    /// <param name="forPages">Whether the browsers are pages, with more that can happen to them.</param>
    public static IReadOnlyList<Step> Of(int seed, bool forPages)
    {
        var random = new Random(seed);
        var deeds = forPages ? PageDeeds : Deeds;
        var total = deeds.Sum(deed => deed.Weight);
        return [.. Enumerable.Range(0, random.Next(10, 40)).Select(i => new Step(Draw(deeds, random.Next(total)), random.Next(100), random.Next(1000), i == 0 ? random.Next(400) : Pause(random)))];
    }

    public static void Do(World world, Step step)
    {
        world.Count($"step {step.Deed}");
        if (world.Browsers.Count == 0)
            world.Desk!.Open(world.Desk.Computers[0]);
        var browser = world.Browsers[step.Who % world.Browsers.Count];
        if (browser.IsFrozen && step.Deed is < Deed.Role or Deed.Undo or Deed.Redo or Deed.Answer)
            return;
        var person = world.People[1 + (step.Who % (world.People.Length - 1))];
        switch (step.Deed)
        {
            case Deed.Make:
                Make(world, browser, step.What);
                break;
            case Deed.Edit:
                Edit(world, browser, step.What);
                break;
            case Deed.Count:
                Count(world, browser, step.What);
                break;
            case Deed.Move:
                Move(world, browser, step.What);
                break;
            case Deed.Erase:
                if (Pick(browser, step.What, "reading.client", "reading.device", "reading.participation") is { } victim)
                    Change(world, browser, $"delete {Short(victim)}", Operation("delete", victim.Type, victim.Id));
                break;
            case Deed.Clash:
                // Two roles of one name: what only the database refuses, in a group with what it takes.
                Change(world, browser, "create a role of a name that may be taken", Create("access.role", world.NewId(), new JsonObject { ["name"] = $"Role {step.What % 2}", ["permissions"] = new JsonArray() }));
                break;
            case Deed.Role:
                var role = new[] { Roles.Member, Roles.Viewer, Roles.Moderator, Roles.Admin, Roles.Guest }[step.What % 5];
                Set(world, person, $"{person.Name} becomes {role}", ("role", role), ("party", role == Roles.Guest ? world.Parties[step.What / 5 % 2] : (object?)null));
                break;
            case Deed.Party:
                Set(world, person, $"{person.Name} moves to party {step.What % 2}", ("role", Roles.Guest), ("party", world.Parties[step.What % 2]));
                break;
            case Deed.Join:
                Join(world, person, browser, step.What);
                break;
            case Deed.Dismiss:
                world.WriteAsServer($"{person.Name} is dismissed", new DeleteOperation(Laboratory.Registry.Of<Member>(), person.Member));
                break;
            case Deed.Readmit:
                var again = person with { Member = world.NewId() };
                world.WriteAsServer($"{person.Name} is admitted again", World.NewMember(again, Roles.Member, party: null));
                break;
            default:
                if (step.Deed >= Deed.Undo)
                    PageScript.Do(world, (Page)browser, step);
                else
                    Misfortune.Do(world, browser, step);
                break;
        }
    }

    internal static void Make(World world, Browser browser, int what)
    {
        var id = world.NewId();
        switch (what % 3)
        {
            case 0:
                Change(world, browser, $"create client {Short(id)}", Create("reading.client", id, new JsonObject { ["name"] = $"Client {what}" }));
                break;
            case 1:
                Change(world, browser, $"create device {Short(id)} of party {what / 3 % 2}", Create("reading.device", id, new JsonObject { ["name"] = $"Device {what}", ["party"] = world.Parties[what / 3 % 2].ToString() }));
                break;
            default:
                Change(
                    world, browser, $"create talk {Short(id)}", Create("reading.talk", id, new JsonObject { ["topic"] = $"Talk {what}" }),
                    Create("reading.participation", world.NewId(), new JsonObject { ["member"] = browser.Person.Member.ToString(), ["talk"] = id.ToString() }));
                break;
        }
    }

    private static void Edit(World world, Browser browser, int what)
    {
        if (Pick(browser, what, "reading.client", "reading.device", "reading.talk") is not { } held)
            return;
        var field = held.Type switch { "reading.client" => what % 4 == 0 ? "rate" : "name", "reading.device" => "name", _ => "topic" };
        var set = Operation("set", held.Type, held.Id);
        set["field"] = field;
        // Never the same twice: an edit that changes nothing leaves no trace in the log.
        set["value"] = $"Edit {world.Notes.Count}.{what}";
        if (what % 3 == 0 && held.Version > 0)
            set["guard"] = new JsonObject { ["version"] = held.Version };
        Change(world, browser, $"set {field} of {Short(held)}{(what % 3 == 0 ? $" at version {held.Version}" : "")}", set);
    }

    private static void Count(World world, Browser browser, int what)
    {
        if (Pick(browser, what, "reading.device") is not { } held)
            return;
        var increment = Operation("increment", held.Type, held.Id);
        // Never by nothing, which leaves no trace in the log.
        (increment["field"], increment["by"]) = ("hits", what % 2 == 0 ? 1 + (what % 7) : -1 - (what % 7));
        Change(world, browser, $"count {increment["by"]} on {Short(held)}", increment);
    }

    private static void Move(World world, Browser browser, int what)
    {
        if (Pick(browser, what, "reading.device") is not { } held)
            return;
        var set = Operation("set", held.Type, held.Id);
        (set["field"], set["value"]) = ("party", world.Parties[what % 2].ToString());
        var name = Operation("set", held.Type, held.Id);
        (name["field"], name["value"]) = ("name", $"Moved {world.Notes.Count}.{what}");
        Change(world, browser, $"move {Short(held)} to party {what % 2}", set, name);
    }

    private static void Join(World world, Person person, Browser browser, int what)
    {
        if (Pick(browser, what, "reading.talk") is { } talk)
            world.WriteAsServer($"{person.Name} joins {Short(talk)}", Compose.Create(Laboratory.Registry, world.NewId(), new Participation { Member = person.Member, Talk = talk.Id }));
    }

    private static void Set(World world, Person person, string about, params (string Field, object? Value)[] values)
    {
        var type = Laboratory.Registry.Of<Member>();
        world.WriteAsServer(about, [.. values.Select(value => new SetOperation(type, person.Member, type.Fields.Single(field => field.Name == value.Field), value.Value))]);
    }

    private static void Change(World world, Browser browser, string about, params JsonObject[] operations)
    {
        world.Note($"{browser.Name}: {about}");
        browser.Do(about, [.. operations]);
    }

    private static Held? Pick(Browser browser, int what, params string[] types)
    {
        var held = browser.Records.Where(held => types.Contains(held.Type)).OrderBy(held => held.Values.GetValueOrDefault("name"), StringComparer.Ordinal).ThenBy(held => held.Version).ThenBy(held => held.Id).ToArray();
        return held.Length == 0 ? null : held[what % held.Length];
    }

    private static JsonObject Create(string type, Guid id, JsonObject values)
    {
        var create = Operation("create", type, id);
        create["values"] = values;
        return create;
    }

    private static JsonObject Operation(string op, string type, Guid id) => new() { ["op"] = op, ["type"] = type, ["id"] = id.ToString() };

    private static string Short(Held held) => $"{held.Type} {Short(held.Id)}";

    private static string Short(Guid id) => id.ToString()[^4..];

    private static Deed Draw((Deed Deed, int Weight)[] deeds, int at)
    {
        foreach (var (deed, weight) in deeds)
        {
            if (at < weight)
                return deed;
            at -= weight;
        }

        throw new ArgumentOutOfRangeException(nameof(at));
    }

    private static int Pause(Random random) => random.Next(4) switch { 0 => 0, 1 => random.Next(5), 2 => random.Next(25), _ => random.Next(80) };
}
