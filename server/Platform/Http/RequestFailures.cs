using Holdfast.Engine.Failures;

namespace Holdfast.Platform.Http;

/// <summary>What can be wrong with a request before its meaning is looked at.</summary>
public static class RequestFailures
{
    public static readonly FailureCode CrossSite = new("request.cross_site", 403, "The request does not come from this site.");
    public static readonly FailureCode CsrfRefused = new("csrf.refused", 403, "The request bears no token that counts.");
    public static readonly FailureCode Malformed = new("request.malformed", 400, "The request cannot be read.");
    public static readonly FailureCode TooLarge = new("request.too_large", 413, "The request is too large.");
    public static readonly FailureCode TooSlow = new("request.too_slow", 408, "The request came too slowly.");
    public static readonly FailureCode TooMany = new("request.too_many", 429, "Too many requests.");
    public static readonly FailureCode NotFound = new("request.not_found", 404, "There is nothing at this address.");
    public static readonly FailureCode MethodNotAllowed = new("request.method_not_allowed", 405, "This address does not take this method.");
    public static readonly FailureCode SessionRequired = new("session.required", 401, "Sign in first.");
    public static readonly FailureCode TwoIdentities = new("request.two_identities", 400, "The request comes with a token and with a cookie.");
    public static readonly FailureCode TokenRefused = new("token.refused", 401, "The token is not valid, or not any more.");
    public static readonly FailureCode NotForTokens = new("token.not_for_tokens", 403, "A token cannot do this.");
    public static readonly FailureCode Insecure = new("request.insecure", 403, "Passwords and tokens need an encrypted connection.");

    /// <param name="wait">How long until the same request would pass; rounded up to whole seconds.</param>
    public static Failure TooManyFor(TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        return TooMany.With($"Try again in {seconds} s.", null, ("retryAfter", seconds));
    }
}
