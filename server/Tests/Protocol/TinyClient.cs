using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Holdfast.Tests.Protocol;

/// <summary>
/// A client of the sync protocol in one file, written from <c>docs/en/sync-protocol.md</c> alone: nothing else of this
/// repository was read for it, and nothing is used. Holds what it is sent, keeps what it has written until it is answered,
/// and goes on after a pause. One thread, no screen.
/// </summary>
/// <param name="open">Opens <c>/api/sync</c> with the session's cookie.</param>
/// <param name="workspace">The workspace's id.</param>
/// <param name="scopes">What it subscribes to; scopes without a key, each named after its only record type.</param>
/// <param name="scopeOf">Of each record type that is in these scopes, its scope, as <c>contract.json</c> says.</param>
internal sealed class TinyClient(Func<Task<WebSocket>> open, Guid workspace, string[] scopes, IReadOnlyDictionary<string, string> scopeOf) : IDisposable
{
    private readonly Guid _browser = Guid.CreateVersion7();
    private readonly HashSet<string> _awaited = [];
    private readonly Dictionary<(string, string), long> _gone = [];
    private WebSocket? _socket;
    private long _lastMutation;
    private (long Seq, string? Tx) _reached;
    private (long Seq, string? Tx)? _cursor;
    private string? _epoch, _access, _granted;
    private int _mostTransactions = 1;

    /// <summary>What it holds, by type and id: as the server has it.</summary>
    public Dictionary<(string Type, string Id), JsonObject> Records { get; } = [];

    /// <summary>What has no final answer, or one that the records do not show yet, in the order of sending.</summary>
    public List<JsonObject> Queue { get; } = [];

    /// <summary>What was refused for good, with the answer.</summary>
    public List<(JsonObject Transaction, JsonNode Result)> Refused { get; } = [];

    /// <summary>The scopes that are not open to it.</summary>
    public HashSet<string> Closed { get; } = [];

    /// <summary>How often what was told.</summary>
    public Dictionary<string, int> Told { get; } = [];

    /// <summary>Why the last connection ended.</summary>
    public WebSocketCloseStatus? CloseStatus { get; private set; }

    public bool IsCaughtUp => _awaited.Count == 0;

    /// <summary>Connects and greets, and sends what waits as soon as it is welcome.</summary>
    public async Task ConnectAsync()
    {
        _socket = await open();
        await SendAsync(new JsonObject
        {
            ["t"] = "hello",
            ["proto"] = 1,
            ["schema"] = 1,
            ["browser"] = _browser.ToString(),
            ["workspace"] = workspace.ToString(),
            ["epoch"] = _epoch,
            ["cursor"] = _cursor is var (seq, tx) ? new JsonObject { ["seq"] = seq, ["tx"] = tx } : null,
            ["access"] = _access,
            ["scopes"] = ListOf(scopes),
        });
    }

    /// <summary>The line breaks without a word.</summary>
    public void Cut()
    {
        _socket?.Abort();
        _socket?.Dispose();
        _socket = null;
        foreach (var transaction in Queue)
            transaction.Remove("sent");
    }

    /// <summary>Writes, now or when there is a connection. Returns the transaction's id.</summary>
    public async Task<string> WriteAsync(params JsonObject[] operations)
    {
        var transaction = new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["schema"] = 1, ["operations"] = new JsonArray([.. operations]) };
        Queue.Add(transaction);
        if (_socket is not null && _granted is not null)
            await PushAsync();
        return (string)transaction["id"]!;
    }

    /// <summary>Hears messages until the condition holds, or the connection ends.</summary>
    public async Task HearUntilAsync(Func<bool> condition, CancellationToken cancel)
    {
        while (!condition() && await ReceiveAsync(cancel) is { } frame)
            await HearAsync(frame);
    }

    public void Dispose() => _socket?.Dispose();

    private async Task HearAsync(JsonNode frame)
    {
        var kind = (string)frame["t"]!;
        Told[kind] = Told.GetValueOrDefault(kind) + 1;
        switch (kind)
        {
            case "welcome":
                await WelcomeAsync(frame);
                break;
            case "subOk":
                Answer(frame, (string)frame["scope"]!);
                break;
            case "subErr":
                Close((string)frame["scope"]!);
                break;
            case "delta":
                foreach (var record in frame["items"]!.AsArray().SelectMany(item => item!["records"]!.AsArray().Select(record => (Item: item, Record: record!))))
                    await ApplyAsync(record.Item, record.Record);
                Reach(frame["to"]!);
                break;
            case "nudge":
                Reach(frame["head"]!);
                break;
            case "result":
                foreach (var result in frame["results"]!.AsArray())
                    await ResultAsync(result!);
                await PushAsync();
                break;
            case "me":
                _granted = (string?)frame["me"]!["access"];
                await AskAgainAsync([.. Closed]);
                break;
            case "revoke":
                await RevokeAsync(frame);
                break;
        }
    }

    private async Task WelcomeAsync(JsonNode frame)
    {
        if ((bool)frame["reset"]!)
        {
            Records.Clear();
            _gone.Clear();
            _cursor = null;
        }

        (_epoch, _granted) = ((string?)frame["epoch"], (string?)frame["me"]!["access"]);
        _mostTransactions = (int)frame["limits"]!["transactions"]!;
        _reached = _cursor ?? PositionOf(frame["head"]!);
        Closed.Clear();
        _awaited.UnionWith(scopes);
        Renumber((long)frame["lastMutation"]!);
        await PushAsync();
    }

    /// <summary>A server that was restored has forgotten answers: what has none is numbered on from what it knows.</summary>
    private void Renumber(long last)
    {
        var waiting = Queue.Where(transaction => transaction["mutation"] is not null && transaction["seq"] is null).ToArray();
        if ((waiting.Length > 0 ? (long)waiting[0]["mutation"]! : _lastMutation + 1) <= last + 1)
            return;
        _lastMutation = last;
        foreach (var transaction in waiting)
            transaction.Remove("mutation");
    }

    private async Task PushAsync()
    {
        var room = _mostTransactions - Queue.Count(transaction => transaction["sent"] is not null && transaction["seq"] is null);
        var next = Queue.Where(transaction => transaction["sent"] is null && transaction["seq"] is null).Take(room).ToArray();
        if (next.Length == 0)
            return;
        foreach (var transaction in next)
        {
            transaction["mutation"] ??= ++_lastMutation;
            transaction["sent"] = true;
        }

        await SendAsync(new JsonObject
        {
            ["t"] = "push",
            ["transactions"] = new JsonArray([.. next.Select(one => new JsonObject { ["mutation"] = (long)one["mutation"]!, ["id"] = (string)one["id"]!, ["schema"] = 1, ["operations"] = one["operations"]!.DeepClone() })]),
        });
    }

    private async Task ResultAsync(JsonNode result)
    {
        if (Queue.Find(transaction => (string)transaction["id"]! == (string)result["id"]!) is not { } transaction)
            return;
        switch ((string)result["outcome"]!)
        {
            case "applied" or "duplicate":
                transaction["seq"] = (long)result["seq"]!;
                Settle();
                break;
            case "retry":
                await Task.Delay((int)result["afterMs"]!);
                transaction.Remove("sent");
                break;
            default:
                Queue.Remove(transaction);
                Refused.Add((transaction, result.DeepClone()));
                break;
        }
    }

    private void Answer(JsonNode frame, string scope)
    {
        if (frame["records"] is JsonArray all)
        {
            Forget(scope);
            foreach (var record in all)
                Records[KeyOf(record!)] = record!.DeepClone().AsObject();
        }

        foreach (var id in frame["gone"]?.AsArray() ?? [])
        {
            foreach (var key in Records.Keys.Where(key => scopeOf[key.Type] == scope && key.Id == (string)id!).ToArray())
                Records.Remove(key);
        }

        foreach (var record in frame["changed"]?.AsArray() ?? [])
        {
            if ((long)record!["version"]! > VersionOf(KeyOf(record)))
                Records[KeyOf(record)] = record.DeepClone().AsObject();
        }

        _awaited.Remove(scope);
        Closed.Remove(scope);
        Settle();
    }

    private async Task ApplyAsync(JsonNode item, JsonNode record)
    {
        var (key, version) = (KeyOf(record), (long)record["version"]!);
        // What comes before the answer is in the answer, or is told again.
        if (!scopeOf.TryGetValue(key.Item1, out var scope) || _awaited.Contains(scope) || Closed.Contains(scope) || version <= Math.Max(VersionOf(key), _gone.GetValueOrDefault(key)))
            return;
        if (record["leave"] is not null || record["deleted"] is not null)
        {
            Records.Remove(key);
            _gone[key] = version;
            return;
        }

        if (record["enter"] is not null)
            Records[key] = new JsonObject { ["type"] = key.Item1, ["id"] = key.Item2, ["createdAt"] = record["createdAt"]?.DeepClone(), ["createdBy"] = record["createdBy"]?.DeepClone(), ["values"] = record["values"]!.DeepClone() };
        else if (VersionOf(key) != (long)record["previous"]!)
        {
            await AskAgainAsync([scope]);
            return;
        }

        var held = Records[key];
        (held["version"], held["updatedAt"], held["updatedBy"]) = (version, item["at"]!.DeepClone(), item["actor"]?.DeepClone());
        foreach (var (field, value) in record["set"]?.AsObject() ?? [])
            held["values"]![field] = value?.DeepClone();
    }

    private async Task RevokeAsync(JsonNode frame)
    {
        foreach (var record in frame["records"]!.AsArray())
            Records.Remove(KeyOf(record!));
        var taken = frame["scopes"]!.AsArray().Select(scope => (string)scope!).ToArray();
        foreach (var scope in taken)
            Close(scope);
        _granted = (string?)frame["me"]!["access"];
        await SendAsync(new JsonObject { ["t"] = "revoked", ["id"] = (string)frame["id"]! });
        await AskAgainAsync([.. Closed.Except(taken)]);
    }

    private async Task AskAgainAsync(string[] again)
    {
        _awaited.UnionWith(again);
        if (again.Length > 0)
            await SendAsync(new JsonObject { ["t"] = "sub", ["add"] = ListOf(again), ["remove"] = ListOf(again) });
        Settle();
    }

    private void Close(string scope)
    {
        Forget(scope);
        Closed.Add(scope);
        _awaited.Remove(scope);
        Settle();
    }

    private void Forget(string scope)
    {
        foreach (var key in Records.Keys.Where(key => scopeOf[key.Type] == scope).ToArray())
            Records.Remove(key);
    }

    private void Reach(JsonNode to)
    {
        if ((long)to["seq"]! > _reached.Seq)
            _reached = PositionOf(to);
        Settle();
    }

    /// <summary>The cursor moves while no answer is awaited; what it has reached leaves the queue.</summary>
    private void Settle()
    {
        if (_awaited.Count > 0 || _granted is null)
            return;
        (_cursor, _access) = (_reached, _granted);
        Queue.RemoveAll(transaction => transaction["seq"] is { } seq && (long)seq <= _reached.Seq);
        foreach (var (key, version) in _gone)
        {
            if (version <= _reached.Seq)
                _gone.Remove(key);
        }
    }

    private long VersionOf((string, string) key) => Records.TryGetValue(key, out var held) ? (long)held["version"]! : 0;

    private static (string Type, string Id) KeyOf(JsonNode record) => ((string)record["type"]!, (string)record["id"]!);

    private static (long, string?) PositionOf(JsonNode position) => ((long)position["seq"]!, (string?)position["tx"]);

    private static JsonArray ListOf(IEnumerable<string> names) => [.. names.Select(name => JsonValue.Create(name))];

    private Task SendAsync(JsonObject frame) =>
        _socket!.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task<JsonNode?> ReceiveAsync(CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (; ; )
        {
            var read = await _socket!.ReceiveAsync(buffer.AsMemory(), cancel);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                CloseStatus = _socket.CloseStatus;
                return null;
            }

            text.Write(buffer, 0, read.Count);
            if (read.EndOfMessage)
                return JsonNode.Parse(text.ToArray());
        }
    }
}
