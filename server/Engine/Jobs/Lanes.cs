namespace Holdfast.Engine.Jobs;

/// <summary>What one workspace waits for in one queue at one priority.</summary>
internal readonly record struct Lane(string Queue, JobPriority Priority, Guid Workspace);

/// <summary>
/// In which lanes there may be work, and how far each was taken. Lanes take turns, so that no workspace waits for another's
/// thousands; the more urgent go first. Belongs to one dispatcher, and is a memory only: the tables know better.
/// </summary>
internal sealed class Lanes
{
    private readonly Dictionary<Lane, State> _states = [];
    private readonly Dictionary<(string Queue, JobPriority Priority), LinkedList<Lane>> _turns = [];

    private sealed class State
    {
        /// <summary>Everything up to here was claimed: what lies before it is dead, and costs time to look through.</summary>
        public long After { get; set; } = -1;

        public bool IsActive { get; set; }
    }

    /// <summary>Notes that there may be work.</summary>
    /// <param name="lane">Where.</param>
    /// <param name="place">The first of it, where that is known: it may lie before what was taken.</param>
    internal void Add(Lane lane, long? place = null)
    {
        if (!_states.TryGetValue(lane, out var state))
            _states[lane] = state = new State();
        if (place is { } first && first <= state.After)
            state.After = first - 1;
        if (state.IsActive)
            return;
        state.IsActive = true;
        if (!_turns.TryGetValue((lane.Queue, lane.Priority), out var turns))
            _turns[(lane.Queue, lane.Priority)] = turns = new LinkedList<Lane>();
        turns.AddLast(lane);
    }

    /// <summary>Whose turn it is in a queue: lanes of the most urgent priority that has any.</summary>
    internal IReadOnlyList<(Lane Lane, long After)> Next(string queue, int most)
    {
        foreach (var priority in Enum.GetValues<JobPriority>())
        {
            if (_turns.GetValueOrDefault((queue, priority)) is { Count: > 0 } turns)
                return [.. turns.Take(most).Select(lane => (lane, _states[lane].After))];
        }

        return [];
    }

    /// <summary>Notes what was claimed: the lane goes to the end of the row, or out of it where nothing is left.</summary>
    internal void Took(Lane lane, long after, bool isEmpty)
    {
        var state = _states[lane];
        state.After = Math.Max(state.After, after);
        _turns[(lane.Queue, lane.Priority)].Remove(lane);
        state.IsActive = false;
        if (!isEmpty)
            Add(lane);
    }
}
