using System.Globalization;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>A workspace, as far as a deletion asks.</summary>
internal sealed record Place(Guid Id, string Name);

/// <summary>What the deletion of a person would mean now.</summary>
/// <param name="Blocking">Where he is the only owner and others work: he hands them over or deletes them first.</param>
/// <param name="Going">Where he is alone: these go with him.</param>
/// <param name="IsLastOperator">Whether nobody else runs the instance.</param>
internal sealed record Consequences(IReadOnlyList<Place> Blocking, IReadOnlyList<Place> Going, bool IsLastOperator)
{
    internal bool Block => Blocking.Count > 0 || IsLastOperator;
}

/// <summary>
/// People who want to be deleted: from when they ask they are shut out, and until the day they can keep their account by a link. What
/// happens on the day is <see cref="Eraser"/>'s.
/// </summary>
internal sealed class Deletions(
    Db db, Sessions sessions, Links links, JobDesk desk, SecurityEvents events, DeletionSettings settings, TimeProvider time)
{
    internal static readonly FailureCode Blocked = new("deletion.blocked", 409, "Others need something from you first.");
    internal static readonly FailureCode WrongAddress = new("deletion.wrong_address", 422, "This is not the address of your account.");
    internal static readonly FailureCode Leaving = new("account.leaving", 409, "This account is going to be deleted.");

    /// <summary>How long the link works that a sign-in hands out.</summary>
    private static readonly TimeSpan OfferLife = TimeSpan.FromMinutes(15);

    private sealed record Seat(Guid Id, string Name, bool IsOwner, long Others, bool HasOtherOwner);

    private sealed record Kept(Guid UserId);

    /// <summary>How long whoever asks now can think better of it.</summary>
    internal TimeSpan CoolOff => settings.CoolOff;

    /// <summary>When the person is erased; null where nobody has asked for it.</summary>
    internal Task<DateTime?> FindAsync(Guid user, CancellationToken cancel) =>
        db.Instance.FirstAsync<DateTime?>($"SELECT due_at FROM identity.deletions WHERE user_id = {user}", cancel);

    internal async Task<Consequences> ForeseeAsync(Guid user, CancellationToken cancel)
    {
        // Whoever is leaving himself holds nothing for others.
        var leaving = await db.Instance.QueryAsync<Guid>($"SELECT user_id FROM identity.deletions", cancel);
        var seats = await db.System.QueryAsync<Seat>(
            $"""
            SELECT w.id, w.name, m.role = {Roles.Owner} AS is_owner, count(o.id) AS others, coalesce(bool_or(o.role = {Roles.Owner}), false) AS has_other_owner
            FROM access.members m
            JOIN access.workspaces w ON w.workspace_id = m.workspace_id AND w.id = m.workspace_id
            LEFT JOIN access.members o ON o.workspace_id = m.workspace_id AND o.user_id <> m.user_id AND o.user_id <> ALL({leaving.ToArray()})
            WHERE m.user_id = {user} GROUP BY w.id, w.name, m.role ORDER BY w.name, w.id
            """, cancel);
        var isLast = await db.Instance.FirstAsync<bool>(
            $"""
            SELECT EXISTS (SELECT FROM identity.operators WHERE user_id = {user})
              AND NOT EXISTS (SELECT FROM identity.operators o WHERE o.user_id <> {user} AND NOT EXISTS (SELECT FROM identity.deletions d WHERE d.user_id = o.user_id))
            """, cancel);
        return new Consequences(
            [.. seats.Where(seat => seat is { IsOwner: true, HasOtherOwner: false, Others: > 0 }).Select(seat => new Place(seat.Id, seat.Name))],
            [.. seats.Where(seat => seat.Others == 0).Select(seat => new Place(seat.Id, seat.Name))],
            isLast);
    }

    /// <summary>
    /// Shuts the person out at once, and tells him by mail until when he can come back: by the address that he has, and by each that can
    /// still take a change of it back. Nobody is erased before that time is over, or else whoever took the account could end it by this.
    /// </summary>
    /// <param name="user">Who.</param>
    /// <param name="by">The request and the session by which he asks; null where whoever runs the instance does it.</param>
    /// <param name="coolOff">How long he can; nobody is told of none, and none waits for nothing.</param>
    /// <returns>The day; null where the session was ended meanwhile.</returns>
    internal async Task<DateTimeOffset?> BeginAsync(Guid user, (HttpContext Context, Guid Session)? by, TimeSpan coolOff)
    {
        // As precise as the database is: else it would not find again what it was given.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var due = now + coolOff;
        var isOpen = by is { } asking ? Sessions.IsOpen(asking.Session) : (Sql)$"true";
        var ended = await sessions.EndWithAsync(
            [
                Users.Turn(user),
                AddressChanges.EndOpen(user, now, isOpen),
                $"""
                INSERT INTO identity.deletions (user_id, asked_at, due_at)
                SELECT {user}, {now}, greatest({due}, (
                  SELECT max(c.undo_until) FROM identity.address_changes c WHERE {coolOff > TimeSpan.Zero} AND c.user_id = {user} AND {AddressChanges.IsUndoable($"c", now)}))
                WHERE {isOpen}
                ON CONFLICT (user_id) DO UPDATE SET due_at = least(identity.deletions.due_at, excluded.due_at)
                """,
            ],
            isOpen, $"user_id = {user}", "deletion", by?.Context);
        if (ended is null)
            return null;
        await NoteAsync(SecurityEventNames.DeletionAsked, user, by?.Context);
        if (coolOff > TimeSpan.Zero)
            await TellAsync(user, MailTemplates.Deletion);
        return await FindAsync(user, CancellationToken.None) is { } day ? new DateTimeOffset(day) : due;
    }

    /// <summary>What whoever signs in meanwhile is told: until when he can keep his account, and a link of his own to do it by.</summary>
    /// <returns>Null where there is nothing left to keep.</returns>
    internal async Task<Failure?> OfferAsync(User user, DateTime due) => !await IsOpenAsync(user.Id) ? null : Leaving.With(
        "Keep it by POST /api/keep with the token, then sign in; or let it go.", null,
        ("until", due.ToString("O", CultureInfo.InvariantCulture)), ("token", (await links.IssueAsync(LinkPurpose.Keep, user, OfferLife, isMailed: false)).Fragment[1..]));

    /// <summary>Whose deletion a link takes back, and when that would be. Uses nothing up.</summary>
    internal async Task<(User User, DateTime Due)?> LookAsync(string token, CancellationToken cancel) =>
        await links.FindAsync(token, LinkPurpose.Keep, cancel) is { } user && await FindAsync(user.Id, cancel) is { } due && await IsOpenAsync(user.Id) ? (user, due) : null;

    private Task<bool> IsOpenAsync(Guid user) => db.Instance.FirstAsync<bool>($"SELECT EXISTS (SELECT FROM identity.deletions d WHERE d.user_id = {user} AND {IsOpen($"d")})");

    /// <summary>Takes the deletion back, unless the erasure has begun.</summary>
    /// <returns>False where the link does not work any more, or there is nothing left to keep.</returns>
    internal async Task<bool> KeepAsync(HttpContext context, string token)
    {
        var kept = await db.Instance.QueryAsync<Kept>($"""
            WITH used AS ({links.Use(token, LinkPurpose.Keep)})
            DELETE FROM identity.deletions d USING used WHERE d.user_id = used.user_id AND {IsOpen($"d")} RETURNING d.user_id
            """);
        if (kept.Count == 0)
            return false;
        var user = kept[0].UserId;
        await db.Instance.ExecuteAsync(links.End(user, LinkPurpose.Keep, $"true"));
        await NoteTakenBackAsync(user, context);
        return true;
    }

    /// <summary>Begins the erasure, unless it is too early or he has kept his account. From here on nobody takes it back.</summary>
    internal async Task<bool> TakeAsync(Guid user) => await db.Instance.ExecuteAsync($"""
        UPDATE identity.deletions SET begun_at = coalesce(begun_at, {time.GetUtcNow()})
        WHERE user_id = {user} AND (due_at <= {time.GetUtcNow()} OR begun_at IS NOT NULL)
        """) == 1;

    /// <summary>
    /// Puts it off, for others need something from him first; he is told, and can keep his account to do it. Whoever was erased before
    /// stays shut out meanwhile, and is tried again with the next who are due.
    /// </summary>
    internal async Task PutOffAsync(Guid user)
    {
        if (await db.Instance.ExecuteAsync(
            $"UPDATE identity.deletions d SET begun_at = NULL, due_at = {time.GetUtcNow() + settings.CoolOff} WHERE user_id = {user} AND {IsNew($"d")}") == 1)
            await TellAsync(user, MailTemplates.DeletionPutOff);
    }

    /// <summary>
    /// Whoever was erased and is there again, out of a backup or a file from before, is shut out, and erased anew. Nobody keeps such an
    /// account, also where it comes back with a deletion that was asked for then.
    /// </summary>
    /// <returns>How many there are whose erasure has not begun.</returns>
    internal async Task<int> RepeatAsync()
    {
        var now = time.GetUtcNow();
        var back = await db.Instance.QueryAsync<Guid>($"""
            INSERT INTO identity.deletions AS d (user_id, asked_at, due_at, begun_at)
            SELECT e.user_id, {now}, {now}, {now} FROM identity.erasures e JOIN identity.users u ON u.id = e.user_id
            ON CONFLICT (user_id) DO UPDATE SET due_at = {now}, begun_at = {now} WHERE d.begun_at IS NULL RETURNING user_id
            """);
        foreach (var user in back)
            await sessions.EndAllOfAsync(user, null, "deletion");
        return back.Count;
    }

    /// <summary>Whether a deletion can be taken back yet: the erasure has not begun, and is not the second one.</summary>
    /// <param name="deletion">The name of its row.</param>
    internal static Sql IsOpen(Sql deletion) => $"({deletion}.begun_at IS NULL AND {IsNew(deletion)})";

    private static Sql IsNew(Sql deletion) => $"NOT EXISTS (SELECT FROM identity.erasures e WHERE e.user_id = {deletion}.user_id)";

    /// <summary>Who is due.</summary>
    internal Task<IReadOnlyList<Guid>> DueAsync(CancellationToken cancel) =>
        db.Instance.QueryAsync<Guid>($"SELECT user_id FROM identity.deletions WHERE due_at <= {time.GetUtcNow()} OR begun_at IS NOT NULL ORDER BY due_at", cancel);

    /// <summary>Where a link leads that keeps the account.</summary>
    internal Task<Uri> LinkAsync(User user, DateTime due, Guid job) => links.IssueAsync(LinkPurpose.Keep, user, new DateTimeOffset(due) - time.GetUtcNow(), isMailed: true, job);

    /// <summary>Notes that the account stays.</summary>
    internal Task NoteTakenBackAsync(Guid user, HttpContext context) => NoteAsync(SecurityEventNames.DeletionTakenBack, user, context);

    private async Task TellAsync(Guid user, string template)
    {
        var undoable = await db.Instance.QueryAsync<Guid>(
            $"SELECT c.id FROM identity.address_changes c WHERE c.user_id = {user} AND {AddressChanges.IsUndoable($"c", time.GetUtcNow())}");
        foreach (var change in undoable.Select(id => (Guid?)id).Prepend(null))
            await desk.EnqueueAsync(Guid.Empty, Actor.Server(DeletionMail.Kind), new NewJob(DeletionMail.Kind, new DeletionMail.Asked(user, template, change)));
    }

    private Task NoteAsync(string name, Guid user, HttpContext? context) =>
        events.NoteAsync((context is null ? new SecurityEvent(name) { Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = "operator" } } : SecurityEvent.Of(context, name)) with { User = user });
}
