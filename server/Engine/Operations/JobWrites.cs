using System.Buffers.Binary;
using Holdfast.Engine.Jobs;

namespace Holdfast.Engine.Operations;

/// <summary>How jobs write.</summary>
public static class JobWrites
{
    /// <summary>
    /// What a job changes: a transaction with the rights of whoever asked for it, whose id is the same at each attempt. So it
    /// is applied once, however often the job runs.
    /// </summary>
    /// <param name="job">Composes it.</param>
    /// <param name="operations">The changes.</param>
    /// <param name="step">Tells the transactions of one job from one another.</param>
    public static Transaction Write(this Job job, IReadOnlyList<Operation> operations, int step = 0) =>
        new() { Id = KeyOf(job.Id, step), Actor = job.Actor, Cause = job.Cause?.Seq, Operations = operations };

    private static Guid KeyOf(Guid job, int step)
    {
        Span<byte> source = stackalloc byte[20];
        job.TryWriteBytes(source, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], step);
        return StableId.Of(source);
    }
}
