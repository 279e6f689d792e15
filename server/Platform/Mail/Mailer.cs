using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Mail;

/// <summary>Sends mail. What has no link is asked for by <see cref="SendAsync"/>; what has one is a job of its own that calls <see cref="DeliverAsync"/>.</summary>
public sealed class Mailer : IJobHandler<Message>
{
    /// <summary>Where all jobs that send mail wait, so that a dead mail server holds up nothing else.</summary>
    public const string Queue = "mail";

    internal const string Kind = "mail.send";

    private readonly JobDesk _desk;
    private readonly IMailSender _sender;
    private readonly Uri _site;

    internal Mailer(JobDesk desk, IMailSender sender, SiteSettings site) => (_desk, _sender, _site) = (desk, sender, site.PublicAddress);

    /// <summary>Sends it soon, and tries again for some hours where it cannot.</summary>
    public Task SendAsync(Message message)
    {
        // Now, where whoever forgot a value can still be told.
        MailTexts.Render(message, link: null, _site);
        return _desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, message));
    }

    /// <summary>The same in the transaction of what it tells of, so that no kill comes between the two: a statement for whoever runs that by <c>db.In(Guid.Empty)</c>.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="when">Whether it is sent, as the statements before have left things.</param>
    public Sql Ask(Message message, Sql when)
    {
        MailTexts.Render(message, link: null, _site);
        return _desk.Ask(Actor.Server(Kind), new NewJob(Kind, message), when);
    }

    /// <summary>Sends it now. Only for jobs: they make the secret of the link when they run, so that it is kept nowhere and a new attempt has a new one.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="link">Where its button leads.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="JobFailedException">The address takes no mail.</exception>
    public async Task DeliverAsync(Message message, Uri? link, CancellationToken cancel)
    {
        try
        {
            await _sender.SendAsync(message, MailTexts.Render(message, link, _site), cancel);
        }
        catch (MailException e) when (e.IsFinal)
        {
            throw new JobFailedException(e.Message);
        }
    }

    /// <summary>A span of time in the words of a language, as a value of a message.</summary>
    public static string Span(string language, TimeSpan span) => MailTexts.Span(language, span);

    /// <summary>A time as the reader's clock shows it, with the name of the zone, as a value of a message.</summary>
    /// <param name="language">The reader's.</param>
    /// <param name="zone">The reader's, as IANA names it; the server's where he chose none.</param>
    /// <param name="at">When.</param>
    public static string Time(string language, string? zone, DateTime at) => MailTexts.Time(language, zone, at);

    /// <summary>The day alone, where the hour says nothing.</summary>
    /// <inheritdoc cref="Time"/>
    public static string Date(string language, string? zone, DateTime at) => MailTexts.Date(language, zone, at);

    Task IJobHandler<Message>.RunAsync(Job job, Message payload, CancellationToken cancel) => DeliverAsync(payload, link: null, cancel);
}
