using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Platform.Security;

/// <summary>
/// Notes what the write path says of rights, whether it was asked by the socket or over HTTP: what it refused for lack of them,
/// and who joined, left or has another role. The workspace's own log tells the latter with proof; here it stands beside the rest.
/// </summary>
internal sealed class WriteWatch(WritePath writes, RecordRegistry registry, EventPost post) : IHostedService
{
    private readonly RecordType _members = registry.Of<Member>();
    private readonly RecordType _roles = registry.Of<Role>();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        writes.Refused += OnRefused;
        writes.Committed += OnCommitted;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        writes.Refused -= OnRefused;
        writes.Committed -= OnCommitted;
        return Task.CompletedTask;
    }

    private void OnRefused(Guid workspace, Actor actor, Failure failure)
    {
        if (failure.Code.Status != StatusCodes.Status403Forbidden || actor.User is null)
            return;
        post.Post(new SecurityEvent(SecurityEventNames.Refused)
        {
            User = actor.User,
            Session = actor.Session,
            Workspace = workspace,
            Source = $"{actor.User}",
            Details = Words(("code", failure.Code.Code), ("at", actor.Via), ("permission", failure.Params?.GetValueOrDefault("permission") as string)),
        });
    }

    private void OnCommitted(Guid workspace, IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            foreach (var change in entry.Changes)
            {
                if ((change.Type == _members ? OfMember(change, entry) : change.Type == _roles ? OfRole(change, entry) : null) is { } what)
                    post.Post(what with { Workspace = workspace });
            }
        }
    }

    /// <summary>Null where something else of the member changed.</summary>
    private static SecurityEvent? OfMember(RecordChange change, LogEntry entry)
    {
        using var set = JsonDocument.Parse(change.Set);
        using var before = JsonDocument.Parse(change.Before);
        string? Text(JsonDocument side, string field) => side.RootElement.TryGetProperty(field, out var value) ? value.ToString() : null;
        var (from, to) = (Text(before, "role"), Text(set, "role"));
        var (fromOwn, toOwn) = (Text(before, "customRole"), Text(set, "customRole"));
        if (change.Kind == "set" && from == to && fromOwn == toOwn)
            return null;
        var user = (change.After as Member)?.User ?? (Guid.TryParse(Text(before, "user"), out var gone) ? gone : null);
        return new SecurityEvent(SecurityEventNames.RightsChanged)
        {
            User = user,
            Details = Words(("change", change.Kind), ("from", from), ("to", to), ("fromRole", fromOwn), ("toRole", toOwn), ("by", $"{entry.Actor.User}")),
        };
    }

    private static SecurityEvent OfRole(RecordChange change, LogEntry entry) => new(SecurityEventNames.RoleChanged)
    {
        User = entry.Actor.User,
        Session = entry.Actor.Session,
        Details = Words(("change", change.Kind), ("role", $"{change.Id}")),
    };

    private static Dictionary<string, string> Words(params (string Name, string? Value)[] words) =>
        words.Where(word => !string.IsNullOrEmpty(word.Value)).ToDictionary(word => word.Name, word => word.Value!, StringComparer.Ordinal);
}
