using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Puts another password in the place of a person's. The hash, the links that were to replace the old one, the address that somebody
/// who knew it may have asked for, what attempts at it have locked, and the sessions that came of it change in one transaction, so that
/// nothing of the old password outlives it. The event and the mail that tell of it are part of that.
/// </summary>
internal sealed class NewPassword(Links links, Sessions sessions, CsrfTokens csrf, SessionCache cache, SessionSettings settings, Devices devices, Mailer mailer, SecurityEvents events, TimeProvider time)
{
    /// <summary>By the current one. The session that asks goes on under a new cookie.</summary>
    /// <param name="context">The request.</param>
    /// <param name="who">Whose.</param>
    /// <param name="secret">The hash that the current one fits.</param>
    /// <param name="phc">The hash of the new one.</param>
    /// <param name="endsOthers">Whether the other sessions end, tokens too.</param>
    /// <returns>False where it was changed in the meantime.</returns>
    internal async Task<bool> ChangeAsync(HttpContext context, SignedIn who, string secret, string phc, bool endsOthers)
    {
        var (user, done) = (who.User, Users.Has(who.User, phc));
        var (cookie, hash) = SessionCookie.New();
        var changed = SecurityEvent.Of(context, SecurityEventNames.PasswordChanged);
        Sql[] before =
        [
            Users.Turn(user),
            $"UPDATE identity.credentials SET secret = {phc}, changed_at = {time.GetUtcNow()} WHERE user_id = {user} AND kind = 'password' AND secret = {secret}",
            links.End(user, LinkPurpose.Reset, done),
            AddressChanges.EndOpen(user, time.GetUtcNow(), done),
            $"{sessions.Prove(context, who.Session, "pwd", hash)} AND {done}",
            events.Statement(done, changed),
            Tell(new User(user, who.Email, who.Name, who.Language), done),
        ];
        Sql others = $"{endsOthers} AND user_id = {user} AND id <> {who.Session}";
        if (await sessions.EndWithAsync(before, done, others, "password_changed", context) is null)
            return false;
        events.Count(changed);
        SessionCookie.Set(context.Response, cookie, settings.Longest);
        await cache.ForgetAsync(SessionCookie.HashOf(context.Request)!);
        await csrf.BeginAsync(context, who.Session);
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SessionRenewed));
        return true;
    }

    /// <summary>By a link. Every session ends; the browser that did it is from now on the only one known to be the person's.</summary>
    /// <param name="context">The request.</param>
    /// <param name="person">Whose.</param>
    /// <param name="token">The link's; it is used up.</param>
    /// <param name="phc">The hash of the new one.</param>
    /// <returns>False where the link does not work any more.</returns>
    internal async Task<bool> ResetAsync(HttpContext context, User person, string token, string phc)
    {
        var (user, now) = (person.Id, time.GetUtcNow());
        var done = Users.Has(user, phc);
        var changed = SecurityEvent.Of(context, SecurityEventNames.PasswordChanged) with
        {
            User = user,
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = "mail" },
        };
        Sql[] before =
        [
            Users.Turn(user),
            $"""
            WITH used AS ({links.Use(token, LinkPurpose.Reset)})
            INSERT INTO identity.credentials (id, user_id, kind, secret, created_at, changed_at)
            SELECT {Guid.CreateVersion7()}, user_id, 'password', {phc}, {now}, {now} FROM used
            ON CONFLICT (user_id) WHERE kind = 'password' DO UPDATE SET secret = excluded.secret, changed_at = excluded.changed_at
            """,
            // Whoever came by mail has the address.
            $"UPDATE identity.users SET verified_at = {now} WHERE id = {user} AND verified_at IS NULL AND {done} AND {Links.IsMailed(token)}",
            links.End(user, LinkPurpose.Reset, done),
            AddressChanges.EndOpen(user, now, done),
            // Whoever was locked out by guesses at the old password is free to use the new one, and stays free.
            $"{Users.Unlock(user)} AND {done}",
            .. await devices.RememberAloneAsync(context, user, done),
            events.Statement(done, changed),
            Tell(person, done),
        ];
        if (await sessions.EndWithAsync(before, done, $"user_id = {user}", "password_reset", context) is null)
            return false;
        events.Count(changed);
        return true;
    }

    private Sql Tell(User user, Sql when) => mailer.Ask(Message.Plain(MailTemplates.PasswordChanged, user.Language, user.Email), when);

    /// <summary>Takes a password that has become known to others: nobody gets in before a link has set another.</summary>
    /// <param name="user">Whose. All sessions end, tokens too.</param>
    /// <param name="reason">Why they do, as for <see cref="Sessions.EndAllOfAsync"/>.</param>
    /// <param name="done">Whether those before did what they were for; else nothing is taken.</param>
    /// <param name="before">What comes first in the same transaction, with <see cref="Users.Turn"/> among it.</param>
    /// <returns>Whether it was done.</returns>
    internal async Task<bool> TakeAsync(Guid user, string reason, Sql done, params Sql[] before) => await sessions.EndWithAsync(
        [
            .. before,
            $"DELETE FROM identity.credentials WHERE user_id = {user} AND kind = 'password' AND {done}",
            links.End(user, LinkPurpose.Reset, done),
            AddressChanges.EndOpen(user, time.GetUtcNow(), done),
            $"{Users.Unlock(user)} AND {done}",
            Devices.Forget(user, done),
        ],
        done, $"user_id = {user}", reason, context: null) is not null;
}
