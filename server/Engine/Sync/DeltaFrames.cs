using Holdfast.Engine.Log;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>One entry on its way to many connections. Those that see exactly the same record types share the bytes.</summary>
internal sealed class DeltaFrames(LogEntry entry)
{
    private const int MostBits = 64;

    private readonly RecordType[] _types = [.. entry.Changes.Select(change => change.Type).Distinct()];
    private readonly Dictionary<ulong, byte[]> _shared = [];

    /// <summary>Sends the entry as the connection may see it; nothing where it may see none of it.</summary>
    internal void SendTo(SyncConnection connection)
    {
        ulong visible = 0;
        for (var i = 0; i < _types.Length; i++)
        {
            if (connection.Sees(entry, _types[i]))
                visible |= 1ul << i;
        }

        if (visible == 0)
            return;
        // With more types than bits two of them would share one, and someone would get what another may see.
        if (_types.Length > MostBits || !_shared.TryGetValue(visible, out var frame))
            _shared[visible] = frame = ServerFrame.Delta(entry.Seq - 1, [entry], connection.Sees);
        connection.Post(frame);
    }
}
