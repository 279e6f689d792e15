using System.Net;
using System.Net.Http.Json;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Requests;

/// <summary>Passes requests on to a server, as a proxy on this machine does, whose word it takes for where they come from.</summary>
internal sealed class Callers : IDisposable
{
    /// <summary>The settings by which the product believes it.</summary>
    internal static readonly string[] AreTrusted = ["--trusted-proxies", "127.0.0.1,::1"];

    private readonly SocketsHttpHandler _handler = Door.From(IPAddress.Loopback);
    private readonly HttpClient _http;
    private readonly string _origin;

    internal Callers(Uri address)
    {
        _http = new HttpClient(_handler) { BaseAddress = address };
        _origin = address.GetLeftPart(UriPartial.Authority);
    }

    internal Task<Answer> GetAsync(Caller caller, string path, CancellationToken cancel) => SendAsync(caller, new HttpRequestMessage(HttpMethod.Get, path), cancel);

    internal Task<Answer> PostAsync(Caller caller, string path, object body, CancellationToken cancel) =>
        SendAsync(caller, new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) }, cancel);

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task<Answer> SendAsync(Caller caller, HttpRequestMessage request, CancellationToken cancel)
    {
        using (request)
        {
            request.Headers.Add("Origin", _origin);
            request.Headers.Add("X-Forwarded-For", caller.NextAddress());
            if (caller.Cookie is { } cookie)
                request.Headers.Add("Cookie", cookie);
            using var answer = await _http.SendAsync(request, cancel);
            var cookies = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.ToArray() : [];
            return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel), cookies, answer.Headers.RetryAfter?.Delta);
        }
    }
}
