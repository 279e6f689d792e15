using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Tests.Simulation.Pages;

/// <summary>A person's browser: what his pages share.</summary>
internal sealed class Computer(int number, Person person)
{
    public int Number => number;

    public Person Person => person;

    public bool IsAway { get; set; }

    /// <summary>Whether its disk was made to fail at some time.</summary>
    public bool HadFaults { get; set; }
}

/// <summary>All computers of a run, with the pages on them, and what can happen there next.</summary>
internal sealed class Desk
{
    private readonly World _world;
    private readonly PageProcess _process;
    private readonly List<Page> _pages = [];
    private readonly List<JsonElement> _settled = [];
    private string[] _lanes = [];
    private int _numbers;

    public Desk(World world, PageProcess process, int seed, string? spoil, IEnumerable<Person> people)
    {
        (_world, _process) = (world, process);
        Computers = [.. people.Select((person, number) => new Computer(number, person))];
        Ask("begin", ("seed", seed), ("workspace", world.Workspace.ToString()), ("users", new JsonArray([.. Computers.Select(computer => JsonValue.Create(computer.Person.User.ToString()))])), ("spoil", spoil));
        foreach (var person in new[] { 0, 1, 1, 2, 3 })
            Open(Computers[person]);
    }

    public IReadOnlyList<Computer> Computers { get; }

    /// <summary>The pages that are there.</summary>
    public IReadOnlyList<Page> Pages => _pages;

    /// <summary>The pages that were there.</summary>
    public List<Page> Gone { get; } = [];

    public Dictionary<Guid, (Page Page, Change Change)> Changes { get; } = [];

    /// <summary>The transactions that stood on a disk at some time.</summary>
    public HashSet<Guid> Kept { get; } = [];

    /// <summary>The refused ones that somebody has answered.</summary>
    public HashSet<Guid> Answered { get; } = [];

    public Page Open(Computer computer)
    {
        var page = new Page(_world, this, computer, _numbers++);
        _pages.Add(page);
        Ask("page", ("computer", computer.Number), ("page", page.Number));
        return page;
    }

    public void End(Page page, bool inOrder)
    {
        page.End(inOrder);
        if (inOrder)
            Kept.UnionWith(page.Queue.Where(change => change.IsOpen).Select(change => change.Id));
        _pages.Remove(page);
        Gone.Add(page);
    }

    public void SetAway(Computer computer, bool away)
    {
        if (computer.IsAway == away)
            return;
        computer.IsAway = away;
        Ask("network", ("computer", computer.Number), ("online", !away));
    }

    public void Fail(Computer computer, int after, bool isFull)
    {
        computer.HadFaults = true;
        Ask("fault", ("computer", computer.Number), ("after", after), ("fault", isFull ? "QuotaExceededError" : "UnknownError"));
    }

    public void Heal(Computer computer) => Ask("heal", ("computer", computer.Number));

    /// <summary>What stands on a computer's disk, read past the engine.</summary>
    public JsonElement Disk(Computer computer) => Ask("disk", ("computer", computer.Number));

    public void Pass(TimeSpan span) => Ask("pass", ("milliseconds", span.TotalMilliseconds));

    public IEnumerable<Action> Possible() => _lanes.Select(lane => (Action)(() =>
    {
        _world.Count($"page does {lane.Split('/')[^1].Split(" page ")[0].Split(" computer ")[0]}");
        Ask("next", ("lane", lane));
    })).Concat(_pages.SelectMany(page => page.Possible()).ToArray());

    public JsonElement Ask(string what, Page page, params (string Name, JsonNode? Value)[] more) => Ask(what, [("page", page.Number), .. more]);

    public JsonElement Ask(string what, params (string Name, JsonNode? Value)[] more)
    {
        var command = new JsonObject { ["do"] = what };
        foreach (var (name, value) in more)
            command[name] = value;
        var answer = _process.Ask(command);
        _lanes = [.. answer.GetProperty("possible").EnumerateArray().Select(lane => lane.GetString()!)];
        foreach (var said in answer.GetProperty("said").EnumerateArray())
            Heard(said);
        Catch();
        return answer.GetProperty("value");
    }

    /// <summary>Tells the transactions that are known by now how they ended.</summary>
    public void Catch()
    {
        foreach (var said in _settled.Where(said => Changes.ContainsKey(said.GetProperty("id").GetGuid())).ToArray())
        {
            _settled.Remove(said);
            var (page, change) = Changes[said.GetProperty("id").GetGuid()];
            change.Seq = said.TryGetProperty("seq", out var seq) ? seq.GetInt64() : null;
            change.Refusal = said.TryGetProperty("refusal", out var refusal) ? refusal.GetString() : null;
            _world.Answered(page, change, change.Seq, change.Refusal, first: true);
        }
    }

    private void Heard(JsonElement said)
    {
        var page = said.TryGetProperty("page", out var number) ? _pages.Find(page => page.Number == number.GetInt32()) : null;
        switch (said.GetProperty("t").GetString())
        {
            case "open":
                page?.Opening(said.GetProperty("socket").GetInt32());
                break;
            case "send":
                foreach (var one in _pages)
                    one.Send(said.GetProperty("socket").GetInt32(), said.GetProperty("text").GetString()!);
                break;
            case "close":
                foreach (var one in _pages)
                    one.Close(said.GetProperty("socket").GetInt32());
                break;
            case "kept":
                Kept.UnionWith(said.GetProperty("ids").EnumerateArray().Select(id => id.GetGuid()));
                break;
            case "settled":
                _settled.Add(said);
                break;
            case "state" when page is not null:
                page.Connection = said.GetProperty("connection").GetString()!;
                break;
        }
    }
}
