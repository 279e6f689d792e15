using System.Buffers.Binary;
using System.Text;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Consumers;

/// <summary>What a handler does beside one entry. All of it that is in the database commits with the cursor, or not at all.</summary>
public sealed class ConsumerStep
{
    private readonly Consumer _consumer;
    private readonly LogEntry _entry;
    private readonly List<Sql> _statements = [];
    private readonly List<(Guid Workspace, Actor Actor, NewJob Job)> _jobs = [];

    internal ConsumerStep(Consumer consumer, Guid workspace, LogEntry entry) => (_consumer, Workspace, _entry) = (consumer, workspace, entry);

    /// <summary>Whose entry it is.</summary>
    public Guid Workspace { get; }

    internal long Seq => _entry.Seq;

    internal IReadOnlyList<Sql> Statements => _statements;

    internal IReadOnlyList<(Guid Workspace, Actor Actor, NewJob Job)> Jobs => _jobs;

    internal bool HasEffects => _statements.Count > 0 || _jobs.Count > 0;

    /// <summary>Changes machine state of the workspace: counts once, however often the entry is handled.</summary>
    public void Execute(Sql statement) => _statements.Add(statement);

    /// <summary>Asks for a job, with the entry as its cause: it is asked for once, however often the entry is handled.</summary>
    /// <exception cref="ArgumentException">The job is to be shown: such a one is asked for in a transaction (<see cref="Write"/>).</exception>
    public void Enqueue(Actor actor, NewJob job)
    {
        if (job.IsShown)
            throw new ArgumentException("A job that is shown is asked for in a transaction of the write path.", nameof(job));
        _jobs.Add((Workspace, actor, job with { Cause = (_entry.Seq, _entry.Depth) }));
    }

    /// <summary>
    /// Composes a transaction on records, with the entry as its cause and an id that is the same each time the entry is
    /// handled. So it is applied once. What answers itself is refused in the end: see <see cref="LogEntry.MaxDepth"/>.
    /// </summary>
    /// <param name="actor">With whose rights.</param>
    /// <param name="operations">The changes.</param>
    /// <param name="number">Tells the transactions of one entry from one another.</param>
    public Transaction Write(Actor actor, IReadOnlyList<Operation> operations, int number = 0)
    {
        var name = Encoding.UTF8.GetBytes(_consumer.Name);
        var source = new byte[28 + name.Length];
        Workspace.TryWriteBytes(source, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(source.AsSpan(16), _entry.Seq);
        BinaryPrimitives.WriteInt32BigEndian(source.AsSpan(24), number);
        name.CopyTo(source, 28);
        return new Transaction { Id = StableId.Of(source), Actor = actor, Cause = _entry.Seq, Operations = operations };
    }
}
