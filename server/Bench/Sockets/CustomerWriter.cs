namespace Holdfast.Bench.Sockets;

/// <summary>Renames a customer of ours.</summary>
internal sealed class CustomerWriter : IWriter
{
    private readonly BrowserSocket _socket;
    private readonly Guid _customer = Guid.CreateVersion7();

    private CustomerWriter(BrowserSocket socket) => _socket = socket;

    /// <summary>Says hello and makes the customer.</summary>
    internal static async Task<CustomerWriter> OpenAsync(Person person, CancellationToken cancel, int number = 0)
    {
        var writer = new CustomerWriter(await BrowserSocket.OpenAsync(person.Door, person.Hello([]), cancel, number));
        await writer._socket.PushAsync(new { op = "create", type = "solo.customer", id = writer._customer, values = new { name = "Customer" } }, cancel);
        await writer.ConfirmAsync(cancel);
        return writer;
    }

    public Task SendAsync(long number, CancellationToken cancel) =>
        _socket.PushAsync(new { op = "set", type = "solo.customer", id = _customer, field = "name", value = Mark.Name(number) }, cancel);

    public void Dispose() => _socket.Dispose();

    public Task ConfirmAsync(CancellationToken cancel) => _socket.ConfirmAsync(cancel);
}
