using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, HttpResponseMessage Message, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Code => Json.GetProperty("code").GetString();

    public string? Field => Json.TryGetProperty("field", out var named) ? named.GetString() : null;

    public JsonElement Param(string name) => Json.GetProperty("params").GetProperty(name);

    /// <summary>Fails with the whole answer where it is another.</summary>
    public Answer Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Text}");
        return this;
    }

    public Answer Refuses(HttpStatusCode status, string code, string? field = null)
    {
        Is(status);
        Assert.Equal("application/problem+json", Message.Content.Headers.ContentType?.MediaType);
        Assert.Equal((code, field), (Code, Field));
        return this;
    }
}

/// <summary>Does what a browser does at this door: sends its cookie, says where a request comes from.</summary>
internal sealed class TestBrowser : IDisposable
{
    public const string Password = "several unrelated words";

    /// <summary>The addresses that forms of strangers are sent to.</summary>
    private static readonly string[] FormAddresses = ["/api/sign-in", "/api/sign-up", "/api/forgot", "/api/reset"];

    private static int s_addresses;
    private readonly HttpClient _client;
    private readonly IPAddress _from;
    private readonly ConcurrentStack<string> _tokens = [];
    private readonly ConcurrentDictionary<string, string> _forms = new(StringComparer.Ordinal);

    /// <param name="address">Where the server listens.</param>
    /// <param name="from">The client address; one of its own where none is given.</param>
    public TestBrowser(Uri address, string? from = null)
    {
        // Limits count by client address: tests must not use up each other's.
        var number = Interlocked.Increment(ref s_addresses);
        _from = from is null ? new IPAddress([127, 1, (byte)(number >> 8), (byte)number]) : IPAddress.Parse(from);
        var own = new IPEndPoint(_from, 0);
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(own);
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = address };
    }

    public Uri Address => _client.BaseAddress!;

    /// <summary>Another browser at the same client address, which asks another process.</summary>
    public TestBrowser At(Uri address) => new(address, $"{_from}");

    /// <summary>The value of the session's cookie; null when signed out.</summary>
    public string? Cookie { get; set; }

    /// <summary>The value of the cookie by which the browser is known; null before anybody has signed in.</summary>
    public string? Device { get; set; }

    /// <summary>The value of the cookie that its forms are opened with.</summary>
    public string? Form { get; set; }

    /// <summary>Whether it does what a page of ours does: bears tokens, opens forms, and repeats what was refused for want of them.</summary>
    public bool IsPage { get; init; } = true;

    /// <summary>What it says it is; nothing where null.</summary>
    public string? Agent { get; set; }

    public string Email { get; private set; } = "";

    /// <summary>The same person in the same session, at another client address.</summary>
    /// <param name="from">Which one; any other where none is given.</param>
    public TestBrowser Elsewhere(string? from = null) => new(Address, from) { Cookie = Cookie, Device = Device, Email = Email, Agent = Agent };

    public Task<Answer> PostAsync(string path, object? body = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body ?? new { }) });

    public Task<Answer> PostTextAsync(string path, string body) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, null, "application/json") });

    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Answer> DeleteAsync(string path) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, path) { Content = new StringContent("", null, "application/json") });

    /// <summary>Opens the form that is sent to an address.</summary>
    public async Task OpenFormAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/form?for={path["/api/".Length..]}");
        _forms[path] = (await SendOnceAsync(request, ownOrigin: true)).Is(HttpStatusCode.OK).Json.GetProperty("token").GetString()!;
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request, bool ownOrigin = true)
    {
        var path = request.RequestUri!.OriginalString;
        var isForm = ownOrigin && FormAddresses.Contains(path) && request.Method == HttpMethod.Post && !request.Headers.Contains("X-Form-Token");
        if (!IsPage)
            return await SendOnceAsync(request, ownOrigin);
        for (var repeats = 0; ; repeats++)
        {
            if (isForm && !_forms.ContainsKey(path))
                await OpenFormAsync(path);
            using var copy = await CopyAsync(request);
            if (isForm)
                copy.Headers.Add("X-Form-Token", _forms[path]);
            if (request.Method != HttpMethod.Get && Cookie is not null && !request.Headers.Contains("X-CSRF-Token") && _tokens.TryPop(out var token))
                copy.Headers.Add("X-CSRF-Token", token);
            var answer = await SendOnceAsync(copy, ownOrigin);
            var code = answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest && answer.Message.Content.Headers.ContentType?.MediaType == "application/problem+json" ? answer.Code : null;
            if (repeats == 3 || code is not ("csrf.refused" or "form.expired"))
                return answer;
            if (code == "form.expired")
                _forms.TryRemove(path, out _);
        }
    }

    private async Task<Answer> SendOnceAsync(HttpRequestMessage request, bool ownOrigin)
    {
        if (ownOrigin)
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        (string Name, string? Value)[] held = [("sid", Cookie), ("device", Device), ("form", Form)];
        string[] cookies = [.. held.Where(cookie => cookie.Value is not null).Select(cookie => $"__Host-{cookie.Name}={cookie.Value}")];
        if (cookies.Length > 0)
            request.Headers.Add("Cookie", string.Join("; ", cookies));
        if (Agent is not null)
            request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        using var message = await _client.SendAsync(request);
        var answer = new Answer(message.StatusCode, message, await message.Content.ReadAsStringAsync());
        if (SetCookieOf(answer) is { } set)
            Cookie = ValueOf(set);
        if (SetCookieOf(answer, "__Host-device") is { } device)
            Device = ValueOf(device);
        if (SetCookieOf(answer, "__Host-form") is { } form)
            Form = ValueOf(form);
        if (IsPage && message.Headers.TryGetValues("X-CSRF-Token", out var tokens))
            _tokens.Push(tokens.Single());
        return answer;
    }

    /// <summary>A request cannot be sent twice.</summary>
    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach (var (name, values) in request.Headers)
            copy.Headers.TryAddWithoutValidation(name, values);
        if (request.Content is null)
            return copy;
        copy.Content = new ByteArrayContent(await request.Content.ReadAsByteArrayAsync());
        foreach (var (name, values) in request.Content.Headers)
            copy.Content.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }

    public static string? SetCookieOf(Answer answer, string name = "__Host-sid") =>
        answer.Message.Headers.TryGetValues("Set-Cookie", out var values)
            ? values.SingleOrDefault(value => value.StartsWith($"{name}=", StringComparison.Ordinal))
            : null;

    private static string? ValueOf(string set) => set.Split('=', 2)[1].Split(';')[0] is { Length: > 0 } value ? value : null;

    public async Task<TestBrowser> SignUpAsync(string name = "Ada", string workspace = "Analytical Engines")
    {
        Email = $"p{Guid.CreateVersion7():n}@example.org";
        (await PostAsync("/api/sign-up", new { email = Email, password = Password, name, workspace })).Is(HttpStatusCode.Created);
        return this;
    }

    public Task<Answer> SignInAsync(string? password = null) => PostAsync("/api/sign-in", new { email = Email, password = password ?? Password });

    /// <summary>The workspaces of whoever is signed in, as id and role.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Role)>> WorkspacesAsync()
    {
        var me = (await GetAsync("/api/me")).Is(HttpStatusCode.OK).Json;
        return [.. me.GetProperty("workspaces").EnumerateArray().Select(w => (w.GetProperty("id").GetGuid(), w.GetProperty("role").GetString()!))];
    }

    public async Task<Guid> WorkspaceAsync() => (await WorkspacesAsync())[0].Id;

    /// <summary>Makes an invite and returns the token of its link.</summary>
    public async Task<string> InviteAsync(string role = "member")
    {
        var made = (await PostAsync($"/api/workspaces/{await WorkspaceAsync()}/invites", new { role })).Is(HttpStatusCode.Created);
        return made.Json.GetProperty("link").GetString()!.Split('#')[1];
    }

    /// <summary>Opens the socket and says hello in the first workspace.</summary>
    public async Task<ClientWebSocket> ConnectAsync()
    {
        var workspace = await WorkspaceAsync();
        var socket = await OpenAsync(Address.GetLeftPart(UriPartial.Authority));
        await GreetAsync(socket, workspace);
        return socket;
    }

    /// <summary>Says hello on an open socket and hears the answer.</summary>
    public static async Task GreetAsync(ClientWebSocket socket, Guid workspace)
    {
        var hello = new
        {
            t = "hello",
            proto = 1,
            schema = 1,
            browser = Guid.CreateVersion7(),
            workspace,
            epoch = (Guid?)null,
            cursor = (object?)null,
            scopes = Array.Empty<string>(),
        };
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(hello), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var welcome = await ReceiveAsync(socket);
        Assert.Equal("welcome", JsonDocument.Parse(welcome!).RootElement.GetProperty("t").GetString());
    }

    /// <param name="origin">Whose page opens it.</param>
    public async Task<ClientWebSocket> OpenAsync(string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        if (Cookie is not null)
            socket.Options.SetRequestHeader("Cookie", $"__Host-sid={Cookie}");
        if (Agent is not null)
            socket.Options.SetRequestHeader("User-Agent", Agent);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{Address.Authority}/api/sync"), CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The refusal stands in socket.HttpStatusCode.
        }

        return socket;
    }

    /// <summary>The next message; null once the server has closed.</summary>
    public static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (read.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer.AsSpan(0, read.Count));
            if (read.EndOfMessage)
                return System.Text.Encoding.UTF8.GetString(message.ToArray());
        }
    }

    /// <summary>Reads away what still comes until the server closes.</summary>
    public static async Task ClosedAsync(ClientWebSocket socket)
    {
        while (await ReceiveAsync(socket) is not null)
        {
        }
    }

    public void Dispose() => _client.Dispose();
}
