using System.Buffers.Binary;
using System.Globalization;

namespace Holdfast.Host.Backups;

/// <summary>A file of PostgreSQL's write-ahead log, known as PostgreSQL calls it.</summary>
/// <param name="Timeline">The life of the cluster that it belongs to.</param>
/// <param name="Number">Its place in the log, counted in segments.</param>
/// <param name="Size">Of every segment, in bytes.</param>
internal sealed record WalSegment(uint Timeline, ulong Number, int Size)
{
    private ulong PerFile => 0x1_0000_0000UL / (ulong)Size;

    public ulong Start => Number * (ulong)Size;

    public ulong End => Start + (ulong)Size;

    public string Name => $"{Timeline:X8}{Number / PerFile:X8}{Number % PerFile:X8}";

    public static WalSegment At(uint timeline, ulong place, int size) => new(timeline, place / (ulong)size, size);

    public static WalSegment? Parse(string name, int size) =>
        name.Length == 24 && uint.TryParse(name.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var timeline)
            && uint.TryParse(name.AsSpan(8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var file)
            && uint.TryParse(name.AsSpan(16, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var part)
            ? new WalSegment(timeline, (file * (0x1_0000_0000UL / (ulong)size)) + part, size)
            : null;
}

/// <summary>A stretch of one segment as one object: from and to count from the segment's begin.</summary>
internal sealed record WalPiece(string Name, WalSegment Segment, int From, int To)
{
    public bool IsWhole => From == 0 && To == Segment.Size;

    public ulong Start => Segment.Start + (ulong)From;

    public ulong End => Segment.Start + (ulong)To;
}

/// <summary>
/// The write-ahead log of one cluster in an archive, without a gap from where it began: <c>streams/ID/wal/SEGMENT</c>, or
/// <c>SEGMENT.FROM-TO</c> for what there is of a segment that is still being written. Each begins with the time (milliseconds
/// since 1970) up to which what was committed is in it.
/// </summary>
internal sealed class WalStream(BackupArchive archive, string id, int segmentSize)
{
    private const int TimeSize = 8;

    public string Id => id;

    public int SegmentSize => segmentSize;

    public string Folder => $"streams/{id}";

    private string Wal => $"{Folder}/wal";

    /// <summary>All pieces, in the order of the log; of those that begin together the longest first.</summary>
    public async Task<IReadOnlyList<WalPiece>> ListAsync(CancellationToken cancel) =>
        [.. (await archive.ListAsync(Wal, cancel)).Select(item => Parse(item.Name)).OfType<WalPiece>().OrderBy(piece => piece.Start).ThenByDescending(piece => piece.End)];

    /// <summary>Keeps a stretch of a segment, and takes away the shorter ones that it holds.</summary>
    public async Task PutAsync(WalSegment segment, int from, ReadOnlyMemory<byte> bytes, DateTimeOffset until, IReadOnlyCollection<string> shorter, CancellationToken cancel)
    {
        var timed = new byte[TimeSize + bytes.Length];
        BinaryPrimitives.WriteInt64LittleEndian(timed, until.ToUnixTimeMilliseconds());
        bytes.Span.CopyTo(timed.AsSpan(TimeSize));
        await archive.PutAsync(Name(segment, from, from + bytes.Length), timed, cancel);
        foreach (var name in shorter)
            await archive.DeleteAsync(name, cancel);
    }

    public string Name(WalSegment segment, int from, int to) =>
        from == 0 && to == segmentSize ? $"{Wal}/{segment.Name}" : $"{Wal}/{segment.Name}.{from:x8}-{to:x8}";

    /// <summary>What a piece holds, and the time up to which what was committed is in it.</summary>
    public async Task<(DateTimeOffset Until, ReadOnlyMemory<byte> Bytes)> GetAsync(WalPiece piece, CancellationToken cancel)
    {
        var timed = await archive.GetAsync(piece.Name, cancel);
        return (DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(timed)), timed.AsMemory(TimeSize));
    }

    /// <summary>The pieces that give the log from a place on without a gap, up to the first gap or the end.</summary>
    /// <param name="all">As <see cref="ListAsync"/> gives them.</param>
    /// <param name="from">The place.</param>
    public static IReadOnlyList<WalPiece> Unbroken(IReadOnlyList<WalPiece> all, ulong from)
    {
        var run = new List<WalPiece>();
        var at = from;
        foreach (var piece in all)
        {
            if (piece.End <= at)
                continue;
            if (piece.Start > at)
                break;
            run.Add(piece);
            at = piece.End;
        }

        return run;
    }

    private WalPiece? Parse(string name)
    {
        var parts = name[(name.LastIndexOf('/') + 1)..].Split('.', '-');
        if (WalSegment.Parse(parts[0], segmentSize) is not { } segment)
            return null;
        if (parts.Length == 1)
            return new WalPiece(name, segment, 0, segmentSize);
        return parts.Length == 3 && int.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(parts[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var to)
            ? new WalPiece(name, segment, from, to)
            : null;
    }
}
