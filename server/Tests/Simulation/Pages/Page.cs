using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Tests.Simulation.Pages;

/// <summary>One tab with the engine of the product in it. What it does by itself stands on the agenda of its <see cref="Desk"/>.</summary>
internal sealed class Page(World world, Desk desk, Computer computer, int number) : Browser(world, number, computer.Person)
{
    private readonly Dictionary<int, Link> _links = [];
    private readonly HashSet<int> _opening = [];
    private bool _isFrozen;

    public Computer Computer => computer;

    /// <summary>How its line stands, in the words of the engine.</summary>
    public string Connection { get; set; } = "stopped";

    public bool IsGone { get; private set; }

    public override bool IsAway
    {
        get => computer.IsAway;
        set => desk.SetAway(computer, value);
    }

    public override bool IsDismissed => Connection == "removed";

    public override bool IsFrozen => _isFrozen;

    public override bool IsDrained
    {
        get
        {
            var seen = Look();
            var isConnected = (Connection = seen.GetProperty("connection").GetString()!) is "live";
            return IsDismissed || (isConnected && seen.GetProperty("pending").GetInt32() == 0 && seen.GetProperty("isAnswered").GetBoolean() && seen.GetProperty("storage").GetString() != "opening");
        }
    }

    public override IReadOnlyCollection<Held> Records => ReadAll(desk.Ask("records", this));

    /// <summary>What a person sees in it, and what lies behind.</summary>
    public JsonElement Look() => desk.Ask("look", this);

    public static IReadOnlyCollection<Held> ReadAll(JsonElement records) =>
    [
        .. records.EnumerateArray().Select(record => new Held(
            record.GetProperty("type").GetString()!, record.GetProperty("id").GetGuid(), record.GetProperty("version").GetInt64(),
            record.GetProperty("values").EnumerateObject().ToDictionary(value => value.Name, value => JsonSerializer.Serialize(value.Value), StringComparer.Ordinal))),
    ];

    public override void Do(string about, JsonArray operations) => Made(about, desk.Ask("transact", this, ("operations", operations)));

    /// <summary>The person takes back, or does again, what he did last.</summary>
    public void TakeBack(bool again) => Made(again ? "do again" : "take back", desk.Ask(again ? "redo" : "undo", this));

    /// <summary>The person sends a refused transaction again, or gives it up.</summary>
    public void Answer(string what, string letter) => Made($"{what} {letter[^4..]}", desk.Ask(what, this, ("id", letter)));

    public void Tell(string what) => desk.Ask(what, this);

    public void Freeze(bool frozen)
    {
        _isFrozen = frozen;
        desk.Ask(frozen ? "freeze" : "thaw", this);
    }

    /// <summary>It is closed, or ends in the middle of something. The server notices later.</summary>
    public void End(bool inOrder)
    {
        desk.Ask(inOrder ? "leave" : "kill", this);
        IsGone = true;
        _opening.Clear();
        foreach (var link in _links.Values)
            link.BrowserListens = false;
        _links.Clear();
        Link = null;
    }

    public override IEnumerable<Action> Possible()
    {
        if (_isFrozen)
            yield break;
        foreach (var socket in _opening)
            yield return () => Connect(socket);
        if (Connection == "signedOut" && !IsAway)
            yield return () => desk.Ask("start", this);
    }

    public void Opening(int socket) => _opening.Add(socket);

    public void Send(int socket, string text)
    {
        if (!_links.TryGetValue(socket, out var link))
            return;
        var frame = JsonNode.Parse(text)!;
        if ((string?)frame["t"] == "revoked")
            Forgotten.Add(Guid.Parse((string)frame["id"]!));
        link.ToServer.Enqueue(new Message(text));
    }

    public void Close(int socket)
    {
        _opening.Remove(socket);
        if (!_links.Remove(socket, out var link))
            return;
        link.BrowserListens = false;
        link.ToServer.Enqueue(new Message(Text: null, 1000));
        if (Link == link)
            Link = null;
    }

    public override void Hear(Link link, Message message)
    {
        var socket = _links.First(one => one.Value == link).Key;
        if (message.Text is { } text)
        {
            World.Count($"page told {JsonNode.Parse(text)!["t"]}");
            desk.Ask("message", ("socket", socket), ("text", text));
            return;
        }

        Close(socket);
        desk.Ask("closed", ("socket", socket), ("code", message.Close));
    }

    public override void Lost(Link link)
    {
        if (_links.FirstOrDefault(one => one.Value == link) is not (var socket and > 0, _))
            return;
        link.BrowserListens = false;
        _links.Remove(socket);
        if (Link == link)
            Link = null;
        desk.Ask("closed", ("socket", socket), ("code", 1006));
    }

    private void Connect(int socket)
    {
        _opening.Remove(socket);
        if (IsAway || World.Alive.Count == 0)
        {
            desk.Ask("closed", ("socket", socket), ("code", 1006));
            return;
        }

        _links[socket] = Open(World.AnyNode());
        desk.Ask("opened", ("socket", socket));
    }

    private void Made(string about, JsonElement made)
    {
        foreach (var one in made.EnumerateArray())
        {
            var operations = JsonNode.Parse(one.GetProperty("operations").GetRawText())!.AsArray();
            var change = new Change(one.GetProperty("id").GetGuid(), operations, about);
            Queue.Add(change);
            desk.Changes[change.Id] = (this, change);
        }

        desk.Catch();
    }
}
