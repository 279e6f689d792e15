using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Holdfast.Bench.Sockets;

/// <summary>A person with a workspace of his own, signed up as people are.</summary>
internal sealed class Person
{
    private Person(Uri address, string cookie, Guid user, Guid workspace) => (Door, User, Workspace) = (new Door(address, "/api/sync", cookie), user, workspace);

    internal static string Email => "ada@bench.example";

    internal static string Password { get; } = Guid.CreateVersion7().ToString();

    internal Guid User { get; }

    internal Guid Workspace { get; }

    /// <summary>Where his sockets open.</summary>
    internal Door Door { get; private init; }

    /// <summary>How his sockets subscribe to all customers.</summary>
    internal Subscription Customers => new(Door, "{\"t\":\"subOk\"") { Hello = () => Hello(["solo.customers"]) };

    internal static async Task<Person> SignUpAsync(Uri address, CancellationToken cancel)
    {
        using var handler = Sockets.Door.From(IPAddress.Loopback);
        using var http = new HttpClient(handler) { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        using (var form = await http.GetAsync("/api/form?for=sign-up", cancel))
        {
            http.DefaultRequestHeaders.Add("Cookie", form.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
            http.DefaultRequestHeaders.Add("X-Form-Token", (await form.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("token").GetString());
        }

        using var answer = await http.PostAsJsonAsync(
            "/api/sign-up", new { email = Email, password = Password, name = "Ada", workspace = "Bench" }, cancel);
        if (answer.StatusCode != HttpStatusCode.Created)
            throw new BenchException($"Signing up fails: {await answer.Content.ReadAsStringAsync(cancel)}");
        var me = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        return new Person(
            address, answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("__Host-sid=", StringComparison.Ordinal)).Split(';')[0], me.GetProperty("user").GetProperty("id").GetGuid(), me.GetProperty("workspaces")[0].GetProperty("id").GetGuid());
    }

    /// <summary>The same person in a further workspace, which he founds.</summary>
    /// <param name="name">The workspace's.</param>
    /// <param name="number">Decides the address that he asks from, of which the product counts the requests.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<Person> FoundAsync(string name, int number, CancellationToken cancel)
    {
        using var handler = Sockets.Door.From(Door.Source(number));
        using var http = new HttpClient(handler) { BaseAddress = Door.Address };
        http.DefaultRequestHeaders.Add("Origin", Door.Address.GetLeftPart(UriPartial.Authority));
        http.DefaultRequestHeaders.Add("Cookie", Door.Cookie);
        using (var me = await http.GetAsync("/api/me", cancel))
            http.DefaultRequestHeaders.Add("X-CSRF-Token", me.Headers.GetValues("X-CSRF-Token").Single());
        using var answer = await http.PostAsJsonAsync("/api/workspaces", new { name }, cancel);
        if (answer.StatusCode != HttpStatusCode.Created)
            throw new BenchException($"Founding a workspace fails: {await answer.Content.ReadAsStringAsync(cancel)}");
        return new Person(Door.Address, Door.Cookie!, User, (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetGuid());
    }

    /// <summary>The same person after the server was started again, elsewhere.</summary>
    internal Person At(Uri address) => new(address, Door.Cookie!, User, Workspace);

    /// <summary>The first message of a socket, each time from another browser.</summary>
    internal byte[] Hello(string[] scopes) => BrowserSocket.Hello(Workspace, scopes);
}
