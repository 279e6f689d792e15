using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Servers;

/// <summary>Parse Server on PostgreSQL: an object that one user may see is changed over REST, and LiveQuery tells his sockets.</summary>
internal static class Parse
{
    private const string Application = "bench";

    internal static async Task<Contender> StartAsync(Product product, CancellationToken cancel)
    {
        var server = await Peer.StartAsync("parse.mjs", await product.CreateDatabaseAsync("parse", cancel), cancel);
        using var http = Client(server.Address, session: null);
        var user = await PostAsync(http, "users", new { username = "ada", password = Peer.MasterKey }, cancel);
        var (id, session) = (user.GetProperty("objectId").GetString()!, user.GetProperty("sessionToken").GetString()!);
        var connect = JsonSerializer.SerializeToUtf8Bytes(new { op = "connect", applicationId = Application, sessionToken = session });
        var subscribe = JsonSerializer.Serialize(new { op = "subscribe", requestId = 1, query = new { className = "Customer", where = new { } }, sessionToken = session });
        var readers = new Subscription(new Door(server.Address, "/"), "{\"op\":\"subscribed\"") { Hello = () => connect, Answers = [("{\"op\":\"connected\"", subscribe)] };
        return new Contender("parse-server", server, readers, async (_, stop) =>
        {
            var own = Client(server.Address, session);
            var access = new Dictionary<string, object>(StringComparer.Ordinal) { [id] = new { read = true, write = true } };
            var customer = await PostAsync(own, "classes/Customer", new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = "Customer", ["ACL"] = access }, stop);
            return new Writer(own, $"classes/Customer/{customer.GetProperty("objectId").GetString()}");
        });
    }

    private static HttpClient Client(Uri address, string? session)
    {
        var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Add("X-Parse-Application-Id", Application);
        if (session is not null)
            http.DefaultRequestHeaders.Add("X-Parse-Session-Token", session);
        return http;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body, CancellationToken cancel)
    {
        using var answer = await http.PostAsJsonAsync(path, body, cancel);
        return answer.StatusCode == HttpStatusCode.Created
            ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)
            : throw new BenchException($"Parse Server refuses {path}: {await answer.Content.ReadAsStringAsync(cancel)}");
    }

    private sealed class Writer(HttpClient http, string path) : IWriter
    {
        private readonly List<Task> _underWay = [];

        public Task SendAsync(long number, CancellationToken cancel)
        {
            _underWay.Add(PutAsync(number, cancel));
            return Task.CompletedTask;
        }

        public void Dispose() => http.Dispose();

        public async Task ConfirmAsync(CancellationToken cancel)
        {
            await Task.WhenAll(_underWay);
            _underWay.Clear();
        }

        private async Task PutAsync(long number, CancellationToken cancel)
        {
            using var answer = await http.PutAsJsonAsync(path, new { name = Mark.Name(number) }, cancel);
            if (!answer.IsSuccessStatusCode)
                throw new BenchException($"A write was not applied: {await answer.Content.ReadAsStringAsync(cancel)}");
        }
    }
}
