using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// POST /api/forgot. Answers everybody alike and asks for a job in any case; whether somebody has the address is found out
/// by the job alone, whose work nobody can watch.
/// </summary>
internal sealed class Forgot(JobDesk desk, Users users, Links links, Mailer mailer, SiteSettings site, TimeProvider time) : IJobHandler<Forgot.Asked>
{
    internal const string Kind = "identity.forgot";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(20);

    /// <summary>
    /// Between two mails to one person, whoever asks for them. Much shorter than a link works: so whoever is sent none has one that does,
    /// and nobody keeps him from it by asking in his name.
    /// </summary>
    private TimeSpan Pause => site.ResetLink / 3 < LongestPause ? site.ResetLink / 3 : LongestPause;

    internal sealed record Asked(string Email);

    internal sealed record Input : FormInput
    {
        [Text(254, Required = true, Format = TextFormat.Email)]
        public string Email { get; init; } = "";
    }

    internal async Task<IResult> HandleAsync(HttpContext context, Input input)
    {
        // For a program the job is the same, and finds nobody.
        var asked = new Asked(FormTokens.IsProgram(context) ? "" : input.Email);
        await desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, asked));
        return TypedResults.Accepted((string?)null);
    }

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        if ((await users.FindAsync(payload.Email, device: null, cancel)).User is not { } user
            || await links.HasSinceAsync(user, LinkPurpose.Reset, time.GetUtcNow() - Pause, but: job.Id, cancel))
            return;
        var link = await links.IssueAsync(LinkPurpose.Reset, user, site.ResetLink, isMailed: true, job.Id);
        try
        {
            await mailer.DeliverAsync(
                new Message(MailTemplates.Reset, user.Language, user.Email, new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["span"] = Mailer.Span(user.Language, site.ResetLink),
                }),
                link, cancel);
        }
        catch
        {
            // What nobody got keeps nobody from the next.
            await links.TakeBackAsync(job.Id);
            throw;
        }
    }
}
