namespace Holdfast.Engine.Jobs;

/// <summary>What one workspace waits for in one queue at one priority.</summary>
internal readonly record struct Lane(string Queue, JobPriority Priority, Guid Workspace);

/// <summary>A lane whose turn it is.</summary>
/// <param name="Lane">Which.</param>
/// <param name="After">After which place to look.</param>
/// <param name="Room">How many of its jobs may be taken.</param>
internal readonly record struct Turn(Lane Lane, long After, int Room);

/// <summary>
/// In which lanes there may be work, and how far each was taken. Workspaces take turns, so that none waits for another's
/// thousands, however urgent; of a workspace the more urgent lane goes first. Belongs to one dispatcher, and is a memory only:
/// the tables know better.
/// </summary>
internal sealed class Lanes
{
    private static readonly JobPriority[] Priorities = Enum.GetValues<JobPriority>();
    private readonly Dictionary<Lane, State> _states = [];
    private readonly Dictionary<string, LinkedList<Guid>> _turns = new(StringComparer.Ordinal);

    private sealed class State
    {
        /// <summary>Everything up to here was claimed: what lies before it is dead, and costs time to look through.</summary>
        public long After { get; set; } = -1;

        /// <summary>The same, two looks ago and one. What was committed late has its place after the older, though before the newest.</summary>
        public (long Older, long Newer) Settled { get; set; } = (-1, -1);

        /// <summary>Whether more waits than was taken last.</summary>
        public bool IsBusy { get; set; }

        public bool IsActive { get; set; }
    }

    /// <summary>Notes that there may be work.</summary>
    /// <param name="lane">Where.</param>
    /// <param name="place">The first of it, where that is known: it may lie before what was taken.</param>
    internal void Add(Lane lane, long? place = null)
    {
        if (!_states.TryGetValue(lane, out var state))
            _states[lane] = state = new State();
        if (place is { } first)
        {
            state.After = Math.Min(state.After, first - 1);
            state.Settled = (Math.Min(state.Settled.Older, first - 1), Math.Min(state.Settled.Newer, first - 1));
        }

        var isIn = MostUrgent(lane.Queue, lane.Workspace) is not null;
        state.IsActive = true;
        if (!isIn)
            TurnsOf(lane.Queue).AddLast(lane.Workspace);
    }

    /// <summary>Notes that a while has passed: who took his place before that will hardly commit after it.</summary>
    internal void Settle()
    {
        foreach (var state in _states.Values)
            state.Settled = (state.Settled.Newer, state.After);
    }

    /// <summary>Whose turn it is in a queue.</summary>
    /// <param name="queue">Which.</param>
    /// <param name="most">How many lanes.</param>
    /// <param name="roomFor">How many jobs of a workspace may be taken; whoever gets none keeps his place in the row.</param>
    internal IReadOnlyList<Turn> Next(string queue, int most, Func<Guid, int> roomFor) =>
    [
        .. TurnsOf(queue).Select(workspace => (Workspace: workspace, Room: roomFor(workspace))).Where(turn => turn.Room > 0).Take(most)
            .Select(turn => (Lane: MostUrgent(queue, turn.Workspace)!.Value, turn.Room))
            .Select(turn => new Turn(turn.Lane, _states[turn.Lane] is { IsBusy: true } state ? state.After : _states[turn.Lane].Settled.Older, turn.Room)),
    ];

    /// <summary>Notes what was claimed: the workspace goes to the end of the row, or out of it where nothing is left.</summary>
    internal void Took(Lane lane, long after, bool isEmpty)
    {
        var state = _states[lane];
        state.After = Math.Max(state.After, after);
        (state.IsBusy, state.IsActive) = (!isEmpty, !isEmpty);
        TurnsOf(lane.Queue).Remove(lane.Workspace);
        if (MostUrgent(lane.Queue, lane.Workspace) is not null)
            TurnsOf(lane.Queue).AddLast(lane.Workspace);
    }

    private LinkedList<Guid> TurnsOf(string queue) => _turns.TryGetValue(queue, out var turns) ? turns : _turns[queue] = new LinkedList<Guid>();

    private Lane? MostUrgent(string queue, Guid workspace)
    {
        foreach (var priority in Priorities)
        {
            var lane = new Lane(queue, priority, workspace);
            if (_states.TryGetValue(lane, out var state) && state.IsActive)
                return lane;
        }

        return null;
    }
}
