using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>What a person says of himself. His name stands in each workspace's member as well, and changes there too.</summary>
internal sealed class ProfileDoor(Db db, Sessions sessions, WritePath writePath, RecordRegistry registry, SecurityEvents events, TimeProvider time)
{
    internal sealed record Input
    {
        [Text(200, Required = true)]
        public string Name { get; init; } = "";

        /// <summary>As IANA names it; the server's where it is empty.</summary>
        [Text(64)]
        public string? TimeZone { get; init; }
    }

    internal sealed record Profile(string Name, string Email, string Language, string? TimeZone, bool IsVerified, string? NextEmail);

    private sealed record Place(Guid WorkspaceId, Guid Id, string Name);

    /// <summary>GET /api/me/profile</summary>
    internal async Task<IResult> ReadAsync(SignedIn who, CancellationToken cancel) =>
        TypedResults.Ok(await db.Instance.FirstAsync<Profile>($"""
            SELECT u.name, u.email, u.language, u.time_zone, u.verified_at IS NOT NULL AS is_verified, c.next AS next_email
            FROM identity.users u
            LEFT JOIN identity.address_changes c ON c.user_id = u.id AND c.confirmed_at IS NULL AND c.ended_at IS NULL AND c.expires_at > {time.GetUtcNow()}
            WHERE u.id = {who.User}
            """, cancel));

    /// <summary>POST /api/me/profile</summary>
    internal async Task<IResult> ChangeAsync(HttpContext context, SignedIn who, Input input)
    {
        // The name becomes that of a file.
        if (input.TimeZone is { } zone && (!zone.All(sign => char.IsAsciiLetterOrDigit(sign) || "/_+-".Contains(sign, StringComparison.Ordinal)) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
            return Problem.Of(FieldFailures.Malformed.With("'timeZone' takes a name of the IANA list, such as Europe/Tirane.", "timeZone", ("format", "timezone")));
        await db.Instance.ExecuteAsync($"UPDATE identity.users SET name = {input.Name}, time_zone = {input.TimeZone} WHERE id = {who.User}");
        await sessions.ForgetKeptOfAsync(who.User);
        // Also where the name stays: a workspace that was missed the last time is made up for.
        await RenameAsync(who.User, input.Name);
        if (input.Name != who.Name)
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.UserUpdated));
        return TypedResults.NoContent();
    }

    private async Task RenameAsync(Guid user, string name)
    {
        var places = await db.System.QueryAsync<Place>($"SELECT workspace_id, id, name FROM access.members WHERE user_id = {user} AND name <> {name}");
        foreach (var place in places)
        {
            await writePath.WriteAsync(place.WorkspaceId, new Transaction
            {
                Id = Guid.CreateVersion7(),
                Actor = Actor.Server("RenamePerson", user),
                Operations = [Compose.Set<Member>(registry, place.Id, nameof(Member.Name), name)],
            });
        }
    }
}
