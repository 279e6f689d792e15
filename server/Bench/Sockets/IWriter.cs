namespace Holdfast.Bench.Sockets;

/// <summary>Whoever changes the name of one customer again and again, which the audience then hears of.</summary>
internal interface IWriter : IDisposable
{
    /// <param name="number">The mark's, see <see cref="Mark"/>.</param>
    /// <param name="cancel">Gives up.</param>
    Task SendAsync(long number, CancellationToken cancel);

    /// <summary>Returns when the server has answered everything that was sent, and throws if it has refused some of it.</summary>
    Task ConfirmAsync(CancellationToken cancel);
}
