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

    internal async Task<Answer> PostAsync(Caller caller, string path, object body, CancellationToken cancel)
    {
        await OpenFormAsync(caller, path, cancel);
        var answer = await SendAsync(caller, Request(), cancel);
        // Whoever has no token yet, or asks for two things at once, sends it again with the one that he was given.
        return answer.Status == HttpStatusCode.Forbidden && answer.CsrfToken is not null ? await SendAsync(caller, Request(), cancel) : answer;

        HttpRequestMessage Request() => new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
    }

    /// <summary>Opens the product's form of an address, where it has one, as a page does before it is filled in.</summary>
    internal async Task OpenFormAsync(Caller caller, string path, CancellationToken cancel)
    {
        if (path is not ("/api/sign-in" or "/api/sign-up" or "/api/forgot") || caller.Forms.ContainsKey(path))
            return;
        var opened = (await GetAsync(caller, $"/api/form?for={path["/api/".Length..]}", cancel)).Expect(HttpStatusCode.OK, "Opening a form");
        caller.FormCookie = opened.Cookie("__Host-form");
        caller.Forms[path] = opened.Json.GetProperty("token").GetString()!;
    }

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
            var held = string.Join("; ", new[] { caller.Cookie, caller.FormCookie }.OfType<string>());
            if (held.Length > 0)
                request.Headers.Add("Cookie", held);
            if (caller.Forms.TryGetValue(request.RequestUri!.OriginalString, out var form))
                request.Headers.Add("X-Form-Token", form);
            if (caller.CsrfToken is { } token)
                request.Headers.Add("X-CSRF-Token", token);
            using var answer = await _http.SendAsync(request, cancel);
            var cookies = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.ToArray() : [];
            var csrf = answer.Headers.TryGetValues("X-CSRF-Token", out var next) ? next.Single() : null;
            caller.CsrfToken = csrf ?? caller.CsrfToken;
            return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel), cookies, csrf, answer.Headers.RetryAfter?.Delta);
        }
    }
}
