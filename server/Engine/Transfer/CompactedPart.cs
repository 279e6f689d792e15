using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Holdfast.Engine.Log;

namespace Holdfast.Engine.Transfer;

/// <summary>The part of a log in a file that was compacted: its images, and the entry further on that proves them.</summary>
internal sealed class CompactedPart : IDisposable
{
    private readonly Dictionary<long, LogBase> _told = [];
    private readonly BaseDigest _were = new();
    private readonly BaseDigest _are = new();
    private bool _isPassed;

    /// <summary>The last entry that was compacted; 0 where none was.</summary>
    internal long UpTo { get; private set; }

    /// <summary>The entry that tells of it.</summary>
    internal long ToldBy { get; private set; }

    /// <summary>The digest of the images as they are put in, once the part is passed.</summary>
    internal byte[] Rows { get; private set; } = [];

    /// <summary>Looks for what a line says of it, in the first reading.</summary>
    internal void Look(string line)
    {
        if (line.StartsWith("{\"table\":\"engine.bases\"", StringComparison.Ordinal) && JsonNode.Parse(line)!["row"] is { } part)
            (UpTo, ToldBy) = (part["seq"]!.GetValue<long>(), part["entry"]!.GetValue<long>());
        else if (line.Contains("\"base\": {", StringComparison.Ordinal) && JsonNode.Parse(line)!["row"] is { } row && row["base"] is { } told && row["seq"] is { } seq)
            _told[seq.GetValue<long>()] = LogBase.Read(told.ToJsonString())!;
    }

    /// <summary>Counts an image, in the order of the log.</summary>
    internal void Add(long seq, byte[] was, byte[] now)
    {
        _were.Add(seq, was);
        _are.Add(seq, now);
    }

    /// <summary>Whether the entry at hand is the first above the part; then the images are held against what was said of them.</summary>
    /// <param name="anchor">The digest that the chain goes on from.</param>
    internal bool Pass([NotNullWhen(true)] out byte[]? anchor)
    {
        anchor = null;
        if (UpTo == 0 || _isPassed)
            return false;
        _isPassed = true;
        Rows = _are.Finish();
        if (!_told.TryGetValue(ToldBy, out var told) || told.UpTo != UpTo || !_were.Finish().AsSpan().SequenceEqual(told.Rows))
            throw new TransferException($"The log in the file up to entry {UpTo} is not what was put there when it was compacted.");
        anchor = told.Anchor;
        return true;
    }

    public void Dispose()
    {
        _were.Dispose();
        _are.Dispose();
    }
}
