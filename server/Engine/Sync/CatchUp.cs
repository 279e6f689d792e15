using System.Runtime.CompilerServices;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>
/// The messages that bring a reader from where he is to a moment of the workspace, each made when the one before is
/// taken: however much was missed, little of it is held at a time.
/// </summary>
internal sealed class CatchUp(RecordRegistry registry, TimeProvider clock)
{
    /// <summary>Each is looked at for every change of its type.</summary>
    internal const int MostScopes = 300;

    /// <summary>Answers a hello: the welcome first, then for each scope what it lacks.</summary>
    /// <param name="snapshot">The moment.</param>
    /// <param name="hello">Where the reader is, and what he asks for.</param>
    /// <param name="lastMutation">The newest of his browser's transactions that has an outcome.</param>
    /// <param name="reader">The reader, with the rights of the moment; learns which scopes he has.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async IAsyncEnumerable<byte[]> FramesAsync(
        Snapshot snapshot, HelloFrame hello, long lastMutation, Reader reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (epoch, head, access) = snapshot.Moment;
        var standing = await snapshot.StandingAsync(hello, cancel);
        yield return ServerFrame.Welcome(new HelloAnswer(epoch, head, lastMutation, Reset: standing == Standing.Elsewhere && hello.Cursor is not null), access, registry.Schema, clock.GetUtcNow());
        // With other rights than it had then, or since, a browser may hold what it may not, and lacks what it may; and it is
        // not told what happened before it had them.
        var frames = standing == Standing.Elsewhere || hello.Access != access.Digest || hello.Cursor!.Value.Seq < access.Since ? SnapshotsAsync(snapshot, hello.Scopes, reader, cancel)
            : standing == Standing.Compacted || head.Seq - hello.Cursor!.Value.Seq > SyncReader.MaxCatchUp ? SinceAsync(snapshot, hello, reader, cancel)
            : MissedAsync(snapshot, hello, reader, cancel);
        await foreach (var frame in frames)
            yield return frame;
    }

    /// <summary>All that the scopes hold.</summary>
    internal async IAsyncEnumerable<byte[]> SnapshotsAsync(
        Snapshot snapshot, IReadOnlyList<string> names, Reader reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (Resolve(name, reader) is not { } scope)
            {
                yield return Refused(name, reader);
                continue;
            }

            reader.Scopes[scope] = snapshot.Moment.Head.Seq;
            yield return ServerFrame.Snapshot(await snapshot.ReadAsync(scope, cancel), snapshot.Moment.Head.Seq, reader);
        }
    }

    /// <summary>The records that have changed since, where those are cheaper than the changes.</summary>
    private async IAsyncEnumerable<byte[]> SinceAsync(Snapshot snapshot, HelloFrame hello, Reader reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var name in hello.Scopes.Distinct(StringComparer.Ordinal))
        {
            if (Resolve(name, reader) is not { } scope)
            {
                yield return Refused(name, reader);
                continue;
            }

            reader.Scopes[scope] = snapshot.Moment.Head.Seq;
            yield return await snapshot.SinceAsync(scope, hello.Cursor!.Value.Seq, cancel) is { } changes
                ? ServerFrame.Changed(changes, snapshot.Moment.Head.Seq, reader)
                : ServerFrame.Snapshot(await snapshot.ReadAsync(scope, cancel), snapshot.Moment.Head.Seq, reader);
        }
    }

    /// <summary>The changes.</summary>
    private async IAsyncEnumerable<byte[]> MissedAsync(Snapshot snapshot, HelloFrame hello, Reader reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (cursor, head) = (hello.Cursor!.Value.Seq, snapshot.Moment.Head.Seq);
        foreach (var name in hello.Scopes.Distinct(StringComparer.Ordinal))
        {
            if (Resolve(name, reader) is { } scope)
            {
                reader.Scopes[scope] = cursor;
                yield return ServerFrame.Unchanged(scope, cursor);
            }
            else
            {
                yield return Refused(name, reader);
            }
        }

        while (cursor < head && await snapshot.MissedAsync(cursor, cancel) is { Count: > 0 } missed)
        {
            yield return ServerFrame.Delta(cursor, missed, reader);
            cursor = missed[^1].Seq;
        }

        foreach (var scope in reader.Scopes.Keys)
            reader.Scopes[scope] = cursor;
    }

    /// <summary>A scope that exists and may be read; for all others there is one refusal.</summary>
    private Scope? Resolve(string name, Reader reader) =>
        reader.Scopes.Count < MostScopes && Scope.Parse(registry, name) is { } scope && scope.IsOpenTo(reader.Access) ? scope : null;

    private static byte[] Refused(string name, Reader reader) => ServerFrame.ScopeRefused(
        name.Length > 100 ? name[..100] : name,
        reader.Scopes.Count < MostScopes
            ? SyncFailures.ScopeUnknown.With("There is no such scope, or you may not read it.", "scopes")
            : SyncFailures.TooManyScopes.With($"A connection has at most {MostScopes} scopes. Remove some.", "scopes", ("max", MostScopes)));
}
