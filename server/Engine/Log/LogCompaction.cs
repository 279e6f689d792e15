using System.Text;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>A compaction that was worked out and is yet to be written, with the entry that tells of it.</summary>
public sealed class LogCompaction
{
    private readonly long _oldBase;
    private readonly long _readTo;
    private readonly IReadOnlyCollection<long> _gone;
    private readonly IReadOnlyCollection<StoredEntry> _images;

    /// <param name="base">What the entry says.</param>
    /// <param name="oldBase">Up to where the log was compacted before.</param>
    /// <param name="readTo">The newest entry when the log was read: if something was erased later, this compaction is not written.</param>
    /// <param name="gone">The places of which nothing stays.</param>
    /// <param name="images">What comes in the place of others.</param>
    internal LogCompaction(LogBase @base, long oldBase, long readTo, IReadOnlyCollection<long> gone, IReadOnlyCollection<StoredEntry> images) =>
        (Base, _oldBase, _readTo, _gone, _images) = (@base, oldBase, readTo, gone, images);

    internal LogBase Base { get; }

    internal Sql Write(long toldBy) =>
        $"""
        SELECT engine.compact({_oldBase}, {Base.UpTo}, {_readTo}, {toldBy}, {_gone.ToArray()},
          {_images.Select(image => image.Seq).ToArray()}, {_images.Select(image => image.Schema).ToArray()}, {_images.Select(image => Encoding.UTF8.GetString(image.Changes)).ToArray()},
          {_images.Select(image => image.Salts!).ToArray()}, {_images.Select(image => image.Digest!).ToArray()})
        """;
}
