namespace Holdfast.Platform.Http;

/// <summary>How the site is reached and how much one caller may ask of it.</summary>
public sealed record SiteSettings
{
    /// <summary>
    /// The address that people type, such as <c>https://holdfast.example</c>. Links that leave the server are made
    /// from it, never from what a request claims.
    /// </summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>Anything under <c>/api</c>, by client address.</summary>
    public Limit Requests { get; init; } = new(Burst: 300, PerHour: 36_000);

    /// <summary>Attempts to sign in by client address. One that succeeds is given back.</summary>
    public Limit SignInsByAddress { get; init; } = new(Burst: 30, PerHour: 180);

    /// <summary>Attempts to sign in by client address and e-mail address. One that succeeds is given back.</summary>
    public Limit SignInsByAccount { get; init; } = new(Burst: 8, PerHour: 30);

    /// <summary>Secrets that a person asks to see, one by one. Nobody needs many; who takes them all is stopped.</summary>
    public Limit Reveals { get; init; } = new(Burst: 30, PerHour: 120);

    /// <summary>Attempts to sign up, by client address.</summary>
    public Limit SignUps { get; init; } = new(Burst: 20, PerHour: 40);
}
