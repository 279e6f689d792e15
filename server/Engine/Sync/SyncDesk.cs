using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Sync;

/// <summary>Where a reader is, as <c>hello</c> says it.</summary>
/// <param name="Epoch">Of the log that he has read; null for the first time.</param>
/// <param name="Cursor">How far he has read it; null for the first time.</param>
/// <param name="Access">What the welcome said of his rights.</param>
/// <param name="Scopes">What he asks for.</param>
public sealed record Whereabouts(Guid? Epoch, (long Seq, Guid? Transaction)? Cursor, string? Access, IReadOnlyList<string> Scopes);

/// <summary>The socket's messages for whoever has no socket: one at a time, each with its answer.</summary>
public sealed class SyncDesk(Db db, LogStore log, RecordRegistry registry, AccessReader accesses, WritePath writePath, TimeProvider clock)
{
    /// <summary>The largest message, in bytes.</summary>
    public const int MaxBytes = SyncConnection.MaxFrameBytes;

    /// <summary>How deep a message may be.</summary>
    public const int MaxDepth = ClientFrameReader.MaxDepth;

    /// <summary>How many scopes one may ask for at once.</summary>
    public const int MaxScopes = ClientFrameReader.MaxScopes;

    private readonly ClientFrameReader _frames = new(registry);
    private readonly SyncReader _sync = new(db, log, accesses, clock);

    /// <summary>Writes one transaction, which is known by its id alone.</summary>
    /// <param name="workspace">Where.</param>
    /// <param name="actor">A person.</param>
    /// <param name="json">The object <c>{"id", "schema", "operations"}</c>.</param>
    /// <param name="cancel">Stops what comes before the writing.</param>
    /// <returns>The transaction with its outcome; or why there is none, not even a stored one.</returns>
    public async Task<(Transaction? Transaction, Outcome? Outcome, Failure? Failure)> PushAsync(Guid workspace, Actor actor, JsonElement json, CancellationToken cancel)
    {
        // Before anything is stored: a stranger leaves no trace in a workspace, and learns not whether there is one.
        if (await accesses.ReadAsync(workspace, actor, cancel) is null)
            return (null, null, WriteFailures.NotHere());
        if (_frames.ReadTransaction(json, actor, origin: null, out var transaction) is { } failure)
            return (null, null, failure);
        return (transaction, await writePath.WriteAsync(workspace, transaction!), null);
    }

    /// <summary>What a hello would be answered with, up to now.</summary>
    /// <returns>The messages: a welcome, whose <c>lastMutation</c> says nothing, and what each scope lacks.</returns>
    public async Task<(IReadOnlyList<byte[]>? Frames, Failure? Failure)> CatchUpAsync(Guid workspace, SyncUser user, Whereabouts at, CancellationToken cancel)
    {
        await using var snapshot = await _sync.AccessAsync(workspace, user, cancel) is null ? null : await _sync.OpenAsync(workspace, user, cancel);
        if (snapshot is null)
            return (null, WriteFailures.NotHere());
        var hello = new HelloFrame(registry.Schema, Browser: Guid.Empty, Leader: 0, workspace, at.Epoch, at.Cursor, at.Access, at.Scopes);
        // All at once: who takes his answer slowly must not keep the snapshot open.
        var frames = new List<byte[]>();
        await foreach (var frame in new CatchUp(registry, clock).FramesAsync(snapshot, hello, lastMutation: 0, new Reader(snapshot.Moment.Access), cancel))
            frames.Add(frame);
        return (frames, null);
    }
}
