using System.Reflection;
using Holdfast.Platform.Comments;
using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Jobs;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Operator;
using Holdfast.Platform.Records;
using Holdfast.Platform.Security;
using Holdfast.Platform.Views;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform;

/// <summary>The modules that every product on the engine needs.</summary>
public static class PlatformModule
{
    public static Assembly Project => typeof(PlatformModule).Assembly;

    public static void Add(IServiceCollection services, SiteSettings site)
    {
        HttpModule.Add(services, site);
        SecurityModule.Add(services);
        MailModule.Add(services);
        WorkspacesModule.Add(services);
        IdentityModule.Add(services);
        JobsModule.Add(services);
        CommentsModule.Add(services);
        ViewsModule.Add(services);
    }

    /// <summary>Adds checks and addresses, in the order in which a request meets them.</summary>
    public static void Map(WebApplication app)
    {
        SecurityModule.Watch(app);
        HttpModule.Map(app);
        IdentityModule.Map(app);
        SecurityModule.Map(app);
        WorkspacesModule.Map(app);
        RecordsModule.Map(app);
        JobsModule.Map(app);
        OperatorModule.Map(app);
    }
}
