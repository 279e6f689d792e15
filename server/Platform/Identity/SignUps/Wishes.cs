using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Workspaces;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Those who want to sign up and have yet to show that the address is theirs. A known address is kept like an unknown one; the job
/// that sends the mail finds out which it is, and no mail repeats what a stranger wrote.
/// </summary>
internal sealed class Wishes(Db db, JobDesk desk, Addresses addresses, AddressMails turns, Mailer mailer, SiteSettings site, TimeProvider time) : IJobHandler<Wishes.Asked>
{
    internal const string Kind = "identity.sign_up";

    internal static readonly TimeSpan Life = TimeSpan.FromHours(24);

    internal sealed record Asked(Guid Wish);

    /// <param name="Id">The wish's own.</param>
    /// <param name="Email">The address, to be shown to be his.</param>
    /// <param name="EmailKey">By what it is known.</param>
    /// <param name="Name">As he wants to be called.</param>
    /// <param name="Language">Which he reads.</param>
    /// <param name="Secret">The hash of the password that he chose.</param>
    /// <param name="Founds">The workspace that he founds.</param>
    /// <param name="Joins">The workspace that he was invited to.</param>
    /// <param name="InviteHash">By which invite.</param>
    /// <param name="AskedBy">What the caller is known by who asked.</param>
    internal sealed record Wish(Guid Id, string Email, string EmailKey, string Name, string Language, string Secret, string? Founds, Guid? Joins, byte[]? InviteHash, string AskedBy)
    {
        internal User User => new(Id, Email, Name, Language);

        internal FirstStep Step => new(Founds, Joins is { } workspace ? new InviteKey(workspace, InviteHash!) : null);
    }

    /// <summary>Keeps one. It takes the place of what the same caller wished for the same address and what no mail has gone out for: of a crowd of wishes that wait, his are one.</summary>
    /// <param name="user">Who he would be.</param>
    /// <param name="phc">The hash of the password that he chose.</param>
    /// <param name="step">What he wants first.</param>
    /// <param name="life">For how long.</param>
    /// <param name="caller">From where he asks.</param>
    internal async Task KeepAsync(User user, string phc, FirstStep step, TimeSpan life, string caller)
    {
        var (now, by) = (time.GetUtcNow(), await turns.NameAsync(caller));
        await db.Instance.ExecuteAsync(
            $"DELETE FROM identity.sign_ups WHERE email_key = {EmailKey.Of(user.Email)} AND asked_by = {by} AND token_hash IS NULL",
            $"""
            INSERT INTO identity.sign_ups (id, email, email_key, name, language, secret, founds, joins, invite_hash, asked_by, created_at, expires_at)
            VALUES ({user.Id}, {user.Email}, {EmailKey.Of(user.Email)}, {user.Name}, {user.Language}, {phc},
              {step.Founds}, {step.Joins?.Workspace}, {step.Joins?.Hash}, {by}, {now}, {now + life})
            """);
        await desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, new Asked(user.Id)));
    }

    /// <summary>Whose link it is, as long as it works. Uses nothing up.</summary>
    internal Task<Wish?> FindAsync(string token, CancellationToken cancel) => FindAsync($"token_hash = {LinkToken.HashOf(token) ?? []}", cancel);

    /// <summary>Forgets whatever was wished for an address: somebody has shown that it is his.</summary>
    internal Task ForgetAsync(string email) => db.Instance.ExecuteAsync($"DELETE FROM identity.sign_ups WHERE email_key = {EmailKey.Of(email)}");

    internal Task SweepAsync() => db.Instance.ExecuteAsync($"DELETE FROM identity.sign_ups WHERE expires_at < {time.GetUtcNow()}");

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        if (await FindAsync($"id = {payload.Wish}", cancel) is not { } wish)
            return;
        await turns.SendAsync(wish.EmailKey, wish.AskedBy, isOwn: false, async () => await SendAsync(wish, await addresses.OwnerAsync(wish.Email, cancel), cancel));
    }

    private async Task SendAsync(Wish wish, User? known, CancellationToken cancel)
    {
        if (known is not null)
        {
            await mailer.DeliverAsync(new Message(MailTemplates.SignUpKnown, known.Language, known.Email, Nothing), new Uri(site.PublicAddress, "/sign-in"), cancel);
            return;
        }

        var (token, hash) = LinkToken.New();
        await db.Instance.ExecuteAsync($"UPDATE identity.sign_ups SET token_hash = {hash} WHERE id = {wish.Id}");
        await mailer.DeliverAsync(new Message(MailTemplates.SignUp, wish.Language, wish.Email, Nothing), new Uri(site.PublicAddress, $"/verify#{token}"), cancel);
    }

    private static IReadOnlyDictionary<string, string> Nothing => new Dictionary<string, string>(StringComparer.Ordinal);

    private Task<Wish?> FindAsync(Sql which, CancellationToken cancel) => db.Instance.FirstAsync<Wish>(
        $"SELECT id, email, email_key, name, language, secret, founds, joins, invite_hash, asked_by FROM identity.sign_ups WHERE {which} AND expires_at > {time.GetUtcNow()}", cancel);
}
