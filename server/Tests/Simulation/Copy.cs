using System.Text.Json;

namespace Holdfast.Tests.Simulation;

/// <summary>A record as a browser holds it: its version and the JSON of each field.</summary>
internal sealed record Held(string Type, Guid Id, long Version, IReadOnlyDictionary<string, string> Values)
{
    public override string ToString() => $"{Type} {Id} v{Version} {{{string.Join(", ", Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}: {v.Value}"))}}}";
}

/// <summary>
/// What a browser holds of the workspace, how far it has read the log, and under which rights: the confirmed records,
/// without what it has changed itself and not yet been told.
/// </summary>
/// <param name="whose">The browser's name.</param>
/// <param name="trustsClocks">Whether it takes that for newer which the clock says is. See <see cref="Sabotage"/>.</param>
internal sealed class Copy(string whose, bool trustsClocks)
{
    private readonly Dictionary<string, bool> _answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, Guid), DateTimeOffset> _changedAt = [];

    /// <summary>The versions at which records went that the cursor has not passed: it is told of them again if it comes back before.</summary>
    private readonly Dictionary<(string, Guid), long> _gone = [];
    private (long Seq, Guid? Transaction)? _reached;
    private string? _told;

    public Dictionary<(string Type, Guid Id), Held> Records { get; } = [];

    /// <summary>Of the log that it has read.</summary>
    public Guid? Epoch { get; private set; }

    /// <summary>How far it has read that log with nothing left out.</summary>
    public (long Seq, Guid? Transaction)? Cursor { get; private set; }

    /// <summary>The name of the rights that what it holds follows.</summary>
    public string? Access { get; private set; }

    public bool IsComplete => _answered.Values.All(answered => answered);

    /// <summary>The scopes that were refused.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    public void Welcome(JsonElement frame)
    {
        Epoch = frame.GetProperty("epoch").GetGuid();
        if (frame.GetProperty("reset").GetBoolean())
            Clear();
        _reached = Cursor ?? PositionOf(frame.GetProperty("head"));
        _refused.Clear();
        _asked.Clear();
        Await(World.Scopes);
        _told = frame.GetProperty("me").GetProperty("access").GetString();
    }

    /// <summary>Nothing is held any more.</summary>
    public void Clear()
    {
        Cursor = null;
        Records.Clear();
        _gone.Clear();
    }

    /// <summary>These scopes are asked for anew: a snapshot or a refusal answers that, and nothing else does.</summary>
    public void Ask(IReadOnlyCollection<string> scopes)
    {
        _asked.UnionWith(scopes);
        Await(scopes);
    }

    private void Await(IEnumerable<string> scopes)
    {
        foreach (var scope in scopes)
            _answered[scope] = false;
    }

    /// <summary>A scope as it is, or what changed in it.</summary>
    public void Answer(JsonElement frame)
    {
        var scope = frame.GetProperty("scope").GetString()!;
        if (frame.TryGetProperty("records", out var records))
        {
            Follow();
            _asked.Remove(scope);
            foreach (var key in Records.Keys.Where(key => World.ScopeOf(key.Type) == scope).ToArray())
                Records.Remove(key);
            foreach (var record in records.EnumerateArray())
                Put(record, record.GetProperty("version").GetInt64(), record.GetProperty("values"));
        }
        else if (frame.TryGetProperty("changed", out var changed))
        {
            Follow();
            foreach (var gone in frame.GetProperty("gone").EnumerateArray())
            {
                foreach (var key in Records.Keys.Where(key => World.ScopeOf(key.Type) == scope && key.Id == gone.GetGuid()).ToArray())
                    Records.Remove(key);
            }

            foreach (var record in changed.EnumerateArray())
            {
                var version = record.GetProperty("version").GetInt64();
                if (!Records.TryGetValue(KeyOf(record), out var held) || held.Version < version)
                    Put(record, version, record.GetProperty("values"));
            }
        }

        if (_asked.Contains(scope))
            return;
        _refused.Remove(scope);
        _answered[scope] = true;
        Settle();
    }

    /// <summary>What is held begins to follow the rights of now. Until all of it does, it follows none that could be named.</summary>
    private void Follow()
    {
        if (_told != Access)
            Access = null;
    }

    /// <summary>A scope that is not open, or no longer.</summary>
    public void Refuse(string scope)
    {
        Follow();
        foreach (var key in Records.Keys.Where(key => World.ScopeOf(key.Type) == scope).ToArray())
            Records.Remove(key);
        _refused.Add(scope);
        _asked.Remove(scope);
        _answered[scope] = true;
        Settle();
    }

    /// <summary>A range of the log.</summary>
    public void Delta(JsonElement frame)
    {
        var to = PositionOf(frame.GetProperty("to"));
        foreach (var item in frame.GetProperty("items").EnumerateArray())
        {
            foreach (var record in item.GetProperty("records").EnumerateArray())
            {
                var scope = World.ScopeOf(record.GetProperty("type").GetString()!);
                if (_answered[scope] && !_refused.Contains(scope) && !(trustsClocks && IsOlder(KeyOf(record), item.GetProperty("at").GetDateTimeOffset())))
                    Apply(record);
            }
        }

        Reach(to);
    }

    private void Apply(JsonElement record)
    {
        var key = KeyOf(record);
        var version = record.GetProperty("version").GetInt64();
        Records.TryGetValue(key, out var held);
        if (version <= (held?.Version ?? _gone.GetValueOrDefault(key)))
            return;
        if (record.TryGetProperty("deleted", out _) || record.TryGetProperty("leave", out _))
        {
            Records.Remove(key);
            _gone[key] = version;
        }
        else if (record.TryGetProperty("enter", out _))
            Put(record, version, record.GetProperty("values"));
        else if (held is null || held.Version != record.GetProperty("previous").GetInt64())
            throw new SimulationFailure($"{whose} holds version {held?.Version.ToString() ?? "none"} and was told {record}: something was missed");
        else
            Put(record, version, record.GetProperty("set"), held);
    }

    private bool IsOlder((string, Guid) key, DateTimeOffset at)
    {
        if (_changedAt.TryGetValue(key, out var known) && at < known)
            return true;
        _changedAt[key] = at;
        return false;
    }

    private void Put(JsonElement record, long version, JsonElement values, Held? held = null)
    {
        var (type, key) = KeyOf(record);
        if (Records.TryGetValue((type, key), out var before) && before.Version > version)
            throw new SimulationFailure($"{whose} held {before} and was given version {version}");
        var all = held is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new Dictionary<string, string>(held.Values, StringComparer.Ordinal);
        foreach (var value in values.EnumerateObject())
            all[value.Name] = value.Value.GetRawText();
        Records[(type, key)] = new Held(type, key, version, all);
    }

    /// <summary>My rights have another name.</summary>
    public void Rename(JsonElement me)
    {
        _told = me.GetProperty("access").GetString();
        Settle();
    }

    /// <summary>These records are no longer mine.</summary>
    public void Forget(JsonElement records)
    {
        foreach (var record in records.EnumerateArray())
            Records.Remove(KeyOf(record));
    }

    /// <summary>What this connection has brought reaches up to here; it counts once every scope is answered.</summary>
    public void Reach((long Seq, Guid? Transaction) to)
    {
        if (_reached is not { } reached || to.Seq > reached.Seq)
            _reached = to;
        Settle();
    }

    private void Settle()
    {
        if (!IsComplete)
            return;
        (Cursor, Access) = (_reached, _told);
        foreach (var (key, version) in _gone)
        {
            if (version <= Cursor?.Seq)
                _gone.Remove(key);
        }
    }

    private static (string, Guid) KeyOf(JsonElement record) => (record.GetProperty("type").GetString()!, record.GetProperty("id").GetGuid());

    public static (long Seq, Guid? Transaction) PositionOf(JsonElement head) =>
        (head.GetProperty("seq").GetInt64(), head.GetProperty("tx").ValueKind == JsonValueKind.Null ? null : head.GetProperty("tx").GetGuid());
}
