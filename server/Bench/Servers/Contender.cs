using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Servers;

/// <summary>A running server that is measured in turns with others at the same work: a customer is renamed, and all who have subscribed to it are told.</summary>
/// <param name="Name">As it stands in the results.</param>
/// <param name="Server">Its process.</param>
/// <param name="Subscription">How its readers subscribe to the customer.</param>
/// <param name="OpenWriterAsync">Opens a writer, who has a customer of his own: the first one has that of the readers.</param>
internal sealed record Contender(
    string Name, Server Server, Subscription Subscription, Func<int, CancellationToken, Task<IWriter>> OpenWriterAsync) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
