using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace Holdfast.Platform.Mail;

/// <summary>Mail could not be handed over this time. Says why without the address that it was for.</summary>
/// <param name="message">What whoever runs the server reads.</param>
/// <param name="isFinal">Whether to try again would not help.</param>
internal sealed class MailException(string message, bool isFinal = false) : Exception(message)
{
    public bool IsFinal { get; } = isFinal;
}

/// <summary>One way in which mail leaves the server.</summary>
internal interface IMailSender
{
    /// <exception cref="MailException">It did not.</exception>
    Task SendAsync(Message message, Rendered rendered, CancellationToken cancel);
}

/// <summary>Shows it to whoever started the product, where nobody else would ever see it.</summary>
/// <param name="output">Where to.</param>
/// <param name="isTerminal">Whether a person reads it. A journal keeps what it is told, so it hears of no link.</param>
internal sealed class TerminalSender(TextWriter output, bool isTerminal) : IMailSender
{
    public Task SendAsync(Message message, Rendered rendered, CancellationToken cancel) => output.WriteLineAsync(isTerminal
        ? $"There is no --mail, so this mail is shown here and goes nowhere:\nTo: {message.To}\nSubject: {rendered.Subject}\n\n{rendered.Text}\n"
        : $"A mail ({message.Template}) goes nowhere, for there is no --mail.");
}

/// <summary>Writes it into a folder, as a file that mail programs open.</summary>
internal sealed class FolderSender(string folder, Uri site, TimeProvider time) : IMailSender
{
    // The links in mail are secrets. A folder that is there already keeps the rights that it has.
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    public async Task SendAsync(Message message, Rendered rendered, CancellationToken cancel)
    {
        // Whoever watches the folder finds whole files alone.
        var writing = Path.Combine(folder, ".writing", message.Id.ToString());
        try
        {
            foreach (var made in new[] { folder, Path.Combine(folder, ".writing"), writing })
                Directory.CreateDirectory(made, OwnersFolder);
            using var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = writing };
            using var mail = MailForm.Of(message, rendered, $"holdfast@{MailForm.HostOf(site)}", site);
            await client.SendMailAsync(mail, cancel);
            var file = Directory.EnumerateFiles(writing).Single();
            File.SetUnixFileMode(file, OwnersFile);
            File.Move(
                file,
                Path.Combine(folder, $"{time.GetUtcNow():yyyyMMdd-HHmmss-fff}-{message.Template}-{message.Id}.eml"), overwrite: true);
            Directory.Delete(writing, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SmtpException)
        {
            throw new MailException($"The folder of --mail cannot be written to: {e.Message}");
        }
    }
}

/// <summary>Hands it to a mail server.</summary>
internal sealed class SmtpSender(SmtpServer server, Uri site) : IMailSender
{
    // Those that say that this address takes no mail, now or ever.
    private static readonly SmtpStatusCode[] Final =
        [SmtpStatusCode.MailboxUnavailable, SmtpStatusCode.MailboxNameNotAllowed, SmtpStatusCode.UserNotLocalTryAlternatePath];

    public async Task SendAsync(Message message, Rendered rendered, CancellationToken cancel)
    {
        using var client = new SmtpClient(server.Host, server.Port) { EnableSsl = server.Encrypts, Credentials = server.Login };
        using var mail = MailForm.Of(message, rendered, server.From, site);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(server.Patience);
        try
        {
            await client.SendMailAsync(mail, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new MailException($"The mail server {server.Host}:{server.Port} did not answer within {server.Patience.TotalSeconds} s.");
        }
        catch (SmtpException e)
        {
            // What the server says often repeats the address; the log is no place for it.
            var said = $"{e.Message} {e.InnerException?.Message}".Replace(message.To, "(the address)", StringComparison.OrdinalIgnoreCase).Trim();
            throw new MailException($"The mail server {server.Host}:{server.Port}: {said}", e is SmtpFailedRecipientException && Final.Contains(e.StatusCode));
        }
    }
}

/// <summary>The form that mail has on its way.</summary>
internal static class MailForm
{
    /// <exception cref="MailException">The address is none that mail can go to.</exception>
    internal static MailMessage Of(Message message, Rendered rendered, string from, Uri site)
    {
        if (!MailAddress.TryCreate(message.To, out var to) || message.To.Any(char.IsControl) || !string.Equals(to.Address, message.To, StringComparison.Ordinal))
            throw new MailException("Mail cannot be sent to this address.", isFinal: true);
        var mail = new MailMessage(new MailAddress(from, "Holdfast"), to)
        {
            Subject = rendered.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        mail.Headers.Add("Message-ID", $"<{message.Id}@{HostOf(site)}>");
        // Absence notes and other machines do not answer to it.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.AlternateViews.Add(Part(rendered.Text, "text/plain"));
        mail.AlternateViews.Add(Part(rendered.Html, "text/html"));
        return mail;
    }

    /// <summary>The host of the public address; where that is a bare IP address, which mail takes for no domain, another name of this machine.</summary>
    internal static string HostOf(Uri site) => site.HostNameType == UriHostNameType.Dns ? site.IdnHost : "localhost";

    private static AlternateView Part(string text, string kind)
    {
        var part = AlternateView.CreateAlternateViewFromString(text, Encoding.UTF8, kind);
        part.TransferEncoding = TransferEncoding.Base64;
        return part;
    }
}
