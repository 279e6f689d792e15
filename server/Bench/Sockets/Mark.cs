using System.Buffers.Text;

namespace Holdfast.Bench.Sockets;

/// <summary>What a customer is renamed to, whoever stores it: by the number in it a message is known again at its readers.</summary>
internal static class Mark
{
    private static ReadOnlySpan<byte> Start => "\"Customer "u8;

    internal static string Name(long number) => $"Customer {number:000000}";

    /// <summary>An object of JSON with such a name, as long as the others' messages are.</summary>
    internal static string Object(long number, int bytes) => $"{{\"name\":\"{Name(number)}\",\"pad\":\"".PadRight(bytes - 2, '.') + "\"}";

    /// <summary>Reads the first mark in a message.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> message, out long number)
    {
        number = 0;
        var at = message.IndexOf(Start);
        return at >= 0 && Utf8Parser.TryParse(message[(at + Start.Length)..], out number, out _);
    }
}
