using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Tests.Simulation;

/// <summary>What the simulator found.</summary>
internal sealed class SimulationFailure(string what) : Exception(what);

/// <summary>A transaction of a browser.</summary>
internal sealed class Change(Guid id, JsonArray operations, string about)
{
    public Guid Id => id;

    public JsonArray Operations => operations;

    public string About => about;

    /// <summary>Given when it is first sent; another one only where a restored server knows fewer.</summary>
    public long? Mutation { get; set; }

    public bool InFlight { get; set; }

    /// <summary>Where it was applied, as far as the browser knows.</summary>
    public long? Seq { get; set; }

    public string? Refusal { get; set; }

    public bool IsOpen => Seq is null && Refusal is null;
}

/// <summary>
/// A tab of a browser, written from the page on the protocol alone. Believes what it is told, and fails where that
/// cannot be true.
/// </summary>
internal sealed class Browser(World world, int number, Person person, Guid id)
{
    private long _lastMutation;
    private TimeSpan _pausedUntil;
    private bool _welcomed;

    public int Number => number;

    public Person Person => person;

    public Guid Id => id;

    /// <summary>Under which it has connected; he signs in anew for each connection, so that each can end alone.</summary>
    public Guid Session { get; private set; }

    public Link? Link { get; private set; }

    /// <summary>Whether it does not want to connect: offline, or told that it may not.</summary>
    public bool IsAway { get; set; }

    public bool IsDismissed { get; private set; }

    /// <summary>What it holds, as the server says it is.</summary>
    public Copy Copy { get; } = new($"tab {number} of {person.Name}", world.Sabotage == Sabotage.TrustClocks);

    public List<Change> Queue { get; } = [];

    /// <summary>The revocations that it has confirmed.</summary>
    public List<Guid> Forgotten { get; } = [];

    public bool WaitsForAll => world.Sabotage == Sabotage.WaitForAll;

    public World World => world;

    public string Name => $"tab {number} of {person.Name}";

    public bool WantsToPush => _welcomed && world.Elapsed >= _pausedUntil && Queue.Any(change => change.IsOpen && !change.InFlight);

    public bool IsDrained => IsDismissed || (_welcomed && Queue.All(change => !change.IsOpen) && Copy.IsComplete);

    public void Connect(Node node)
    {
        Session = world.NewId();
        Link = world.Connect(this, node);
        _welcomed = false;
        var cursor = Copy.Cursor is { } at ? new JsonObject { ["seq"] = at.Seq, ["tx"] = (world.Sabotage == Sabotage.KeepEpoch ? world.TransactionAt(at.Seq) : at.Transaction)?.ToString() } : null;
        Say(new JsonObject
        {
            ["t"] = "hello",
            ["proto"] = 1,
            ["schema"] = Laboratory.Registry.Schema,
            ["browser"] = id.ToString(),
            ["workspace"] = world.Workspace.ToString(),
            ["epoch"] = Copy.Epoch?.ToString(),
            ["cursor"] = cursor,
            ["access"] = Copy.Access,
            ["scopes"] = new JsonArray([.. World.Scopes.Select(scope => JsonValue.Create(scope))]),
        });
    }

    /// <summary>The connection is gone. What was in flight may be lost, so it is sent again.</summary>
    public void Lost(Link link)
    {
        if (Link != link)
            return;
        link.BrowserListens = false;
        Link = null;
        _welcomed = false;
        foreach (var change in Queue)
            change.InFlight = false;
    }

    public void Push()
    {
        var transactions = new JsonArray();
        foreach (var change in Queue.Where(change => change.IsOpen && !change.InFlight).Take(4))
        {
            change.Mutation ??= ++_lastMutation;
            change.InFlight = true;
            transactions.Add(new JsonObject
            {
                ["mutation"] = change.Mutation,
                ["id"] = change.Id.ToString(),
                ["schema"] = Laboratory.Registry.Schema,
                ["operations"] = change.Operations.DeepClone(),
            });
        }

        Say(new JsonObject { ["t"] = "push", ["transactions"] = transactions });
    }

    /// <summary>Asks for scopes anew, as where something was missed.</summary>
    public void AskAgain(IReadOnlyCollection<string> scopes)
    {
        Copy.Ask(scopes);
        Say(new JsonObject
        {
            ["t"] = "sub",
            ["add"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]),
            ["remove"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]),
        });
    }

    public bool CanAskAgain => _welcomed;

    public void Hear(Message message)
    {
        if (message.Text is null)
        {
            Closed(message.Close);
            return;
        }

        using var document = JsonDocument.Parse(message.Text);
        var frame = document.RootElement;
        world.Count($"told {frame.GetProperty("t").GetString()}");
        switch (frame.GetProperty("t").GetString())
        {
            case "welcome":
                Welcome(frame);
                break;
            case "subOk":
                Copy.Answer(frame);
                break;
            case "subErr":
                Copy.Refuse(frame.GetProperty("scope").GetString()!);
                break;
            case "result":
                foreach (var result in frame.GetProperty("results").EnumerateArray())
                    Result(result);
                break;
            case "delta":
                Copy.Delta(frame);
                break;
            case "me":
                Me(frame.GetProperty("me"), []);
                break;
            case "revoke":
                Revoke(frame);
                break;
            case "nudge":
                Copy.Reach(Copy.PositionOf(frame.GetProperty("head")));
                break;
            case "presence":
                break;
            case "error" when !_welcomed:
                // Why this connection will be closed.
                break;
            default:
                throw new SimulationFailure($"{Name} was told {message.Text}");
        }
    }

    private void Welcome(JsonElement frame)
    {
        Copy.Welcome(frame);
        Greet(frame.GetProperty("lastMutation").GetInt64());
        _welcomed = true;
    }

    /// <summary>A restored server knows fewer numbers than it once answered: what is open is numbered afresh.</summary>
    private void Greet(long lastMutation)
    {
        var open = Queue.Where(change => change.IsOpen && change.Mutation is not null).ToArray();
        var first = open.FirstOrDefault()?.Mutation ?? _lastMutation + 1;
        if (first <= lastMutation + 1)
        {
            _lastMutation = Math.Max(_lastMutation, lastMutation);
            return;
        }

        foreach (var change in open)
            change.Mutation = null;
        _lastMutation = lastMutation;
    }

    private void Revoke(JsonElement frame)
    {
        Copy.Forget(frame.GetProperty("records"));
        var scopes = frame.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!).ToArray();
        foreach (var scope in scopes)
            Copy.Refuse(scope);
        var revocation = frame.GetProperty("id").GetGuid();
        Forgotten.Add(revocation);
        Say(new JsonObject { ["t"] = "revoked", ["id"] = revocation.ToString() });
        Me(frame.GetProperty("me"), scopes);
    }

    private void Me(JsonElement me, string[] taken)
    {
        var closed = Copy.Refused.Except(taken).ToArray();
        if (closed.Length > 0)
            AskAgain(closed);
        Copy.Rename(me);
    }

    private void Result(JsonElement result)
    {
        var transaction = result.GetProperty("id").GetGuid();
        var change = Queue.Find(change => change.Id == transaction) ?? throw new SimulationFailure($"{Name} was answered what it had not asked: {result}");
        var outcome = result.GetProperty("outcome").GetString()!;
        change.InFlight = false;
        if (outcome == "retry")
        {
            _pausedUntil = world.Elapsed + TimeSpan.FromMilliseconds(result.GetProperty("afterMs").GetInt32());
            return;
        }

        var (seq, refusal) = outcome is "applied" or "duplicate"
            ? (result.GetProperty("seq").GetInt64(), (string?)null)
            : ((long?)null, $"{outcome} {result.GetProperty("error").GetProperty("code").GetString()}");
        if (!change.IsOpen && (change.Seq != seq || change.Refusal != refusal))
            throw new SimulationFailure($"{Name} was told of {change.About} first {change.Refusal ?? $"applied at {change.Seq}"}, then {refusal ?? $"applied at {seq}"}");
        world.Answered(this, change, seq, refusal, change.IsOpen);
        (change.Seq, change.Refusal) = (seq, refusal);
    }

    private void Closed(int code)
    {
        var link = Link!;
        link.ToServer.Enqueue(new Message(Text: null, 1000));
        Lost(link);
        if (code == 4403)
        {
            IsDismissed = true;
            Copy.Clear();
        }
        else if (code is not (1000 or 1001 or 1013 or 4401))
        {
            throw new SimulationFailure($"{Name} was closed with {code}");
        }
    }

    /// <summary>The person may come in again.</summary>
    public void Readmit() => IsDismissed = false;

    private void Say(JsonObject frame) => Link!.ToServer.Enqueue(new Message(frame.ToJsonString()));
}
