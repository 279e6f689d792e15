using System.Text.Json;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Reads the log for changes of somebody's role: his sessions go on under new cookies, so that one that was planted or picked up
/// before does not come into the new rights. What he may do is read with each request in any case.
/// </summary>
internal sealed class RoleWatch(Db db, Sessions sessions, RecordRegistry registry, TimeProvider time) : IConsumerHandler
{
    /// <summary>What the operator sees it under.</summary>
    internal const string Name = "identity.roles";

    /// <summary>Of what is older every browser has a new cookie by now; a consumer begins with the first entry there is.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly RecordType _members = registry.Of<Member>();

    public async Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel)
    {
        var changed = entry.Changes.Where(change => change.Type == _members && change.Kind == "set" && TouchesRole(change)).Select(change => change.Id).ToArray();
        if (changed.Length == 0 || entry.At < time.GetUtcNow() - Recent)
            return;
        var users = await db.In(step.Workspace).QueryAsync<Guid>(
            $"SELECT user_id FROM access.members WHERE workspace_id = {step.Workspace} AND id = ANY({changed})", cancel);
        foreach (var user in users)
            await sessions.RenewAllOfAsync(user);
    }

    private static bool TouchesRole(RecordChange change)
    {
        using var set = JsonDocument.Parse(change.Set);
        return set.RootElement.TryGetProperty("role", out _) || set.RootElement.TryGetProperty("customRole", out _);
    }
}
