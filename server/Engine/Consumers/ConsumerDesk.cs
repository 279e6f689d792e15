using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Consumers;

/// <summary>What an operator does with consumers. Each process heeds it within a second.</summary>
public sealed class ConsumerDesk
{
    private readonly Db _db;
    private readonly ConsumerRegistry _registry;
    private readonly TimeProvider _clock;
    private readonly IServiceProvider _services;

    internal ConsumerDesk(Db db, ConsumerRegistry registry, IServiceProvider services, TimeProvider clock) =>
        (_db, _registry, _services, _clock) = (db, registry, services, clock);

    /// <summary>Stops a consumer in all workspaces and all processes, until <see cref="ResumeAsync"/>. What is being handled ends.</summary>
    public Task PauseAsync(string consumer) => _db.System.ExecuteAsync(
        $"INSERT INTO engine.paused_consumers (consumer, paused_at) VALUES ({_registry.Of(consumer).Name}, {_clock.GetUtcNow()}) ON CONFLICT DO NOTHING");

    public Task ResumeAsync(string consumer) => _db.System.ExecuteAsync($"DELETE FROM engine.paused_consumers WHERE consumer = {_registry.Of(consumer).Name}");

    /// <summary>Tries an entry that fails again now, and not only when its pause is over.</summary>
    /// <returns>False where none fails.</returns>
    public async Task<bool> RetryAsync(string consumer, Guid workspace) => await _db.In(workspace).ExecuteAsync(
        $"UPDATE engine.consumers SET retry_at = NULL WHERE workspace_id = {workspace} AND consumer = {_registry.Of(consumer).Name} AND error IS NOT NULL") == 1;

    /// <summary>Passes over an entry that fails. Who did it, and what was wrong, is kept in <c>engine.consumer_skips</c>.</summary>
    /// <param name="consumer">Which.</param>
    /// <param name="workspace">Where.</param>
    /// <param name="seq">The entry, so that no other is passed over by mistake.</param>
    /// <param name="actor">Who decided it.</param>
    /// <returns>False where this entry does not fail, or is just being tried again.</returns>
    public async Task<bool> SkipAsync(string consumer, Guid workspace, long seq, Actor actor) => await _db.In(workspace).ExecuteAsync(
        $"""
        WITH failing AS (
          SELECT * FROM engine.consumers AS c
          WHERE workspace_id = {workspace} AND consumer = {_registry.Of(consumer).Name} AND error IS NOT NULL AND worker_id IS NULL
            AND {seq} = (SELECT min(l.seq) FROM engine.log l WHERE l.workspace_id = {workspace} AND l.seq > c.seq)
          FOR UPDATE
        ), passed AS (
          UPDATE engine.consumers AS c SET seq = {seq}, attempts = 0, error = NULL, failing_since = NULL, retry_at = NULL
          FROM failing WHERE c.workspace_id = failing.workspace_id AND c.consumer = failing.consumer
        )
        INSERT INTO engine.consumer_skips (workspace_id, id, consumer, seq, attempts, error, is_system, via, user_id, session_id, at)
        SELECT workspace_id, {Guid.CreateVersion7()}, consumer, {seq}, attempts, error, {actor.IsSystem}, {actor.Via}, {actor.User}, {actor.Session}, {_clock.GetUtcNow()} FROM failing
        """) == 1;

    /// <summary>Sends a consumer back to the start of a workspace's log: empties what it has made there, and has it made anew.</summary>
    /// <exception cref="InvalidOperationException">It does more than what can be emptied: see <see cref="Consumer.CanRebuild"/>.</exception>
    public Task RebuildAsync(string consumer, Guid workspace)
    {
        var known = _registry.Of(consumer);
        if (!known.CanRebuild)
            throw new InvalidOperationException($"The consumer '{consumer}' does what cannot be done again, so it is not sent back.");
        // Whoever reads at this moment loses his claim, and with it whatever he was about to write down.
        Sql back = $"""
            UPDATE engine.consumers SET seq = 0, worker_id = NULL, lease_until = NULL, attempts = 0, error = NULL, failing_since = NULL, retry_at = NULL
            WHERE workspace_id = {workspace} AND consumer = {known.Name}
            """;
        return _db.In(workspace).ExecuteAsync([back, .. known.Handler(_services).Clear(workspace)]);
    }

    /// <summary>The same in all workspaces, one after the other. Who is interrupted does it again.</summary>
    /// <returns>In how many.</returns>
    public async Task<int> RebuildAsync(string consumer)
    {
        var workspaces = await _db.System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.consumers WHERE consumer = {_registry.Of(consumer).Name} ORDER BY workspace_id");
        foreach (var workspace in workspaces)
            await RebuildAsync(consumer, workspace);
        return workspaces.Count;
    }
}
