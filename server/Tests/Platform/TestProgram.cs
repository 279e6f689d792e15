using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;

namespace Holdfast.Tests.Platform;

/// <summary>A program that has a token: no cookie, no origin.</summary>
internal sealed class TestProgram(Uri address, string? from = null) : IDisposable
{
    private readonly TestBrowser _line = new(address, from);

    public string? Refresh { get; set; }

    public string? Access { get; set; }

    /// <summary>Exchanges the refresh token and keeps what came.</summary>
    public async Task<JsonElement> RefreshAsync()
    {
        var pair = (await PostAsync("/api/tokens/refresh", new { token = Refresh })).Is(HttpStatusCode.OK).Json;
        (Access, Refresh) = (pair.GetProperty("accessToken").GetString(), pair.GetProperty("refreshToken").GetString());
        return pair;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Opens the socket and says hello.</summary>
    public async Task<ClientWebSocket> ConnectAsync(Guid workspace)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Access}");
        await socket.ConnectAsync(new Uri($"ws://{address.Authority}/api/sync"), CancellationToken.None);
        await TestBrowser.GreetAsync(socket, workspace);
        return socket;
    }

    public void Dispose() => _line.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (Access is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Access);
        return await _line.SendAsync(request, ownOrigin: false);
    }
}
