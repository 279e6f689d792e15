using Holdfast.Engine;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Jobs;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Holdfast.Platform.Identity;

/// <summary>People, their passwords and their sessions.</summary>
public static class IdentityModule
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Users>();
        services.AddSingleton<Operators>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<People>();
        services.AddSingleton<Devices>();
        services.AddSingleton<Attempts>();
        services.TryAddSingleton(new SessionSettings());
        services.AddSingleton<CsrfTokens>();
        services.AddSingleton<SessionCache>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SessionStart>();
        services.AddSingleton<SessionFinder>();
        services.AddSingleton<FormTokens>();
        services.AddHostedService<SessionKeeper>();
        services.AddConsumer(new Consumer(RoleWatch.Name, provider => ActivatorUtilities.CreateInstance<RoleWatch>(provider)));
        services.AddSingleton<PasswordHasher>();
        services.AddHostedService(provider => provider.GetRequiredService<PasswordHasher>());
        services.AddSingleton<OwnPassword>();
        services.AddSingleton<NewPassword>();
        services.AddSingleton<SignIn>();
        services.TryAddSingleton(new SignUpSettings());
        services.AddSingleton<SignUp>();
        services.AddSingleton<FirstLink>();
        services.AddSingleton<Arrival>();
        services.AddSingleton<Wishes>();
        services.AddMailJob<Wishes.Asked>(Wishes.Kind, provider => provider.GetRequiredService<Wishes>());
        services.AddSingleton<Confirm>();
        services.AddSingleton<ProfileDoor>();
        services.AddSingleton<Pictures>();
        services.AddSingleton<ChangePassword>();
        services.TryAddSingleton(TokenKey.New());
        services.AddSingleton<SigningKeys>();
        services.AddJob(new JobKind<SigningKeys.Rotate>(SigningKeys.Rotate.Kind, provider => provider.GetRequiredService<SigningKeys>()));
        services.AddSingleton(new JobSchedule(SigningKeys.Rotate.Kind, SigningKeys.Rotate.Kind, "53 * * * *", "UTC", new SigningKeys.Rotate()));
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<Links>();
        services.AddJob(new JobKind<LinkPruner.Asked>(LinkPruner.Kind, provider => ActivatorUtilities.CreateInstance<LinkPruner>(provider)));
        services.AddSingleton(new JobSchedule(LinkPruner.Kind, LinkPruner.Kind, "37 * * * *", "UTC", new LinkPruner.Asked()));
        services.AddSingleton<Forgot>();
        services.AddMailJob<Forgot.Asked>(Forgot.Kind, provider => provider.GetRequiredService<Forgot>());
        services.AddSingleton<Reset>();
        services.AddSingleton<Addresses>();
        services.AddSingleton<AddressMails>();
        services.AddSingleton<AddressChanges>();
        services.AddSingleton<AddressLinks>();
        services.AddSingleton<Verification>();
        services.AddMailJob<Verification.Asked>(Verification.Kind, provider => provider.GetRequiredService<Verification>());
        services.AddSingleton<ChangeAddress>();
        services.AddMailJob<ChangeAddress.Asked>(ChangeAddress.Kind, provider => provider.GetRequiredService<ChangeAddress>());
        services.AddMailJob<UndoMail.Asked>(UndoMail.Kind, provider => ActivatorUtilities.CreateInstance<UndoMail>(provider));
        services.AddJob(new JobKind<FollowAddress.Moved>(FollowAddress.Kind, provider => ActivatorUtilities.CreateInstance<FollowAddress>(provider)));
        services.TryAddSingleton(new DeletionSettings());
        services.AddSingleton<Deletions>();
        services.AddSingleton<DeletionDoor>();
        services.AddSingleton<DeletionMail>();
        services.AddMailJob<DeletionMail.Asked>(DeletionMail.Kind, provider => provider.GetRequiredService<DeletionMail>());
        services.AddSingleton<Eraser>();
        services.AddSingleton<Returned>();
        services.AddHostedService(provider => provider.GetRequiredService<Returned>());
        services.AddJob(new JobKind<Eraser.Asked>(Eraser.Kind, provider => provider.GetRequiredService<Eraser>()));
        services.AddJob(new JobKind<Eraser.Due>(Eraser.DueKind, provider => provider.GetRequiredService<Eraser>()));
        services.AddSingleton(new JobSchedule(Eraser.DueKind, Eraser.DueKind, "29 * * * *", "UTC", new Eraser.Due()));
        services.AddSingleton<DataFile>();
        services.AddSingleton<DataExport>();
        services.AddSingleton<DataDoor>();
        services.AddJob(new JobKind<DataExport.Asked>(DataExport.Kind, provider => provider.GetRequiredService<DataExport>()) { MaxAttempts = DataExport.MaxAttempts });
        services.AddJob(new JobKind<DataExport.Forget>(DataExport.ForgetKind, provider => provider.GetRequiredService<DataExport>()));
        services.AddSingleton(new JobSchedule(DataExport.ForgetKind, DataExport.ForgetKind, "11 * * * *", "UTC", new DataExport.Forget()));
    }

    /// <summary>Asked before a start, so that whoever starts the product reads one sentence.</summary>
    /// <returns>What this machine lacks, and the way out; null where all is there.</returns>
    public static string? FindMissing() => Sodium.Start();

    public static void Map(WebApplication app)
    {
        app.UseMiddleware<SessionCheck>();
        // A browser that is gone without a word is noticed within half a minute.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });

        var api = app.MapApi();
        api.MapGet("/form", (HttpContext context, FormTokens forms) => forms.OpenAsync(context)).AllowAnonymous()
            .Limited("form", site => site.Openings, staysOpen: true);
        api.MapPost("/sign-up", (HttpContext context, Body<SignUp.Input> body, SignUp signUp) => signUp.HandleAsync(context, body.Value)).AllowAnonymous().RequireSafeTransport()
            .Limited("sign-up", site => site.SignUps).FromForm<SignUp.Input>(FormTokens.SignUp);
        api.MapGet("/sign-up", (SignUp signUp) => signUp.WayAsync()).AllowAnonymous();
        api.MapPost("/sign-up/look", (Body<Confirm.Look> body, Confirm confirm, CancellationToken cancel) => confirm.LookAsync(body.Value, cancel)).AllowAnonymous()
            .Limited("look", site => site.Openings, staysOpen: true);
        api.MapPost("/sign-up/confirm", (HttpContext context, Body<Confirm.Input> body, Confirm confirm) => confirm.HandleAsync(context, body.Value)).AllowAnonymous().RequireSafeTransport()
            .Limited("sign-up-confirm", site => site.SignUps);
        api.MapPost("/sign-in", (HttpContext context, Body<SignIn.Input> body, SignIn signIn) => signIn.HandleAsync(context, body.Value)).AllowAnonymous().RequireSafeTransport()
            .FromForm<SignIn.Input>(FormTokens.SignIn);
        api.MapPost("/forgot", (HttpContext context, Body<Forgot.Input> body, Forgot forgot) => forgot.HandleAsync(context, body.Value)).AllowAnonymous()
            .Limited("forgot", site => site.Forgotten).FromForm<Forgot.Input>(FormTokens.Forgot);
        api.MapPost("/reset/look", (HttpContext context, Body<Reset.Look> body, Reset reset) => reset.LookAsync(context, body.Value)).AllowAnonymous()
            .Limited("look", site => site.Openings, staysOpen: true);
        api.MapPost("/reset", (HttpContext context, Body<Reset.Input> body, Reset reset) => reset.HandleAsync(context, body.Value)).AllowAnonymous().RequireSafeTransport()
            .Limited("reset", site => site.Forgotten).FromForm<Reset.Input>(FormTokens.Reset);
        api.MapPost("/sign-out", SignOut.HandleAsync).AllowAnonymous();
        api.MapGet("/session/proof", () => TypedResults.NoContent()).RequireFresh().OpenToUnverified();
        api.MapPost("/session/proof", ProveAnew.HandleAsync).WithMetadata(new ProveAnew.Here()).RefuseTokens().RequireSafeTransport().OpenToUnverified();
        api.MapGet("/sessions", SessionDoor.ListAsync).RefuseTokens().OpenToUnverified();
        api.MapPost("/sessions/{session:guid}/end", SessionDoor.EndAsync).RequireFresh().OpenToUnverified();
        api.MapPost("/sessions/end-others", SessionDoor.EndOthersAsync).RequireFresh().OpenToUnverified();
        api.MapGet("/me", Me.HandleAsync).OpenToUnverified();
        api.MapPost("/me/language", ChooseLanguage.HandleAsync).OpenToUnverified();
        api.MapGet("/people/pictures", (SignedIn who, Pictures pictures, CancellationToken cancel) => pictures.ListAsync(who, cancel));
        api.MapGet("/people/{user:guid}/picture/{hash}", (Guid user, string hash, HttpResponse response, SignedIn who, Pictures pictures, CancellationToken cancel) =>
            pictures.ReadAsync(user, hash, response, who, cancel));
        api.MapPost("/me/picture", (SignedIn who, JsonBody body, Pictures pictures) => pictures.SetAsync(who, body));
        api.MapDelete("/me/picture", (SignedIn who, Pictures pictures) => pictures.RemoveAsync(who));
        api.MapGet("/me/profile", (SignedIn who, ProfileDoor door, CancellationToken cancel) => door.ReadAsync(who, cancel)).OpenToUnverified();
        api.MapPost("/me/profile", (HttpContext context, SignedIn who, Body<ProfileDoor.Input> body, ProfileDoor door) => door.ChangeAsync(context, who, body.Value)).OpenToUnverified();
        api.MapPost("/me/password", (HttpContext context, SignedIn who, Body<ChangePassword.Input> body, ChangePassword door) => door.HandleAsync(context, who, body.Value)).RefuseTokens().RequireSafeTransport();
        api.MapGet("/sync", SyncDoor.HandleAsync);
        AddressDoor.Map(api);
        TokenDoor.Map(api);
        DeletionDoor.Map(api);
        DataDoor.Map(api);
    }
}
