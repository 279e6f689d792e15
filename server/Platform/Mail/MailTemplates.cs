namespace Holdfast.Platform.Mail;

/// <summary>The mails that there are. Their words stand in <c>Templates/</c>, one file a language.</summary>
public static class MailTemplates
{
    /// <summary>Whoever forgot the password sets a new one. Has a link.</summary>
    public const string Reset = "reset";

    /// <summary>Someone set a new password.</summary>
    public const string PasswordChanged = "passwordChanged";

    /// <summary>Whoever wants to sign up shows that the address is his. Has a link.</summary>
    public const string SignUp = "signUp";

    /// <summary>Someone wanted to sign up with the address of who is there already. Has a link.</summary>
    public const string SignUpKnown = "signUpKnown";

    /// <summary>Someone invites whoever has the address. Has a link; values: <c>workspace</c> and <c>by</c>, their names.</summary>
    public const string Invite = "invite";

    /// <summary>A token of a program was used by two sides, and ended. Value: <c>token</c>, its name.</summary>
    public const string TokenReused = "tokenReused";

    /// <summary>A token of a program was made. Value: <c>token</c>, its name.</summary>
    public const string TokenMade = "tokenMade";

    /// <summary>Whoever is there already shows that the address is his. Has a link; value: <c>span</c>.</summary>
    public const string Verify = "verify";

    /// <summary>To the address that somebody has: another one was asked for. Value: <c>next</c>, the other.</summary>
    public const string AddressAsked = "addressAsked";

    /// <summary>To the address that somebody wants to have. Has a link; value: <c>span</c>.</summary>
    public const string AddressConfirm = "addressConfirm";

    /// <summary>To an address that somebody wanted and another has. Has a link.</summary>
    public const string AddressTaken = "addressTaken";

    /// <summary>To the address that somebody had. Has a link that takes it back; values: <c>next</c>, and <c>until</c>, a time.</summary>
    public const string AddressChanged = "addressChanged";

    /// <summary>To the address that somebody had until a change was taken back. Value: <c>next</c>, the one that he has again.</summary>
    public const string AddressUndone = "addressUndone";

    /// <summary>A file of all of a person's data was asked for.</summary>
    public const string DataAsked = "dataAsked";

    /// <summary>Somebody is going to be deleted. Has a link; value: <c>date</c>, the day.</summary>
    public const string Deletion = "deletion";

    /// <summary>It was put off, for a workspace or the server would be left without anybody. Has a link; value: <c>date</c>, the next day.</summary>
    public const string DeletionPutOff = "deletionPutOff";

    internal static IReadOnlyList<string> All { get; } =
        [.. typeof(MailTemplates).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)];
}
