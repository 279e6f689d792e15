using System.Text;
using System.Text.Json;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Servers;

/// <summary>ShareDB on PostgreSQL: documents of JSON that are changed by operations, with a version and a log of each.</summary>
internal static class ShareDb
{
    // How its answers begin.
    private const string Welcome = "{\"a\":\"hs\"";
    private const string Snapshot = "{\"data\":";
    private const string Acknowledged = "{\"src\":";
    private const string Handshake = """{"a":"hs","id":null,"protocol":1,"protocolMinor":2}""";

    internal static async Task<Contender> StartAsync(Product product, CancellationToken cancel)
    {
        var server = await Peer.StartAsync("sharedb.mjs", await product.CreateDatabaseAsync("sharedb", cancel), cancel);
        var door = new Door(server.Address, "/");
        var readers = new Subscription(door, Snapshot)
        {
            Hello = () => Encoding.UTF8.GetBytes(Handshake),
            Answers = [(Welcome, """{"a":"s","c":"customers","d":"0"}""")],
        };
        return new Contender("sharedb", server, readers, async (number, stop) =>
        {
            var socket = await WriterSocket.OpenAsync(door, number, stop);
            await socket.SendAsync(Handshake, stop);
            await socket.NextAsync(Welcome, stop);
            var writer = new Writer(socket, $"{number}");
            await writer.CreateAsync(stop);
            return writer;
        });
    }

    private sealed class Writer(WriterSocket socket, string document) : IWriter
    {
        private string _name = "Customer";
        private long _version;
        private bool _isUnderWay;

        internal async Task CreateAsync(CancellationToken cancel)
        {
            await PushAsync(new { a = "op", c = "customers", d = document, v = 0, seq = 1, create = new { type = "http://sharejs.org/types/JSONv0", data = new { name = _name } } }, cancel);
            await ConfirmAsync(cancel);
        }

        public async Task SendAsync(long number, CancellationToken cancel)
        {
            // As its own client does, which holds back a second operation until the first is acknowledged.
            await ConfirmAsync(cancel);
            var (before, after) = (_name, Mark.Name(number));
            _name = after;
            await PushAsync(new { a = "op", c = "customers", d = document, v = _version, seq = _version + 1, op = new[] { new { p = new[] { "name" }, oi = after, od = before } } }, cancel);
        }

        public void Dispose() => socket.Dispose();

        public async Task ConfirmAsync(CancellationToken cancel)
        {
            if (!_isUnderWay)
                return;
            await socket.NextAsync(Acknowledged, cancel);
            _isUnderWay = false;
            _version++;
        }

        private async Task PushAsync(object message, CancellationToken cancel)
        {
            await socket.SendAsync(JsonSerializer.Serialize(message), cancel);
            _isUnderWay = true;
        }
    }
}
