using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// A tab of a browser, written from the page on the protocol alone. Believes what it is told, and fails where that
/// cannot be true.
/// </summary>
internal sealed class ModelBrowser(World world, int number, Person person, Guid id) : Browser(world, number, person)
{
    private long _lastMutation;
    private TimeSpan _pausedUntil;
    private bool _welcomed;

    private bool _isDismissed;

    public override bool IsAway { get; set; }

    public override bool IsDismissed => _isDismissed;

    /// <summary>What it holds, as the server says it is.</summary>
    public Copy Copy { get; } = new($"tab {number} of {person.Name}", world.Sabotage == Sabotage.TrustClocks);

    public override IReadOnlyCollection<Held> Records => Copy.Records.Values;

    public bool WantsToPush => _welcomed && World.Elapsed >= _pausedUntil && Queue.Any(change => change.IsOpen && !change.InFlight);

    public override bool IsDrained => IsDismissed || (_welcomed && Queue.All(change => !change.IsOpen) && Copy.IsComplete);

    public override void Do(string about, JsonArray operations) => Queue.Add(new Change(World.NewId(), operations, about));

    public override IEnumerable<Action> Possible()
    {
        if (Link is null && !IsAway && !IsDismissed && World.Alive.Count > 0)
            yield return () => Connect(World.AnyNode());
        else if (WantsToPush)
            yield return Push;
    }

    private void Connect(Node node)
    {
        Open(node);
        _welcomed = false;
        var cursor = Copy.Cursor is { } at ? new JsonObject { ["seq"] = at.Seq, ["tx"] = (World.Sabotage == Sabotage.KeepEpoch ? World.TransactionAt(at.Seq) : at.Transaction)?.ToString() } : null;
        Say(new JsonObject
        {
            ["t"] = "hello",
            ["proto"] = 1,
            ["schema"] = Laboratory.Registry.Schema,
            ["browser"] = id.ToString(),
            ["workspace"] = World.Workspace.ToString(),
            ["epoch"] = Copy.Epoch?.ToString(),
            ["cursor"] = cursor,
            ["access"] = Copy.Access,
            ["scopes"] = new JsonArray([.. World.Scopes.Select(scope => JsonValue.Create(scope))]),
        });
    }

    /// <summary>What was in flight may be lost, so it is sent again.</summary>
    public override void Lost(Link link)
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

    public override void Hear(Link link, Message message)
    {
        if (message.Text is null)
        {
            Closed(link, message.Close);
            return;
        }

        using var document = JsonDocument.Parse(message.Text);
        var frame = document.RootElement;
        World.Count($"told {frame.GetProperty("t").GetString()}");
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
            _pausedUntil = World.Elapsed + TimeSpan.FromMilliseconds(result.GetProperty("afterMs").GetInt32());
            return;
        }

        var (seq, refusal) = outcome is "applied" or "duplicate"
            ? (result.GetProperty("seq").GetInt64(), (string?)null)
            : ((long?)null, $"{outcome} {result.GetProperty("error").GetProperty("code").GetString()}");
        if (!change.IsOpen && (change.Seq != seq || change.Refusal != refusal))
            throw new SimulationFailure($"{Name} was told of {change.About} first {change.Refusal ?? $"applied at {change.Seq}"}, then {refusal ?? $"applied at {seq}"}");
        World.Answered(this, change, seq, refusal, change.IsOpen);
        (change.Seq, change.Refusal) = (seq, refusal);
    }

    private void Closed(Link link, int code)
    {
        link.ToServer.Enqueue(new Message(Text: null, 1000));
        Lost(link);
        if (code == 4403)
        {
            _isDismissed = true;
            Copy.Clear();
        }
        else if (code == 4401 && World.Sabotage == Sabotage.GiveUpWhenSignedOut)
        {
            foreach (var change in Queue.Where(change => change.IsOpen))
                change.Refusal = "given up";
        }
        else if (code is not (1000 or 1001 or 1013 or 4401))
        {
            throw new SimulationFailure($"{Name} was closed with {code}");
        }
    }

    private void Say(JsonObject frame) => Link!.ToServer.Enqueue(new Message(frame.ToJsonString()));
}
