using Holdfast.Engine.Log;

namespace Holdfast.Engine.Sync;

/// <summary>One entry on its way to many readers. Those to whom it is exactly the same share the bytes.</summary>
internal sealed class DeltaFrames
{
    private const int MostBits = 64;
    private const int BitsPerView = 2;

    private readonly LogEntry _entry;
    private readonly (Records.RecordType Type, Records.Field Field)[] _guarded;
    private readonly bool _shares;
    private readonly Dictionary<(ulong Views, ulong Seen), byte[]> _shared = [];

    internal DeltaFrames(LogEntry entry)
    {
        _entry = entry;
        _guarded = [.. entry.Changes.Select(change => change.Type).Distinct().SelectMany(type => type.Guarded.Select(field => (type, field)))];
        // With more of them than bits two would share one, and someone would get what another may see.
        _shares = entry.Changes.Count * BitsPerView <= MostBits && _guarded.Length <= MostBits;
    }

    /// <summary>The entry as this reader may see it; null where he may see none of it.</summary>
    internal byte[]? For(Reader reader)
    {
        // Worked out once: what is shared under these views is written by these views.
        var own = new View[_entry.Changes.Count];
        var (views, any) = (0ul, false);
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = reader.ViewOf(_entry.Seq, _entry.Changes[i]);
            any |= own[i] != View.Nothing;
            views |= (ulong)own[i] << (i * BitsPerView % MostBits);
        }

        if (!any)
            return null;
        if (!_shares)
            return ServerFrame.Delta(_entry.Seq - 1, [(_entry, own)], reader);
        var seen = 0ul;
        for (var i = 0; i < _guarded.Length; i++)
            seen |= reader.Sees(_guarded[i].Type, _guarded[i].Field) ? 1ul << i : 0;
        if (!_shared.TryGetValue((views, seen), out var frame))
            _shared.Add((views, seen), frame = ServerFrame.Delta(_entry.Seq - 1, [(_entry, own)], reader));
        return frame;
    }
}
