namespace Holdfast.Bench.Sockets;

/// <summary>Whoever sends what the audience then gets.</summary>
internal interface IWriter
{
    /// <summary>The sequence number that the next message will have at the audience.</summary>
    long Next { get; }

    Task SendAsync(CancellationToken cancel);

    /// <summary>Returns when the server has answered everything that was sent, and throws if it has refused some of it.</summary>
    Task ConfirmAsync(CancellationToken cancel);
}
