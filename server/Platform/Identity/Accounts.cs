using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Identity;

/// <summary>One person, as whoever runs the instance sees him.</summary>
/// <param name="Id">The person.</param>
/// <param name="Email">As it was typed.</param>
/// <param name="Name">As he wants to be called.</param>
/// <param name="IsVerified">Whether the address was shown to be his.</param>
/// <param name="LastSignIn">When he signed in last, as far as that is still known.</param>
/// <param name="Locked">How long somebody is kept from trying the password yet; null where nobody is.</param>
public sealed record AccountRow(Guid Id, string Email, string Name, bool IsVerified, DateTime? LastSignIn, TimeSpan? Locked);

/// <summary>What came of deleting a person.</summary>
/// <param name="Until">The day on which he is erased; null where others need something from him first, and nothing was done.</param>
/// <param name="IsErased">Whether he is gone already.</param>
/// <param name="Workspaces">Those that would be left without an owner, by name.</param>
/// <param name="IsLastOperator">Whether nobody else runs the instance.</param>
public sealed record AccountDeletion(DateTimeOffset? Until, bool IsErased, IReadOnlyList<string> Workspaces, bool IsLastOperator);

/// <summary>What whoever runs the instance does for people who cannot help themselves.</summary>
public sealed class Accounts
{
    /// <summary>How long a link works that is handed over by word of mouth.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromHours(24);

    /// <summary>What the sessions are kept with that ended so.</summary>
    private const string SignedOut = "ended_by_operator";

    private readonly Db _db;
    private readonly Users _users;
    private readonly Sessions _sessions;
    private readonly Links _links;
    private readonly NewPassword _next;
    private readonly FirstLink _first;
    private readonly Attempts _attempts;
    private readonly Deletions _deletions;
    private readonly Eraser _eraser;
    private readonly SecurityEvents _events;

    private sealed record Row(Guid Id, string Email, string EmailKey, string Name, bool IsVerified, int Unlocks, DateTime? LastSignIn);

    public Accounts(IServiceProvider services)
    {
        _db = services.GetRequiredService<Db>();
        _users = services.GetRequiredService<Users>();
        _sessions = services.GetRequiredService<Sessions>();
        _links = services.GetRequiredService<Links>();
        _next = services.GetRequiredService<NewPassword>();
        _first = services.GetRequiredService<FirstLink>();
        _attempts = services.GetRequiredService<Attempts>();
        _deletions = services.GetRequiredService<Deletions>();
        _eraser = services.GetRequiredService<Eraser>();
        _events = services.GetRequiredService<SecurityEvents>();
    }

    /// <summary>Makes a person who has no password yet; the first of all runs the instance.</summary>
    /// <returns>The link by which he sets one; null where the address is taken.</returns>
    public async Task<Uri?> CreateAsync(string email, string name, string language)
    {
        var user = new User(Guid.CreateVersion7(), email, name, language);
        if (!await _users.AddAsync(user, phc: null, isVerified: true, runs: !await _first.IsAnybodyThereAsync()))
            return null;
        await NoteAsync(SecurityEventNames.UserCreated, user.Id, null);
        return await _links.IssueAsync(LinkPurpose.Reset, user, LinkLife, isMailed: false);
    }

    /// <summary>Makes a person with a password, for trying the product out, who never runs the instance.</summary>
    /// <returns>The password; null where the address is taken.</returns>
    public async Task<string?> CreateForTestsAsync(string email, string name, string language)
    {
        var password = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 20);
        var user = new User(Guid.CreateVersion7(), email, name, language);
        if (!await _users.AddAsync(user, Sodium.Hash(Encoding.UTF8.GetBytes(password)), isVerified: true))
            return null;
        await NoteAsync(SecurityEventNames.UserCreated, user.Id, null);
        return password;
    }

    /// <summary>Ends all sessions of a person, and lets nobody in before he has set a new password.</summary>
    /// <returns>The link by which he does; null where nobody has the address.</returns>
    public async Task<Uri?> ResetAsync(string email, CancellationToken cancel)
    {
        if ((await _users.FindAsync(email, device: null, cancel)).User is not { } user)
            return null;
        await _next.TakeAsync(user.Id, "password_reset", $"true", Users.Turn(user.Id));
        await NoteAsync(SecurityEventNames.PasswordChanged, user.Id, null);
        return await _links.IssueAsync(LinkPurpose.Reset, user, LinkLife, isMailed: false);
    }

    /// <summary>Ends all that is open of a person, or of everybody: sessions, tokens and their sockets. Passwords stay.</summary>
    /// <param name="user">Who; null for everybody.</param>
    /// <returns>How many sessions and tokens there were.</returns>
    public Task<int> SignOutAsync(Guid? user) => user is { } one ? _sessions.EndAllOfAsync(one, but: null, SignedOut) : _sessions.EndEverybodysAsync(SignedOut);

    /// <summary>
    /// Shuts a person out, and has him erased when the time is over in which he can keep his account; or at once. Good to repeat.
    /// </summary>
    /// <param name="user">Who.</param>
    /// <param name="coolOff">How long he can keep it; he is told by mail. None erases him before this returns.</param>
    /// <param name="cancel">Gives up; whoever is shut out by then is erased by the server.</param>
    /// <returns>What came of it.</returns>
    public async Task<AccountDeletion> DeleteAsync(Guid user, TimeSpan coolOff, CancellationToken cancel)
    {
        var foreseen = await _deletions.ForeseeAsync(user, cancel);
        if (foreseen.Block)
            return new AccountDeletion(null, IsErased: false, [.. foreseen.Blocking.Select(place => place.Name)], foreseen.IsLastOperator);
        var until = await _deletions.BeginAsync(user, null, coolOff);
        return new AccountDeletion(until, coolOff == TimeSpan.Zero && await _eraser.EraseAsync(user, cancel), [], IsLastOperator: false);
    }

    /// <summary>Forgets the attempts at a person's password.</summary>
    /// <param name="user">Who was locked out.</param>
    /// <param name="by">Who lets him try again; null for whoever has the machine.</param>
    /// <returns>False where there is no such person.</returns>
    public async Task<bool> UnlockAsync(Guid user, Guid? by)
    {
        if (!await _users.UnlockAsync(user))
            return false;
        await NoteAsync(SecurityEventNames.SignInUnlocked, user, by);
        return true;
    }

    /// <summary>Whose address it is.</summary>
    public async Task<Guid?> FindAsync(string email, CancellationToken cancel) => (await _users.FindAsync(email, device: null, cancel)).Id;

    /// <summary>All people by name.</summary>
    public async Task<IReadOnlyList<AccountRow>> ListAsync(CancellationToken cancel)
    {
        var rows = await _db.Instance.QueryAsync<Row>($"""
            SELECT u.id, u.email, u.email_key, u.name, u.verified_at IS NOT NULL AS is_verified, u.unlocks, (SELECT max(s.auth_time) FROM identity.sessions s WHERE s.user_id = u.id) AS last_sign_in
            FROM identity.users u ORDER BY u.name, u.id
            """, cancel);
        var locks = await _attempts.LocksAsync(rows.Select(row => (row.EmailKey, row.Unlocks)), cancel);
        return [.. rows.Zip(locks, (row, left) => new AccountRow(row.Id, row.Email, row.Name, row.IsVerified, row.LastSignIn, left > TimeSpan.Zero ? left : null))];
    }

    private Task NoteAsync(string name, Guid user, Guid? by) => _events.NoteAsync(new SecurityEvent(name)
    {
        User = user,
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = by?.ToString() ?? "operator" },
    });
}
