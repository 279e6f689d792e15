using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdfast.Engine.Records;

/// <summary>Writes JSON that goes to the database or over the wire, never into HTML: letters beyond ASCII stay as they are.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Fill(buffer, write);
        return buffer.WrittenSpan.ToArray();
    }

    internal static string Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Fill(buffer, write);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Fill(ArrayBufferWriter<byte> buffer, Action<Utf8JsonWriter> write)
    {
        using var json = new Utf8JsonWriter(buffer, Options);
        write(json);
    }
}
