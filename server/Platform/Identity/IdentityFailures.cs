using Holdfast.Engine.Failures;

namespace Holdfast.Platform.Identity;

internal static class IdentityFailures
{
    internal static readonly FailureCode SignInRefused = new("sign_in.refused", 401, "The e-mail address or the password is wrong.");
    internal static readonly FailureCode SessionEnded = new("session.ended", 401, "The session has ended. Sign in again.");
    internal static readonly FailureCode Insecure = new("request.insecure", 403, "Signing in needs an encrypted connection.");
    internal static readonly FailureCode AddressTaken = new("sign_up.address_taken", 409, "Someone has signed up with this e-mail address.");
    internal static readonly FailureCode PasswordTooShort = new("password.too_short", 422, "The password is too short.");
    internal static readonly FailureCode PasswordTooCommon = new("password.too_common", 422, "The password is too easy to guess.");
}
