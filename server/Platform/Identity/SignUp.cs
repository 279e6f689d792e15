using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>POST /api/sign-up. Makes a person, who then founds a workspace or joins one by an invite.</summary>
internal sealed class SignUp(
    Users users, Operators operators, Sessions sessions, PasswordHasher hasher, Founding founding, Invites invites, Memberships memberships,
    RateLimiter limiter, SiteSettings site)
{
    internal sealed record Input
    {
        [Text(254, Required = true, Format = TextFormat.Email)]
        public string Email { get; init; } = "";

        [Text(PasswordRules.MaxLength, Required = true)]
        public string Password { get; init; } = "";

        [Text(200, Required = true)]
        public string Name { get; init; } = "";

        /// <summary>The name of the workspace to found; in its place there may be an invite.</summary>
        [Text(100)]
        public string? Workspace { get; init; }

        /// <summary>The token of the link.</summary>
        [Text(InviteToken.Length)]
        public string? Invite { get; init; }

        [Text(35, Format = TextFormat.Language)]
        public string Language { get; init; } = "en";
    }

    internal async Task<IResult> HandleAsync(HttpContext context, Input input)
    {
        var cancel = context.RequestAborted;
        var failure = SafeTransport.Check(context.Request) ?? CheckWay(input)
            ?? PasswordRules.Check(input.Password, input.Name, input.Email, input.Workspace);
        if (failure is not null)
            return Problem.Of(failure);
        if (limiter.Take(site.SignUps, $"sign-up {ClientAddress.Caller(context)}") is { } wait)
            return Problem.Of(RequestFailures.TooManyFor(wait));
        if (input.Invite is not null && await invites.FindOpenAsync(input.Invite, cancel) is null)
            return Problem.Of(Invites.NotValid());

        if (!hasher.TryHash(input.Password, cancel, out var hashing))
            return Problem.Of(RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        var user = new User(Guid.CreateVersion7(), input.Email, input.Name, input.Language);
        if (!await users.AddAsync(user, await hashing))
            return Problem.Of(IdentityFailures.AddressTaken.With("Sign in instead.", "email"));
        if (await EnterAsync(user, input) is { } refused)
        {
            // Someone else was faster with the same link: leave nothing behind that would take the address.
            await users.RemoveAsync(user.Id);
            return Problem.Of(refused);
        }

        await sessions.BeginAsync(context, user.Id, "pwd");
        return TypedResults.Created("/api/me", await Me.OfAsync(user, operators, memberships, cancel));
    }

    private static Failure? CheckWay(Input input) => (input.Workspace, input.Invite) switch
    {
        (null, null) => FieldFailures.Required.With("Give a 'workspace' to found, or the 'invite' to join by.", "workspace"),
        (not null, not null) => FieldFailures.Unknown.With("Give either a 'workspace' or an 'invite', not both.", "invite"),
        _ => null,
    };

    private async Task<Failure?> EnterAsync(User user, Input input)
    {
        var person = new Person(user.Id, user.Name, user.Email);
        if (input.Invite is { } token)
            return (await invites.AcceptAsync(token, person)).Failure;
        await founding.FoundAsync(person, input.Workspace!);
        return null;
    }
}
