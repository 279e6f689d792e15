using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Failures;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// What is counted before a password is checked. From a browser that is not known to be the person's: the client address, the
/// account, and the pair of them. From one that is known: the pair of browser and account alone, so that nobody who has not
/// signed in there can lock its owner out. Addresses that nobody has signed up with are counted alike.
/// </summary>
internal sealed class Attempts(ILimitStore limits, InstanceSecret secret, SiteSettings site)
{
    /// <summary>Counts one.</summary>
    /// <param name="context">From where.</param>
    /// <param name="account">At whose password, as far as there is one.</param>
    internal async Task<Attempt> ReserveAsync(HttpContext context, Users.Sought account)
    {
        var name = await NameAsync(account.EmailKey, account.Unlocks);
        var caller = ClientAddress.Caller(context);
        var byAddress = new Draw(site.PasswordsByAddress, $"password {caller}");
        Draw[] draws = account.Device is { } device
            ? [new(site.PasswordsByPair, $"password {name} {Convert.ToHexString(device)}")]
            : [byAddress, new(site.PasswordsByPair, $"password {name} {caller}"), new(site.PasswordsByAccount, $"password {name}")];
        var taken = await limits.TakeAsync(draws);
        if (taken.Wait is not { } wait)
            return new Attempt(limits, draws, Mark(name, TimeSpan.FromTicks(1)));

        // Whoever is locked costs a check of a password all the same, so the address pays for it.
        var paid = await limits.TakeAsync(byAddress, Mark(name, wait));
        return paid.Wait is { } tooMany ? new Attempt(RequestFailures.TooManyFor(tooMany), null) : new Attempt(null, Lock(wait));
    }

    /// <summary>For each account how long someone is locked out of it yet; zero where nobody is.</summary>
    internal async Task<IReadOnlyList<TimeSpan>> LocksAsync(IEnumerable<(string EmailKey, int Unlocks)> accounts, CancellationToken cancel)
    {
        var keys = new List<string>();
        foreach (var (emailKey, unlocks) in accounts)
            keys.Add(Mark(await NameAsync(emailKey, unlocks), TimeSpan.Zero).Key);
        return await limits.RestsAsync(keys, cancel);
    }

    private static Draw Mark(string name, TimeSpan stands) => new(Limit.Mark(stands), $"locked {name}");

    private static Failure Lock(TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        return IdentityFailures.Locked.With(
            $"Try again in {seconds} s, from a browser in which you have signed in before, after a reset of the password, or after who runs this server has unlocked you.",
            null, ("retryAfter", seconds), ("minutes", (seconds + 59) / 60));
    }

    /// <summary>What an account is counted by: no address stands in a store.</summary>
    private async ValueTask<string> NameAsync(string emailKey, int unlocks)
    {
        var text = Encoding.UTF8.GetBytes($"{unlocks} {emailKey}");
        return Convert.ToHexString(HMACSHA256.HashData(await secret.DeriveAsync("attempts"), text));
    }
}
