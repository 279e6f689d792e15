using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Tests.Simulation;

/// <summary>What the simulator found.</summary>
internal sealed class SimulationFailure(string what) : Exception(what);

/// <summary>A record as a browser holds it: its version and the JSON of each field.</summary>
internal sealed record Held(string Type, Guid Id, long Version, IReadOnlyDictionary<string, string> Values)
{
    public override string ToString() => $"{Type} {Id} v{Version} {{{string.Join(", ", Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}: {v.Value}"))}}}";
}

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
    private readonly Dictionary<string, bool> _answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, Guid), DateTimeOffset> _at = [];
    private Guid? _epoch;
    private (long Seq, Guid? Transaction)? _cursor;
    private (long Seq, Guid? Transaction)? _reached;
    private string? _access;
    private string? _told;
    private long _lastMutation;
    private TimeSpan _pausedUntil;
    private bool _welcomed;

    public int Number => number;

    public Person Person => person;

    public Guid Id => id;

    /// <summary>As whom it connects; another one after each sign-in.</summary>
    public Guid Session { get; private set; } = world.NewId();

    public Link? Link { get; private set; }

    /// <summary>Whether it does not want to connect: offline, or told that it may not.</summary>
    public bool IsAway { get; set; }

    public bool IsDismissed { get; private set; }

    public Dictionary<(string Type, Guid Id), Held> Confirmed { get; } = [];

    public List<Change> Queue { get; } = [];

    /// <summary>The revocations that it has confirmed.</summary>
    public List<Guid> Forgotten { get; } = [];

    public bool WaitsForAll => world.Sabotage == Sabotage.WaitForAll;

    public World World => world;

    public string Name => $"tab {number} of {person.Name}";

    public bool WantsToPush => _welcomed && world.Elapsed >= _pausedUntil && Queue.Any(change => change.IsOpen && !change.InFlight);

    public bool IsDrained => IsDismissed || (_welcomed && Queue.All(change => !change.IsOpen) && _answered.Values.All(answered => answered));

    public void Connect(Node node)
    {
        Link = world.Connect(this, node);
        _welcomed = false;
        var cursor = _cursor is { } at ? new JsonObject { ["seq"] = at.Seq, ["tx"] = (world.Sabotage == Sabotage.KeepEpoch ? world.TransactionAt(at.Seq) : at.Transaction)?.ToString() } : null;
        Say(new JsonObject
        {
            ["t"] = "hello",
            ["proto"] = 1,
            ["schema"] = Laboratory.Registry.Schema,
            ["browser"] = id.ToString(),
            ["workspace"] = world.Workspace.ToString(),
            ["epoch"] = _epoch?.ToString(),
            ["cursor"] = cursor,
            ["access"] = _access,
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
        foreach (var scope in scopes)
            _answered[scope] = false;
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
                Answer(frame);
                break;
            case "subErr":
                Refuse(frame.GetProperty("scope").GetString()!);
                break;
            case "result":
                foreach (var result in frame.GetProperty("results").EnumerateArray())
                    Result(result);
                break;
            case "delta":
                Delta(frame);
                break;
            case "me":
                Me(frame.GetProperty("me"), []);
                break;
            case "revoke":
                Revoke(frame);
                break;
            case "nudge":
                Reach(Position(frame.GetProperty("head")));
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
        _epoch = frame.GetProperty("epoch").GetGuid();
        if (frame.GetProperty("reset").GetBoolean())
        {
            _cursor = null;
            Confirmed.Clear();
        }

        _reached = _cursor ?? Position(frame.GetProperty("head"));
        _refused.Clear();
        foreach (var scope in World.Scopes)
            _answered[scope] = false;
        _told = frame.GetProperty("me").GetProperty("access").GetString();
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

    private void Answer(JsonElement frame)
    {
        var scope = frame.GetProperty("scope").GetString()!;
        if (frame.TryGetProperty("records", out var records))
        {
            Follow();
            foreach (var key in Confirmed.Keys.Where(key => World.ScopeOf(key.Type) == scope).ToArray())
                Confirmed.Remove(key);
            foreach (var record in records.EnumerateArray())
                Put(record, record.GetProperty("version").GetInt64(), record.GetProperty("values"));
        }
        else if (frame.TryGetProperty("changed", out var changed))
        {
            Follow();
            foreach (var gone in frame.GetProperty("gone").EnumerateArray())
            {
                foreach (var key in Confirmed.Keys.Where(key => World.ScopeOf(key.Type) == scope && key.Id == gone.GetGuid()).ToArray())
                    Confirmed.Remove(key);
            }

            foreach (var record in changed.EnumerateArray())
            {
                var version = record.GetProperty("version").GetInt64();
                if (!Confirmed.TryGetValue(KeyOf(record), out var held) || held.Version < version)
                    Put(record, version, record.GetProperty("values"));
            }
        }

        _refused.Remove(scope);
        _answered[scope] = true;
        Settle();
    }

    /// <summary>What is held begins to follow the rights of now. Until all of it does, it follows none that could be named.</summary>
    private void Follow()
    {
        if (_told != _access)
            _access = null;
    }

    private void Refuse(string scope)
    {
        Follow();
        foreach (var key in Confirmed.Keys.Where(key => World.ScopeOf(key.Type) == scope).ToArray())
            Confirmed.Remove(key);
        _refused.Add(scope);
        _answered[scope] = true;
        Settle();
    }

    private void Delta(JsonElement frame)
    {
        var to = Position(frame.GetProperty("to"));
        if (_reached is { } reached && to.Seq <= reached.Seq && frame.GetProperty("items").GetArrayLength() > 0 && frame.GetProperty("from").GetInt64() < reached.Seq)
            world.Note($"{Name} is told again what it has read: {frame}");
        var missed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in frame.GetProperty("items").EnumerateArray())
        {
            foreach (var record in item.GetProperty("records").EnumerateArray())
            {
                var scope = World.ScopeOf(record.GetProperty("type").GetString()!);
                if (_answered[scope] && !_refused.Contains(scope) && !(world.Sabotage == Sabotage.TrustClocks && IsOlder(KeyOf(record), item.GetProperty("at").GetDateTimeOffset())))
                    Apply(record);
            }
        }

        Reach(to);
    }

    private void Apply(JsonElement record)
    {
        var key = KeyOf(record);
        var version = record.GetProperty("version").GetInt64();
        Confirmed.TryGetValue(key, out var held);
        if (held is not null && version <= held.Version)
            return;
        if (record.TryGetProperty("deleted", out _) || record.TryGetProperty("leave", out _))
            Confirmed.Remove(key);
        else if (record.TryGetProperty("enter", out _))
            Put(record, version, record.GetProperty("values"));
        else if (held is null || held.Version != record.GetProperty("previous").GetInt64())
            throw new SimulationFailure($"{Name} holds version {held?.Version.ToString() ?? "none"} and was told {record}: something was missed");
        else
            Put(record, version, record.GetProperty("set"), held);
    }

    private bool IsOlder((string, Guid) key, DateTimeOffset at)
    {
        if (_at.TryGetValue(key, out var known) && at < known)
            return true;
        _at[key] = at;
        return false;
    }

    private void Revoke(JsonElement frame)
    {
        foreach (var record in frame.GetProperty("records").EnumerateArray())
            Confirmed.Remove(KeyOf(record));
        var scopes = frame.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!).ToArray();
        foreach (var scope in scopes)
            Refuse(scope);
        var revocation = frame.GetProperty("id").GetGuid();
        Forgotten.Add(revocation);
        Say(new JsonObject { ["t"] = "revoked", ["id"] = revocation.ToString() });
        Me(frame.GetProperty("me"), scopes);
    }

    private void Me(JsonElement me, string[] taken)
    {
        _told = me.GetProperty("access").GetString();
        var closed = _refused.Except(taken).ToArray();
        if (closed.Length > 0)
            AskAgain(closed);
        else
            Settle();
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
            Confirmed.Clear();
            _cursor = null;
        }
        else if (code == 4401)
        {
            // He signs in again; the queue is kept.
            Session = world.NewId();
        }
        else if (code is not (1000 or 1001 or 1013))
        {
            throw new SimulationFailure($"{Name} was closed with {code}");
        }
    }

    /// <summary>The person may come in again.</summary>
    public void Readmit() => IsDismissed = false;

    private void Put(JsonElement record, long version, JsonElement values, Held? held = null)
    {
        var (type, key) = KeyOf(record);
        if (Confirmed.TryGetValue((type, key), out var before) && before.Version > version)
            throw new SimulationFailure($"{Name} held {before} and was given version {version}");
        var all = held is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new Dictionary<string, string>(held.Values, StringComparer.Ordinal);
        foreach (var value in values.EnumerateObject())
            all[value.Name] = value.Value.GetRawText();
        Confirmed[(type, key)] = new Held(type, key, version, all);
    }

    /// <summary>What this connection has brought reaches up to here; it counts once every scope is answered.</summary>
    private void Reach((long Seq, Guid? Transaction) to)
    {
        if (_reached is not { } reached || to.Seq > reached.Seq)
            _reached = to;
        Settle();
    }

    private void Settle()
    {
        if (_answered.Values.All(answered => answered))
            (_cursor, _access) = (_reached, _told);
    }

    private void Say(JsonObject frame) => Link!.ToServer.Enqueue(new Message(frame.ToJsonString()));

    private static (string, Guid) KeyOf(JsonElement record) => (record.GetProperty("type").GetString()!, record.GetProperty("id").GetGuid());

    private static (long Seq, Guid? Transaction) Position(JsonElement head) =>
        (head.GetProperty("seq").GetInt64(), head.GetProperty("tx").ValueKind == JsonValueKind.Null ? null : head.GetProperty("tx").GetGuid());
}
