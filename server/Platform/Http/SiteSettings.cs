namespace Holdfast.Platform.Http;

/// <summary>How the site is reached and how much one caller may ask of it.</summary>
public sealed record SiteSettings
{
    /// <summary>
    /// The address that people type, such as <c>https://holdfast.example</c>. Links that leave the server are made
    /// from it, never from what a request claims.
    /// </summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>Where limits are kept; null for the database.</summary>
    public RedisAddress? Redis { get; init; }

    /// <summary>
    /// Anything under <c>/api</c>: by person or token, each for itself; by client address what nobody is signed in for. It comes
    /// back within half a minute.
    /// </summary>
    public Limit Requests { get; init; } = OfRequests(300);

    /// <summary>Forms that are opened and links that are looked at by strangers, each by client address.</summary>
    public Limit Openings { get; init; } = new(burst: 120, perHour: 3_600);

    /// <summary>Tokens that programs exchange or give up, each by client address.</summary>
    public Limit Exchanges { get; init; } = new(burst: 60, perHour: 1_200);

    /// <summary>Attempts at passwords from browsers that are not known, by client address. One that succeeds is given back.</summary>
    public Limit PasswordsByAddress { get; init; } = new(burst: 30, perHour: 180);

    /// <summary>
    /// Attempts at one account's password: from one client address, or from one browser that is known to be its owner's. One
    /// that succeeds makes it begin anew.
    /// </summary>
    public Limit PasswordsByPair { get; init; } = Limit.Growing(
        free: 5, first: TimeSpan.FromSeconds(1), longest: TimeSpan.FromMinutes(15), forget: TimeSpan.FromHours(12));

    /// <summary>Attempts at one account's password from everywhere, known browsers aside.</summary>
    public Limit PasswordsByAccount { get; init; } = new(burst: 50, perHour: 20);

    /// <summary>Secrets that a person asks to see, one by one. Nobody needs many; who takes them all is stopped.</summary>
    public Limit Reveals { get; init; } = new(burst: 30, perHour: 120);

    /// <summary>Reports of browsers about what a page was kept from, by client address.</summary>
    public Limit Reports { get; init; } = new(burst: 10, perHour: 60);

    /// <summary>Attempts to sign up, by client address.</summary>
    public Limit SignUps { get; init; } = new(burst: 20, perHour: 40);

    /// <summary>Who fills in a form faster than that is a program.</summary>
    public TimeSpan FormTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Asking for a link because the password is forgotten, and using one, each by client address.</summary>
    public Limit Forgotten { get; init; } = new(burst: 10, perHour: 40);

    /// <summary>Asking for a link to confirm one's address, and for another address, each by person.</summary>
    public Limit Addresses { get; init; } = new(burst: 3, perHour: 6);

    /// <summary>How long the link of a forgotten password works.</summary>
    public TimeSpan ResetLink { get; init; } = TimeSpan.FromMinutes(15);

    /// <param name="atOnce">How many requests may come at once.</param>
    public static Limit OfRequests(int atOnce) => new(atOnce, 120 * atOnce);
}
