using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>POST /api/me/language. Which language a person reads, wherever he signs in next.</summary>
internal static class ChooseLanguage
{
    internal sealed record Input
    {
        [Text(35, Required = true, Format = TextFormat.Language)]
        public string Language { get; init; } = "";
    }

    internal static async Task<IResult> HandleAsync(SignedIn who, Body<Input> body, Users users, Sessions sessions)
    {
        await users.SetLanguageAsync(who.User, body.Value.Language);
        await sessions.ForgetKeptOfAsync(who.User);
        return TypedResults.NoContent();
    }
}
