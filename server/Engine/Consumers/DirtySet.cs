using System.Threading.Channels;

namespace Holdfast.Engine.Consumers;

/// <summary>
/// The workspaces in whose log one consumer may have something to read, in turns: whoever was read goes to the end. A
/// memory of this process only; the cursors and the log know better.
/// </summary>
internal sealed class DirtySet
{
    private readonly Lock _lock = new();
    private readonly Queue<Guid> _waiting = new();
    private readonly Dictionary<Guid, State> _states = [];
    private readonly Channel<bool> _any = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private enum State
    {
        Waiting,
        Taken,
        TakenAndMarked,
    }

    /// <summary>Notes that there may be something to read. What is taken comes again after its end.</summary>
    internal void Mark(Guid workspace)
    {
        lock (_lock)
        {
            if (!_states.TryGetValue(workspace, out var state))
                Queue(workspace);
            else if (state == State.Taken)
                _states[workspace] = State.TakenAndMarked;
        }
    }

    /// <summary>All that wait, in turn, so long after the first of them. Each is followed by <see cref="End"/>.</summary>
    internal async Task<IReadOnlyList<Guid>> TakeAsync(TimeSpan gather, CancellationToken cancel)
    {
        await _any.Reader.ReadAsync(cancel);
        if (gather > TimeSpan.Zero)
            await Task.Delay(gather, cancel);
        lock (_lock)
        {
            Guid[] taken = [.. _waiting];
            _waiting.Clear();
            foreach (var workspace in taken)
                _states[workspace] = State.Taken;
            return taken;
        }
    }

    /// <param name="workspace">That was taken.</param>
    /// <param name="isRead">Whether there was nothing more to read when it was.</param>
    internal void End(Guid workspace, bool isRead)
    {
        lock (_lock)
        {
            if (isRead && _states[workspace] == State.Taken)
                _states.Remove(workspace);
            else
                Queue(workspace);
        }
    }

    private void Queue(Guid workspace)
    {
        _states[workspace] = State.Waiting;
        _waiting.Enqueue(workspace);
        _any.Writer.TryWrite(true);
    }
}
