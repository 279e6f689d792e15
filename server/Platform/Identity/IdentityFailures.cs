using Holdfast.Engine.Failures;

namespace Holdfast.Platform.Identity;

internal static class IdentityFailures
{
    internal static readonly FailureCode SignInRefused = new("sign_in.refused", 401, "The e-mail address or the password is wrong.");
    internal static readonly FailureCode Locked = new("sign_in.locked", 429, "Too many attempts have failed.");
    internal static readonly FailureCode SessionEnded = new("session.ended", 401, "The session has ended. Sign in again.");
    internal static readonly FailureCode SessionUnknown = new("session.unknown", 404, "There is no such session.");
    internal static readonly FailureCode TooManySessions = new("session.too_many", 409, "You are signed in in too many places.");
    internal static readonly FailureCode TokenUnknown = new("token.unknown", 404, "There is no such token.");
    internal static readonly FailureCode TooManyTokens = new("token.too_many", 409, "You have as many tokens as one person may have.");
    internal static readonly FailureCode FormExpired = new("form.expired", 400, "The form was open for too long, or is not of this browser.");
    internal static readonly FailureCode SignUpClosed = new("sign_up.closed", 403, "This server lets in only who was invited.");
    internal static readonly FailureCode FirstLinkNeeded = new("sign_up.first_needed", 403, "Whoever is to run this server signs up by the link that it printed.");
    internal static readonly FailureCode AddressTaken = new("sign_up.address_taken", 409, "Someone has signed up with this e-mail address.");
    internal static readonly FailureCode Unverified = new("auth.unverified", 403, "Confirm your e-mail address first.");
    internal static readonly FailureCode PictureRefused = new("picture.refused", 422, "This is no picture that can be shown.");
    internal static readonly FailureCode PasswordWrong = new("password.wrong", 422, "This is not the current password.");
    internal static readonly FailureCode PasswordTooShort = new("password.too_short", 422, "The password is too short.");
    internal static readonly FailureCode PasswordTooCommon = new("password.too_common", 422, "The password is too easy to guess.");
}
