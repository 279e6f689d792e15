using Holdfast.Engine;
using Holdfast.Engine.Jobs;
using Holdfast.Platform.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Holdfast.Platform.Mail;

/// <summary>Mail to people, by jobs of the instance.</summary>
public static class MailModule
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(new MailSettings());
        services.AddSingleton(provider => Sender(
            provider.GetRequiredService<MailSettings>(), provider.GetRequiredService<SiteSettings>().PublicAddress, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Mailer(
            provider.GetRequiredService<JobDesk>(), provider.GetRequiredService<IMailSender>(), provider.GetRequiredService<SiteSettings>()));
        // A mail server that is slow is not made faster by more of us.
        services.AddSingleton(new JobQueue(Mailer.Queue) { Concurrency = 4 });
        services.AddMailJob<Message>(Mailer.Kind, provider => provider.GetRequiredService<Mailer>());
    }

    /// <summary>Registers a kind of job that sends mail: tried again for some hours.</summary>
    internal static void AddMailJob<TPayload>(this IServiceCollection services, string kind, Func<IServiceProvider, IJobHandler<TPayload>> handler) =>
        services.AddJob(new JobKind<TPayload>(kind, handler) { Queue = Mailer.Queue, MaxAttempts = 16, KeepFailed = TimeSpan.FromDays(7) });

    private static IMailSender Sender(MailSettings settings, Uri site, TimeProvider time) => settings switch
    {
        { Server: { } server } => new SmtpSender(server, site),
        { Folder: { } folder } => new FolderSender(folder, site, time),
        _ => new TerminalSender(Console.Out, !Console.IsOutputRedirected),
    };
}
