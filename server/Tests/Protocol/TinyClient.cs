using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Tests.Protocol;

/// <summary>A client of the synchronisation, whole but for a screen, from docs/en/sync-protocol.md alone. It takes one scope of a record type,
/// holds what is confirmed, and does nothing by itself: it hears and sends while somebody waits for it.</summary>
internal sealed class TinyClient(
    Func<Task<WebSocket>> open, Guid workspace, IReadOnlyList<string> scopes, IReadOnlyDictionary<string, string> scopeOf) : IDisposable
{
    private readonly string _browser = Guid.CreateVersion7().ToString();
    private readonly HashSet<string> _asked = [], _partial = [];
    private Dictionary<string, long> _held = [];
    private Dictionary<(string Type, string Id), long> _gone = [];
    private WebSocket? _socket;
    private Task<JsonObject?>? _hearing;
    private JsonNode? _epoch, _cursor, _reached, _access, _toldAccess;
    private bool _welcome;
    private long _leader, _schema = 1, _next = 1, _sent, _head, _heardAt, _pushAt;

    /// <summary>The confirmed records, each as a snapshot shows it.</summary>
    public Dictionary<(string Type, string Id), JsonObject> Records { get; private set; } = [];
    /// <summary>What was written and is not yet among the records, in the order of its numbers.</summary>
    public List<Written> Queue { get; } = [];
    public List<(JsonObject Transaction, JsonObject Result)> Refused { get; } = [];
    public List<JsonNode> Answers { get; } = [];
    /// <summary>How many messages of each kind were heard.</summary>
    public Dictionary<string, int> Told { get; } = [];
    /// <summary>The scopes that the server does not let this person read.</summary>
    public HashSet<string> Closed { get; } = [];
    public WebSocketCloseStatus? CloseStatus { get; private set; }
    /// <summary>Whether every scope is answered and all that the server had at its welcome is here.</summary>
    public bool IsCaughtUp => _welcome && _asked.Count == 0 && SeqOf(_cursor) >= _head;

    /// <summary>Opens a connection and says hello; the welcome is heard later.</summary>
    public async Task ConnectAsync()
    {
        Cut();
        _socket = await open();
        (_heardAt, CloseStatus) = (Environment.TickCount64, null);
        // Beside a cursor only what is held is named: of anything else, what came since would be the end without its beginning.
        _asked.UnionWith(_cursor is null ? scopes : scopes.Where(_held.ContainsKey));
        var hello = new JsonObject { ["proto"] = 1, ["schema"] = _schema, ["browser"] = _browser, ["leader"] = ++_leader, ["workspace"] = workspace.ToString() };
        (hello["epoch"], hello["cursor"], hello["access"]) = (_epoch?.DeepClone(), _cursor?.DeepClone(), _cursor is null ? null : _access?.DeepClone());
        hello["scopes"] = JsonSerializer.SerializeToNode(_asked);
        await SendAsync("hello", hello);
    }

    public void Dispose() => Cut();

    /// <summary>Drops the connection without a word, as a network does.</summary>
    public void Cut()
    {
        _socket?.Dispose();
        (_socket, _hearing, _welcome) = (null, null, false);
        _asked.Clear();
    }

    /// <summary>Queues one transaction, and sends it if there is a connection.</summary>
    public async Task WriteAsync(params JsonObject[] operations)
    {
        Queue.Add(new(new() { ["mutation"] = _next++, ["id"] = Guid.CreateVersion7().ToString(), ["schema"] = _schema, ["operations"] = new JsonArray(operations) }));
        await PushAsync();
    }

    /// <summary>Hears and answers the server until something holds, or until the connection ends.</summary>
    public async Task HearUntilAsync(Func<bool> holds, CancellationToken cancel)
    {
        while (!holds() && _socket is not null)
        {
            cancel.ThrowIfCancellationRequested();
            await PushAsync();
            // The read goes on when the wait is over: to cancel a read would end the connection.
            _hearing ??= ReadAsync(_socket);
            await Task.WhenAny(_hearing, Task.Delay(_pushAt > Environment.TickCount64 ? 50 : 1_000, cancel));
            if (!_hearing.IsCompleted && Environment.TickCount64 < _heardAt + 45_000) continue;
            var message = _hearing.IsCompletedSuccessfully ? await _hearing : null;
            (_hearing, _heardAt) = (null, Environment.TickCount64);
            if (message is null) Cut();
            else await HearAsync(message);
        }
    }

    private async Task HearAsync(JsonObject message)
    {
        var kind = (string)message["t"]!;
        Told[kind] = Told.GetValueOrDefault(kind) + 1;
        _toldAccess = message["me"]?["access"]?.DeepClone() ?? _toldAccess;
        if (kind == "welcome") await WelcomeAsync(message);
        else if (kind == "subOk") TakeScope((string)message["scope"]!, message);
        else if (kind == "subErr") Close((string)message["scope"]!);
        else if (kind == "result") Settle(message["results"]!.AsArray());
        else if (kind == "delta") await TakeDeltaAsync(message);
        else if (kind == "nudge") Reach(message["head"]!);
        else if (kind == "me") await AskAsync(Closed);
        else if (kind == "revoke") await ForgetAsync(message);
        if (!_welcome || _asked.Count > 0) return;
        (_cursor, _access) = (_reached, _toldAccess);
        foreach (var (key, _) in _gone.Where(gone => gone.Value <= SeqOf(_cursor)).ToList()) _gone.Remove(key);
        Queue.RemoveAll(written => written.Seq <= SeqOf(_cursor));
    }

    private async Task WelcomeAsync(JsonObject welcome)
    {
        (_welcome, _sent, _pushAt, _schema, _head) = (true, 0, 0, (long)welcome["schema"]!["max"]!, SeqOf(welcome["head"]));
        _epoch = welcome["epoch"]!.DeepClone();
        var (last, reset) = ((long)welcome["lastMutation"]!, (bool?)welcome["reset"] ?? false);
        if (reset) Forget();
        if (_cursor is null) _reached = welcome["head"]!.DeepClone();
        // A server that was put back knows less than it once answered: what it lost is sent again, and no place in its log is what it was.
        foreach (var written in Queue) written.Seq = written.Number > last ? null : reset ? written.Seq & 0 : written.Seq;
        var unanswered = Queue.Where(written => written.Seq is null).ToList();
        var renumber = (unanswered.FirstOrDefault()?.Number ?? _next) > last + 1;
        if (renumber) _next = last + 1;
        foreach (var written in renumber ? unanswered : []) written.Transaction["mutation"] = _next++;
        await AskAsync(scopes.Where(scope => !_held.ContainsKey(scope)));
    }

    private void TakeScope(string scope, JsonObject answer)
    {
        // A change of rights, of a scope that is asked for from its start: its answer is still to come.
        if (answer["records"] is null && !_held.ContainsKey(scope)) return;
        var (at, gone) = ((long)answer["at"]!, answer["gone"]?.AsArray().Select(id => (string)id!).ToHashSet());
        // What is newer than the answer was told by a delta that overtook it.
        foreach (var key in KeysOf(scope).Where(key => VersionOf(key) <= at && (answer["records"] is not null || gone?.Contains(key.Id) is true)))
            Records.Remove(key);
        foreach (var record in (answer["records"] ?? answer["changed"])?.AsArray() ?? []) Put(record!);
        if (answer["records"] is not null) (_held[scope], _) = (at, answer["more"] is null ? _partial.Remove(scope) : _partial.Add(scope));
        (_, _) = (_asked.Remove(scope), Closed.Remove(scope));
    }

    private async Task TakeDeltaAsync(JsonObject delta)
    {
        var missed = new HashSet<string>();
        foreach (var item in delta["items"]!.AsArray())
            foreach (var change in item!["records"]!.AsArray()) Take(item, change!, missed);
        Reach(delta["to"]!);
        await AskAsync(missed);
    }

    private void Take(JsonNode item, JsonNode change, HashSet<string> missed)
    {
        var (key, version) = (KeyOf(change), (long)change["version"]!);
        if (!scopeOf.TryGetValue(key.Type, out var scope) || !_held.TryGetValue(scope, out var at) || version <= Math.Max(at, VersionOf(key))) return;
        // A cursor that stands still is told of it once more, and what went must not come back by that.
        if (change["leave"] is not null || change["deleted"] is not null) (_gone[key], _) = (version, Records.Remove(key));
        else if (change["enter"] is not null) Put(new JsonObject([.. change.AsObject().Where(member => member.Key is not ("previous" or "enter"))
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())), new("updatedAt", item["at"]?.DeepClone()), new("updatedBy", item["actor"]?.DeepClone())]));
        // Of a scope that is held in part, a record that is not here may be one that was never sent.
        else if (!Records.TryGetValue(key, out var record)) missed.UnionWith(_partial.Contains(scope) ? [] : [scope]);
        else if ((long)record["version"]! != (long?)change["previous"]) missed.Add(scope);
        else
        {
            foreach (var (field, value) in change["set"]!.AsObject()) record["values"]![field] = value?.DeepClone();
            (record["version"], record["updatedAt"], record["updatedBy"]) = (version, item["at"]?.DeepClone(), item["actor"]?.DeepClone());
        }
    }

    private void Settle(JsonArray results)
    {
        Answers.AddRange(results!);
        foreach (var result in results.Select(result => result!.AsObject()))
        {
            if (Queue.Find(written => written.Number == (long)result["mutation"]! && written.Seq is null) is not { } written) continue;
            var outcome = (string)result["outcome"]!;
            // What follows one that is to be sent again is sent again with it, so that nothing overtakes it.
            if (outcome == "retry") (_pushAt, _sent) = (Environment.TickCount64 + (long)result["afterMs"]!, Math.Min(_sent, written.Number - 1));
            else if (outcome is "applied" or "duplicate") written.Seq = (long?)result["seq"] ?? 0;
            else if (Queue.Remove(written)) Refused.Add((written.Transaction, result));
        }
    }

    private async Task PushAsync()
    {
        if (!_welcome || Environment.TickCount64 < _pushAt) return;
        foreach (var written in Queue.Where(written => written.Seq is null && written.Number > _sent).ToList())
            await SendAsync("push", new() { ["transactions"] = new JsonArray(written.Transaction.DeepClone()) });
        _sent = _next - 1;
    }

    private async Task AskAsync(IEnumerable<string> wanted)
    {
        var add = wanted.Where(scope => _held.ContainsKey(scope) || !_asked.Contains(scope)).ToList();
        var remove = add.Where(_held.Remove).ToList();
        _asked.UnionWith(add);
        if (add.Count > 0) await SendAsync("sub", new() { ["remove"] = JsonSerializer.SerializeToNode(remove), ["add"] = JsonSerializer.SerializeToNode(add) });
    }

    private async Task ForgetAsync(JsonObject revoke)
    {
        var named = revoke["scopes"]!.AsArray().Select(scope => (string)scope!).ToList();
        named.ForEach(Close);
        foreach (var record in revoke["records"]!.AsArray()) Records.Remove(KeyOf(record!));
        await SendAsync("revoked", new() { ["id"] = revoke["id"]!.DeepClone() });
        await AskAsync(Closed.Except(named));
    }

    private void Close(string scope)
    {
        foreach (var key in KeysOf(scope)) Records.Remove(key);
        (_, _, _) = (_held.Remove(scope), _asked.Remove(scope), Closed.Add(scope));
    }

    private void Forget() => (_cursor, _reached, Records, _gone, _held) = (null, null, [], [], []);

    private void Put(JsonNode record) =>
        _ = (long)record["version"]! > VersionOf(KeyOf(record)) ? Records[KeyOf(record)] = record.DeepClone().AsObject() : null;

    private void Reach(JsonNode position) => _reached = SeqOf(position) >= SeqOf(_reached) ? position.DeepClone() : _reached;

    private async Task SendAsync(string kind, JsonObject message)
    {
        // What fails here, the read finds out: what was unanswered is sent again on the next connection.
        message["t"] = kind;
        if (_socket is { State: WebSocketState.Open })
            await _socket.SendAsync(new ArraySegment<byte>(JsonSerializer.SerializeToUtf8Bytes(message)), WebSocketMessageType.Text, true, default)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<JsonObject?> ReadAsync(WebSocket socket)
    {
        using var whole = new MemoryStream();
        var (buffer, part) = (new byte[16_384], default(ValueWebSocketReceiveResult));
        for (; !part.EndOfMessage; whole.Write(buffer, 0, part.Count)) part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        if (part.MessageType == WebSocketMessageType.Text) return JsonNode.Parse(whole.ToArray())!.AsObject();
        CloseStatus = socket.CloseStatus;
        if ((int?)CloseStatus == 4403) Forget();
        return null;
    }

    private List<(string Type, string Id)> KeysOf(string scope) => [.. Records.Keys.Where(key => scopeOf.GetValueOrDefault(key.Type) == scope)];
    private long VersionOf((string, string) key) => Math.Max(_gone.GetValueOrDefault(key), (long?)Records.GetValueOrDefault(key)?["version"] ?? 0);
    private static (string Type, string Id) KeyOf(JsonNode record) => ((string)record["type"]!, (string)record["id"]!);
    private static long SeqOf(JsonNode? position) => position is null ? -1 : (long)position["seq"]!;

    /// <summary>A transaction, and where in the log it stands once it is applied.</summary>
    internal sealed record Written(JsonObject Transaction)
    {
        public long? Seq { get; set; }
        public long Number => (long)Transaction["mutation"]!;
    }
}
