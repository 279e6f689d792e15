using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Log;

/// <summary>
/// What an entry says that tells of a compaction. Up to <paramref name="UpTo"/> the log holds images: changes of the kind
/// <c>base</c>, each a record as it stood there, at the place of its version, and of the deleted ones the deletion.
/// </summary>
/// <param name="UpTo">The last entry that was compacted.</param>
/// <param name="Rows">The digest of all rows up to there: see <see cref="BaseDigest"/>.</param>
/// <param name="Anchor">The digest of the entry that stood at <paramref name="UpTo"/>, over which the one after it is.</param>
public sealed record LogBase(long UpTo, byte[] Rows, byte[] Anchor)
{
    internal static readonly FailureCode Compacted = new("log.compacted", 410, "The log does not reach back so far any more.");

    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    internal static LogBase? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<LogBase>(json, JsonSerializerOptions.Web);

    /// <summary>The answer to whoever asks for what was before a compaction.</summary>
    internal static Failure Refuse(long upTo, string field) =>
        Compacted.With($"The log reaches back to entry {upTo}. Ask for that or a later one.", field, ("seq", upTo));
}

/// <summary>The digest of the rows below a compaction: over each row's place and digest, in order.</summary>
internal sealed class BaseDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal void Add(long seq, byte[] digest)
    {
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(place, seq);
        _hash.AppendData(place);
        _hash.AppendData(digest);
    }

    internal byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}
