using System.Text.Json;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Reads the log for changes of what somebody may do: of his role, and of what the role permits. His sessions go on under new
/// cookies, so that one that was planted or picked up before does not come into the new rights. What he may do is read with each request in any case.
/// </summary>
internal sealed class RoleWatch(Db db, Sessions sessions, RecordRegistry registry, TimeProvider time) : IConsumerHandler
{
    /// <summary>What the operator sees it under.</summary>
    internal const string Name = "identity.roles";

    /// <summary>Of what is older every browser has a new cookie by now; a consumer begins with the first entry there is.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly RecordType _members = registry.Of<Member>();
    private readonly RecordType _roles = registry.Of<Role>();

    public async Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel)
    {
        var (members, roles) = (Changed(entry, _members, "role", "customRole"), Changed(entry, _roles, "permissions"));
        if (members.Length + roles.Length == 0 || entry.At < time.GetUtcNow() - Recent)
            return;
        var users = await db.In(step.Workspace).QueryAsync<Guid>(
            $"SELECT user_id FROM access.members WHERE workspace_id = {step.Workspace} AND (id = ANY({members}) OR custom_role = ANY({roles}))", cancel);
        foreach (var user in users)
            await sessions.RenewAllOfAsync(user);
    }

    /// <summary>The records of a type of which one of these fields was set.</summary>
    private static Guid[] Changed(LogEntry entry, RecordType type, params string[] fields) =>
        [.. entry.Changes.Where(change => change.Type == type && change.Kind == "set" && Sets(change, fields)).Select(change => change.Id)];

    private static bool Sets(RecordChange change, string[] fields)
    {
        using var set = JsonDocument.Parse(change.Set);
        return fields.Any(field => set.RootElement.TryGetProperty(field, out _));
    }
}
