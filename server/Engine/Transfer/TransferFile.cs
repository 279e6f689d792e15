using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Engine.Transfer;

/// <summary>Why a workspace cannot be written to a file or taken from one, with the way out.</summary>
public sealed class TransferException(string message) : Exception(message);

/// <summary>Seals what must not stand in a file in the open, and proves who wrote it.</summary>
/// <param name="Key">Tells keys apart.</param>
/// <param name="Seal">Encrypts bytes; they open under the same name only.</param>
/// <param name="Open">Gives them back; null where key or name is another, or they were altered.</param>
public sealed record Envelope(string Key, Func<string, byte[], byte[]> Seal, Func<string, byte[], byte[]?> Open);

/// <summary>A person as a file carries him.</summary>
/// <param name="Id">In the instance that wrote it.</param>
/// <param name="Email">The address.</param>
/// <param name="Name">The name.</param>
/// <param name="Language">A language tag.</param>
/// <param name="Password">The hash of the password; null where there is none.</param>
public sealed record TransferPerson(Guid Id, string Email, string Name, string Language, string? Password);

/// <summary>The first line of a file.</summary>
/// <param name="Holdfast">What the file is: <c>workspace</c>.</param>
/// <param name="Format">Of the file.</param>
/// <param name="Product">The version that wrote it.</param>
/// <param name="Schema">Of its records.</param>
/// <param name="Workspace">The id that it had.</param>
/// <param name="At">When it was written.</param>
/// <param name="Seq">The newest entry of its log; 0 where there is none.</param>
/// <param name="Digest">That entry's digest, in hexadecimal digits.</param>
/// <param name="Key">The key that its secrets are sealed with.</param>
public sealed record TransferHead(string Holdfast, int Format, string Product, int Schema, Guid Workspace, DateTimeOffset At, long Seq, string? Digest, string Key)
{
    public const string Kind = "workspace";
    public const int Newest = 2;

    /// <summary>Before lines could be sealed.</summary>
    public const int Oldest = 1;
}

/// <summary>Lines of JSON, compressed, of which the last one proves the others.</summary>
internal static class TransferFile
{
    private const string Sealed = "{\"sealed\":\"";
    /// <summary>In characters. Whoever has no key can still write a file, and a line of it must not fill the memory.</summary>
    internal const int LongestLine = 32 << 20;

    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes lines, and in the end the proof.</summary>
    internal sealed class Writer(Stream stream, Envelope envelope, Guid workspace) : IAsyncDisposable
    {
        private readonly GZipStream _packed = new(stream, CompressionLevel.Fastest, leaveOpen: true);
        private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _lines;

        /// <param name="line">JSON.</param>
        /// <param name="cancel">Gives up.</param>
        /// <param name="isSealed">Whether whoever has the file needs the key to read it.</param>
        internal async Task WriteAsync(string line, CancellationToken cancel, bool isSealed = false)
        {
            if (isSealed)
                line = $"{Sealed}{Convert.ToBase64String(envelope.Seal(LineName(workspace, _lines), Encoding.UTF8.GetBytes(line)))}\"}}";
            if (line.Length > LongestLine)
                throw new TransferException($"A row of the workspace takes {line.Length} characters, and a file holds none of more than {LongestLine}.");
            var bytes = Encoding.UTF8.GetBytes(line + "\n");
            _digest.AppendData(bytes);
            _lines++;
            await _packed.WriteAsync(bytes, cancel);
        }

        internal async Task EndAsync(CancellationToken cancel)
        {
            var proof = Convert.ToBase64String(envelope.Seal(ProofName(workspace), _digest.GetHashAndReset()));
            await _packed.WriteAsync(Encoding.UTF8.GetBytes($$"""{"end":{{_lines}},"proof":"{{proof}}"}""" + "\n"), cancel);
            await _packed.FlushAsync(cancel);
        }

        public async ValueTask DisposeAsync()
        {
            await _packed.DisposeAsync();
            _digest.Dispose();
        }
    }

    /// <summary>Reads a file to its end and proves it.</summary>
    /// <param name="stream">The file, from its begin.</param>
    /// <param name="envelope">The key.</param>
    /// <param name="line">Given each line between the first and the last.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="TransferException">It is no such file, cut off, altered, or sealed with another key.</exception>
    internal static async Task<TransferHead> ReadAsync(Stream stream, Envelope envelope, Func<TransferHead, string, Task> line, CancellationToken cancel)
    {
        try
        {
            await using var packed = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            using var text = new StreamReader(packed, new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            TransferHead? head = null;
            string? before = null;
            long lines = 0;
            await foreach (var next in LinesAsync(text, cancel))
            {
                if (before is not null)
                {
                    digest.AppendData(Encoding.UTF8.GetBytes(before + "\n"));
                    lines++;
                    if (head is null)
                        head = ReadHead(before, envelope);
                    else
                        await line(head, Opened(head, envelope, before, lines - 1));
                }

                before = next;
            }

            if (head is null || JsonNode.Parse(before!) is not JsonObject last || last["end"]?.GetValue<long>() is not { } count || last["proof"]?.GetValue<string>() is not { } proof)
                throw new TransferException("The file is cut off: its last line is missing. Export again, or copy it again.");
            return count == lines && envelope.Open(ProofName(head.Workspace), Convert.FromBase64String(proof)) is { } proven && proven.AsSpan().SequenceEqual(digest.GetHashAndReset())
                ? head
                : throw Altered();
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or JsonException or FormatException or InvalidOperationException or EndOfStreamException)
        {
            throw Altered();
        }
    }

    private static async IAsyncEnumerable<string> LinesAsync(StreamReader text, [EnumeratorCancellation] CancellationToken cancel)
    {
        var line = new StringBuilder();
        var buffer = new char[65_536];
        for (int read; (read = await text.ReadAsync(buffer, cancel)) > 0;)
        {
            var rest = buffer.AsMemory(0, read);
            for (int end; (end = rest.Span.IndexOf('\n')) >= 0; rest = rest[(end + 1)..])
            {
                yield return line.Append(rest.Span[..end]).ToString();
                line.Clear();
            }

            if (line.Append(rest.Span).Length > LongestLine)
                throw Altered();
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    internal static TransferException Altered() => new("The file was altered, is cut off, or is no export of a workspace. Export again, or copy it again.");

    private static TransferHead ReadHead(string line, Envelope envelope)
    {
        var head = JsonSerializer.Deserialize<TransferHead>(line, Options);
        if (head is not { Holdfast: TransferHead.Kind })
            throw Altered();
        if (head.Format is < TransferHead.Oldest or > TransferHead.Newest)
            throw new TransferException($"The file has format {head.Format}, and this version of Holdfast reads {TransferHead.Oldest} to {TransferHead.Newest}. Use the version {head.Product} that wrote it, or a newer one.");
        return head.Key == envelope.Key
            ? head
            : throw new TransferException($"The file is sealed with the key {head.Key}, and the one that is named is {envelope.Key}. Name the file of that one by --backup-key.");
    }

    private static string Opened(TransferHead head, Envelope envelope, string line, long number)
    {
        if (!line.StartsWith(Sealed, StringComparison.Ordinal))
            return line;
        return envelope.Open(LineName(head.Workspace, number), Convert.FromBase64String(line[Sealed.Length..^2])) is { } bytes ? Encoding.UTF8.GetString(bytes) : throw Altered();
    }

    private static string LineName(Guid workspace, long number) => $"workspace/{workspace}/line/{number}";

    private static string ProofName(Guid workspace) => $"workspace/{workspace}/proof";
}
