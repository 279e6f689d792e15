using System.Net;

namespace Holdfast.Platform.Mail;

/// <summary>Where mail goes: to a server, into a folder, or, where neither is given, to the terminal of whoever started the product.</summary>
public sealed record MailSettings
{
    /// <summary>Each mail becomes a file in it.</summary>
    public string? Folder { get; init; }

    public SmtpServer? Server { get; init; }

    /// <summary>Whether what is sent reaches whom it is for.</summary>
    public bool IsSent => Folder is not null || Server is not null;
}

/// <summary>A mail server that takes mail from us.</summary>
/// <param name="Host">Its name, which its certificate bears, or its address.</param>
/// <param name="Port">Where it takes mail from programs: 587 as a rule.</param>
/// <param name="From">Who the mail is from.</param>
/// <param name="Login">Null where it asks for none.</param>
/// <param name="Encrypts">Whether nothing is said before TLS is begun (STARTTLS). Only a server on this very machine may do without.</param>
public sealed record SmtpServer(string Host, int Port, string From, NetworkCredential? Login, bool Encrypts)
{
    /// <summary>How long one mail may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
