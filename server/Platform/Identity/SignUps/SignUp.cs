using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// POST /api/sign-up. Makes a person, who then founds a workspace or joins one by an invite; or, where the address is to be shown
/// first, keeps the wish and answers everybody alike.
/// </summary>
internal sealed class SignUp(
    SignUpSettings settings, FirstLink first, Wishes wishes, Arrival arrival, PasswordHasher hasher, Invites invites)
{
    internal sealed record Input : FormInput
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

        /// <summary>The token of the link that the start printed, for whoever runs the server from then on.</summary>
        [Text(LinkToken.Length)]
        public string? First { get; init; }

        [Text(35, Format = TextFormat.Language)]
        public string Language { get; init; } = "en";
    }

    /// <summary>GET /api/sign-up: who may, as <c>open</c>, <c>invited</c> or <c>first</c>: whoever has the link that the start printed.</summary>
    internal async Task<IResult> WayAsync() =>
        TypedResults.Ok(new { way = settings.IsOpen ? "open" : await first.IsAnybodyThereAsync() ? "invited" : "first" });

    internal async Task<IResult> HandleAsync(HttpContext context, Input input)
    {
        var cancel = context.RequestAborted;
        var failure = CheckWay(input) ?? PasswordRules.Check(input.Password, input.Name, input.Email, input.Workspace);
        if (failure is not null)
            return Problem.Of(failure);
        var invite = input.Invite is null ? null : await invites.FindOpenAsync(input.Invite, cancel);
        if (await RefuseAsync(input, invite, cancel) is { } refused)
            return Problem.Of(refused);

        if (!hasher.TryHash(input.Password, cancel, out var hashing))
            return Problem.Of(RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        var phc = await hashing;
        var user = new User(Guid.CreateVersion7(), input.Email, input.Name, input.Language);
        var step = new FirstStep(input.Workspace, input.Invite is null ? null : InviteToken.Read(input.Invite));
        // Whoever can read what the start printed has the machine, and whoever comes by a mail has its address.
        var isShown = input.First is not null || invite?.Shows(input.Email) == true;
        var isProgram = FormTokens.IsProgram(context);
        if (settings.VerifiesFirst && !isShown)
        {
            // The wish of a program is over when it is made: the job that would send the mail finds none.
            await wishes.KeepAsync(user, phc, step, isProgram ? TimeSpan.Zero : Wishes.Life, $"{ClientAddress.Caller(context)}");
            return TypedResults.Accepted((string?)null);
        }

        if (isProgram)
            return await arrival.PretendAsync(context, user, input.Workspace, invite, isShown, runs: input.First is not null);
        return input.First is null
            ? await arrival.LetInAsync(context, user, phc, step, isShown)
            : await LetFirstInAsync(context, user, phc, step, input.First);
    }

    private async Task<IResult> LetFirstInAsync(HttpContext context, User user, string phc, FirstStep step, string token)
    {
        if (!await first.UseAsync(token))
            return Problem.Of(FirstNeeded());
        var answer = await arrival.LetInAsync(context, user, phc, step, isVerified: true, runs: true);
        if (answer is not IStatusCodeHttpResult { StatusCode: StatusCodes.Status201Created })
            await first.PutBackAsync(token);
        return answer;
    }

    private static Failure? CheckWay(Input input) => (input.Workspace, input.Invite, input.First) switch
    {
        (null, null, _) => FieldFailures.Required.With("Give a 'workspace' to found, or the 'invite' to join by.", "workspace"),
        (not null, not null, _) => FieldFailures.Unknown.With("Give either a 'workspace' or an 'invite', not both.", "invite"),
        (_, not null, not null) => FieldFailures.Unknown.With("The first person founds a workspace.", "first"),
        _ => null,
    };

    /// <summary>Whom this server does not let in, whatever the address.</summary>
    private async Task<Failure?> RefuseAsync(Input input, Invites.Open? invite, CancellationToken cancel)
    {
        if (input.Invite is not null)
            return invite is null ? Invites.NotValid() : null;
        if (input.First is not null)
            return await first.WorksAsync(input.First, cancel) ? null : FirstNeeded();
        if (settings.IsOpen)
            return null;
        return await first.IsAnybodyThereAsync()
            ? IdentityFailures.SignUpClosed.With("Ask somebody who is in for an invite. Who runs the server opens it to everybody by --sign-up open.")
            : FirstNeeded();
    }

    private static Failure FirstNeeded() =>
        IdentityFailures.FirstLinkNeeded.With("Open the link that the server printed when it started; each start prints a new one until somebody has signed up by it.", "first");
}
