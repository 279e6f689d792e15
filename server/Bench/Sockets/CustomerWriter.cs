using System.Text.Json;

namespace Holdfast.Bench.Sockets;

/// <summary>Renames a record of ours.</summary>
internal sealed class CustomerWriter : IWriter
{
    private readonly WriterSocket _socket;
    private readonly string _type;
    private readonly Guid _record;
    private long _mutation;
    private long _confirmed;

    private CustomerWriter(WriterSocket socket, string type, Guid record) => (_socket, _type, _record) = (socket, type, record);

    /// <summary>Says hello and makes a customer.</summary>
    internal static async Task<CustomerWriter> OpenAsync(Person person, CancellationToken cancel, int number = 0)
    {
        var customer = Guid.CreateVersion7();
        var writer = await OpenAsync(person.Door, person.Hello([]), "solo.customer", customer, cancel, number);
        await writer.PushAsync(new { op = "create", type = "solo.customer", id = customer, values = new { name = "Customer" } }, cancel);
        await writer.ConfirmAsync(cancel);
        return writer;
    }

    /// <summary>Says hello, to write to a record that is there.</summary>
    internal static async Task<CustomerWriter> OpenAsync(Door door, byte[] hello, string type, Guid record, CancellationToken cancel, int number = 0)
    {
        var socket = await WriterSocket.OpenAsync(door, number, cancel);
        await socket.SendAsync(hello, cancel);
        await socket.NextAsync("{\"t\":\"welcome\"", cancel);
        return new CustomerWriter(socket, type, record);
    }

    public Task SendAsync(long number, CancellationToken cancel) =>
        PushAsync(new { op = "set", type = _type, id = _record, field = "name", value = Mark.Name(number) }, cancel);

    public async Task ConfirmAsync(CancellationToken cancel)
    {
        while (_confirmed < _mutation)
        {
            var answer = JsonElement.Parse(await _socket.NextAsync("{\"t\":\"result\"", cancel));
            foreach (var result in answer.GetProperty("results").EnumerateArray())
            {
                if (!result.GetProperty("outcome").ValueEquals("applied"))
                    throw new BenchException($"A write was not applied: {result}");
                _confirmed++;
            }
        }
    }

    private Task PushAsync(object operation, CancellationToken cancel)
    {
        var frame = new { t = "push", transactions = new[] { new { mutation = ++_mutation, id = Guid.CreateVersion7(), schema = 1, operations = new[] { operation } } } };
        return _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), cancel);
    }
}
