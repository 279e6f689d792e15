using System.Text;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Servers;

/// <summary>socket.io, which hands a message on to all and keeps nothing. Spoken to in its own protocol, so that the load is the same for all.</summary>
internal static class SocketIo
{
    // Message and connect of its protocol; before them the first digit is that of the transport.
    private const string Connect = "40";
    private const string Event = "42";
    private const string Acknowledged = "43";

    private static readonly (string To, string Says)[] Heartbeat = [("2", "3")];

    /// <param name="bytes">How long its messages are to be.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<Contender> StartAsync(Func<int> bytes, CancellationToken cancel)
    {
        var server = await Peer.StartAsync("socketio.mjs", database: null, cancel);
        var door = new Door(server.Address, "/socket.io/?EIO=4&transport=websocket");
        var readers = new Subscription(door, Connect) { Hello = () => Encoding.UTF8.GetBytes(Connect), Answers = Heartbeat };
        return new Contender("socket.io", server, readers, async (number, stop) =>
        {
            var socket = await WriterSocket.OpenAsync(door, number, stop, Heartbeat);
            await socket.SendAsync(Connect, stop);
            await socket.NextAsync(Connect, stop);
            return new Writer(socket, bytes);
        });
    }

    private sealed class Writer(WriterSocket socket, Func<int> bytes) : IWriter
    {
        private long _sent;
        private long _confirmed;

        public Task SendAsync(long number, CancellationToken cancel) =>
            socket.SendAsync($"{Event}{_sent++}[\"change\",{Mark.Object(number, bytes())}]", cancel);

        public void Dispose() => socket.Dispose();

        public async Task ConfirmAsync(CancellationToken cancel)
        {
            for (; _confirmed < _sent; _confirmed++)
                await socket.NextAsync(Acknowledged, cancel);
        }
    }
}
