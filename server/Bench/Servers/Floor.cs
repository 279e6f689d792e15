using System.Net;
using System.Net.WebSockets;
using System.Text;
using Holdfast.Bench.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Bench.Servers;

/// <summary>
/// The least that the work can cost on this machine: a bare Kestrel that hands each message of a writer to all readers,
/// unread and unstored. This program is its own floor when it is started in this role.
/// </summary>
internal static class Floor
{
    internal const string Role = "floor";
    private const string WriterPath = "/write";
    private const string ReaderPath = "/read";

    internal static Task<Server> StartAsync(CancellationToken cancel) => Server.StartAsync(["dotnet", typeof(Floor).Assembly.Location, Role], cancel);

    /// <param name="bytes">How long its messages are to be.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<Contender> ContendAsync(Func<int> bytes, CancellationToken cancel)
    {
        var server = await StartAsync(cancel);
        return new Contender("floor", server, Reader(server), async (number, stop) =>
            new Writer(await WriterSocket.OpenAsync(new Door(server.Address, WriterPath), number, stop), bytes));
    }

    internal static Subscription Reader(Server server) => new(new Door(server.Address, ReaderPath), "{\"t\":\"subOk\"");

    internal static async Task ServeAsync()
    {
        var readers = new Readers();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapGet(ReaderPath, async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await readers.AddAsync(socket);
            // A reader says nothing until it closes; to wait for that costs no buffer.
            await socket.ReceiveAsync(Memory<byte>.Empty, context.RequestAborted);
            readers.Remove(socket);
        });
        app.MapGet(WriterPath, async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var message = new byte[4096];
            while (await socket.ReceiveAsync(message.AsMemory(), context.RequestAborted) is { MessageType: WebSocketMessageType.Text } read)
                await readers.SendAsync(message.AsMemory(0, read.Count));
        });
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"ready at {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    private sealed class Writer(WriterSocket socket, Func<int> bytes) : IWriter
    {
        public Task SendAsync(long number, CancellationToken cancel) =>
            socket.SendAsync(Mark.Object(number, bytes()), cancel);

        public void Dispose() => socket.Dispose();

        // Whether it came is for the readers to say.
        public Task ConfirmAsync(CancellationToken cancel) => Task.CompletedTask;
    }

    private sealed class Readers
    {
        private static readonly byte[] Ready = Encoding.UTF8.GetBytes("""{"t":"subOk"}""");

        private readonly Lock _gate = new();
        private readonly List<WebSocket> _sockets = [];

        internal async Task AddAsync(WebSocket socket)
        {
            lock (_gate)
                _sockets.Add(socket);
            await socket.SendAsync(Ready.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }

        internal void Remove(WebSocket socket)
        {
            lock (_gate)
                _sockets.Remove(socket);
        }

        internal async Task SendAsync(ReadOnlyMemory<byte> message)
        {
            WebSocket[] sockets;
            lock (_gate)
                sockets = [.. _sockets];
            foreach (var socket in sockets)
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
    }
}
