using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Holdfast.Tests.Platform;
using Xunit;

namespace Holdfast.Tests.Support;

/// <summary>A stranger's client of the sync protocol: knows the messages, and nothing of the server's code.</summary>
internal sealed class SyncClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket;
    private readonly List<JsonElement> _passed = [];
    private long _mutation;

    private SyncClient(ClientWebSocket socket, Guid browser, Guid workspace)
    {
        _socket = socket;
        Browser = browser;
        Workspace = workspace;
    }

    public Guid Browser { get; }

    public Guid Workspace { get; }

    /// <summary>The server's answer to the hello.</summary>
    public JsonElement Welcome { get; private set; }

    /// <summary>What the server calls the rights that it had at the hello.</summary>
    public string? Access => Welcome.GetProperty("me").GetProperty("access").GetString();

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Opens a socket, without a word.</summary>
    public static async Task<SyncClient> OpenAsync(TestBrowser person, Guid? browser = null, Guid? workspace = null) =>
        new(await person.OpenAsync(person.Address.GetLeftPart(UriPartial.Authority)), browser ?? Guid.CreateVersion7(), workspace ?? await person.WorkspaceAsync());

    /// <summary>Over a socket that is open already, without a word.</summary>
    public static SyncClient Over(ClientWebSocket socket, Guid workspace) => new(socket, Guid.CreateVersion7(), workspace);

    /// <summary>Over a socket that is open already, says hello and reads the welcome.</summary>
    public static async Task<SyncClient> ConnectAsync(ClientWebSocket socket, Guid workspace, string[] scopes, Guid? browser = null, object? cursor = null, Guid? epoch = null, string? access = null)
    {
        var client = new SyncClient(socket, browser ?? Guid.CreateVersion7(), workspace);
        await client.HelloAsync(scopes, cursor, epoch, access);
        return client;
    }

    /// <summary>Opens a socket, says hello and reads up to the last snapshot.</summary>
    public static async Task<SyncClient> ConnectAsync(
        TestBrowser person, string[]? scopes = null, Guid? browser = null, Guid? workspace = null, object? cursor = null, Guid? epoch = null, string? access = null, long leader = 0)
    {
        var client = await OpenAsync(person, browser, workspace);
        await client.HelloAsync(scopes ?? ["solo.customers"], cursor, epoch, access, leader);
        return client;
    }

    private async Task HelloAsync(string[] scopes, object? cursor, Guid? epoch, string? access, long leader = 0)
    {
        await SendAsync(new { t = "hello", proto = 1, schema = 1, browser = Browser, leader, workspace = Workspace, epoch, cursor, access, scopes });
        Welcome = await NextAsync("welcome");
        _mutation = Welcome.GetProperty("lastMutation").GetInt64();
    }

    public Task SendAsync(object frame) => SendTextAsync(JsonSerializer.Serialize(frame));

    /// <summary>Sends where the other side still takes it.</summary>
    public async Task TrySendAsync(object frame)
    {
        try
        {
            await SendAsync(frame);
        }
        catch (WebSocketException)
        {
            // Closed already.
        }
    }

    public Task SendTextAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public Task SendBinaryAsync(byte[] bytes) =>
        _socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    /// <summary>Sends a message, and returns all that comes up to the answer to a second one that makes no sense.</summary>
    public async Task<IReadOnlyList<JsonElement>> AskAsync(object frame)
    {
        await SendAsync(frame);
        await SendAsync(new { t = "end" });
        while (await ReceiveAsync() is { } answer)
        {
            if (Is(answer, "error") && answer.GetProperty("error").GetProperty("code").ValueEquals("frame.unknown"))
                break;
            _passed.Add(answer);
        }

        var all = _passed.ToArray();
        _passed.Clear();
        return all;
    }

    /// <summary>A message with one transaction for each operation.</summary>
    public object Push(int schema, IEnumerable<object> operations) => new
    {
        t = "push",
        transactions = operations.Select(operation => new { mutation = ++_mutation, id = Guid.CreateVersion7(), schema, operations = new[] { operation } }).ToArray(),
    };

    /// <summary>Sends one transaction and returns its result.</summary>
    public async Task<JsonElement> PushAsync(params object[] operations)
    {
        var mutation = ++_mutation;
        await SendAsync(new { t = "push", transactions = new[] { new { mutation, id = Guid.CreateVersion7(), schema = 1, operations } } });
        return (await NextAsync("result")).GetProperty("results")[0];
    }

    public async Task<Guid> CreateCustomerAsync(string name)
    {
        var id = Guid.CreateVersion7();
        var result = await PushAsync(Create(id, new { name }));
        Assert.Equal("applied", result.GetProperty("outcome").GetString());
        return id;
    }

    public static object Create(Guid id, object values, string type = "solo.customer") => new { op = "create", type, id, values };

    public static object Set(Guid id, string field, object? value, string type = "solo.customer") => new { op = "set", type, id, field, value };

    /// <summary>The next message of a kind; others are put by for those who ask for them.</summary>
    public async Task<JsonElement> NextAsync(string kind)
    {
        if (_passed.FindIndex(frame => Is(frame, kind)) is >= 0 and var at)
        {
            var passed = _passed[at];
            _passed.RemoveAt(at);
            return passed;
        }

        while (true)
        {
            var frame = await ReceiveAsync() ?? throw new InvalidOperationException($"Closed with {_socket.CloseStatus} {_socket.CloseStatusDescription} instead of {kind}.");
            if (Is(frame, kind))
                return frame;
            _passed.Add(frame);
        }
    }

    /// <summary>Reads until the server closes.</summary>
    public async Task<WebSocketCloseStatus?> WaitForCloseAsync()
    {
        while (await ReceiveAsync() is { } frame)
            _passed.Add(frame);
        return _socket.CloseStatus;
    }

    /// <summary>The messages of a kind that have come and were not asked for.</summary>
    public IReadOnlyList<JsonElement> Passed(string kind) => [.. _passed.Where(frame => Is(frame, kind))];

    public void Dispose() => _socket.Dispose();

    private static bool Is(JsonElement frame, string kind) => frame.GetProperty("t").ValueEquals(kind);

    private async Task<JsonElement?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (read.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer.AsSpan(0, read.Count));
            if (read.EndOfMessage)
                return JsonDocument.Parse(message.ToArray()).RootElement;
        }
    }
}
