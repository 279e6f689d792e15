using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Forms that strangers fill in. A page asks for a token when it opens one, and sends it along: it says which form that was, when,
/// and in which browser (a cookie), with a MAC, so nothing is stored. Who fills it in faster than a person can, or a field that no
/// person sees, is a program: it gets the ordinary answer at the ordinary price, and nothing comes of it.
/// </summary>
internal sealed class FormTokens(InstanceSecret secret, SiteSettings site, EventPost events, TimeProvider time)
{
    internal const string Header = "X-Form-Token";

    internal const string Cookie = "__Host-form";

    internal const string SignIn = "sign-in";
    internal const string SignUp = "sign-up";
    internal const string Forgot = "forgot";
    internal const string Reset = "reset";

    /// <summary>So long a form may lie open; then the page asks for another token.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(60);

    private static readonly TimeSpan Leeway = TimeSpan.FromMilliseconds(250);

    private const int BrowserBytes = 16;
    private const int TimeBytes = sizeof(long);
    private const int TokenBytes = TimeBytes + HMACSHA256.HashSizeInBytes;

    private static readonly string[] Names = [SignIn, SignUp, Forgot, Reset];

    private sealed record CaughtProgram;

    /// <summary>GET /api/form?for=NAME: a token, and after how many milliseconds it may be used.</summary>
    internal async Task<IResult> OpenAsync(HttpContext context)
    {
        if (context.Request.Query["for"] is not [{ } name] || !Names.Contains(name, StringComparer.Ordinal))
        {
            var allowed = string.Join(", ", Names);
            return Problem.Of(FieldFailures.NotAllowed.With($"'for' takes one of: {allowed}.", "for", ("allowed", allowed)));
        }

        // One that there is stays, for other pages that are open have it in their tokens.
        var browser = BrowserOf(context.Request) ?? RandomNumberGenerator.GetBytes(BrowserBytes);
        context.Response.Cookies.Append(Cookie, Base64Url.EncodeToString(browser), new CookieOptions
        {
            Secure = true,
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            MaxAge = Life,
            IsEssential = true,
        });
        var token = new byte[TokenBytes];
        BinaryPrimitives.WriteInt64BigEndian(token, time.GetUtcNow().ToUnixTimeMilliseconds());
        (await MacAsync(name, token, browser)).CopyTo(token, TimeBytes);
        return TypedResults.Ok(new { token = Base64Url.EncodeToString(token), wait = (int)WaitOf(site.FormTime).TotalMilliseconds });
    }

    /// <summary>A little more than what counts: the clocks of two nodes differ, and one may be set back.</summary>
    private static TimeSpan WaitOf(TimeSpan least) => least > TimeSpan.Zero ? least + Leeway : TimeSpan.Zero;

    /// <summary>Whether what fills the form in is a program. Whoever asks does all the work, and leaves out what comes of it.</summary>
    internal static bool IsProgram(HttpContext context) => context.Features.Get<CaughtProgram>() is not null;

    /// <returns>Why the form does not count, which a page mends by another token; null where it does, or where it does not and nobody shall know.</returns>
    internal async Task<Failure?> CheckAsync(HttpContext context, string name, FormInput input)
    {
        var now = time.GetUtcNow();
        if (await ReadAsync(context.Request, name) is not { } opened || now - opened >= Life)
            return IdentityFailures.FormExpired.With($"Ask for another token by GET /api/form?for={name}, and send it as {Header}.");
        if ((input.Subject is not null ? "field" : now - opened < site.FormTime ? "time" : null) is not { } by)
            return null;
        context.Features.Set(new CaughtProgram());
        // After the answer, which it must not be told from another by.
        events.Post(SecurityEvent.Of(context, SecurityEventNames.ProgramCaught) with
        {
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["form"] = name, ["by"] = by },
        });
        return null;
    }

    /// <summary>When the form was opened; null where the token is none of ours, of this form and this browser.</summary>
    private async ValueTask<DateTimeOffset?> ReadAsync(HttpRequest request, string name)
    {
        var token = new byte[TokenBytes];
        return BrowserOf(request) is { } browser && request.Headers[Header] is [{ } text] && Reads(text, token)
            && CryptographicOperations.FixedTimeEquals(await MacAsync(name, token, browser), token.AsSpan(TimeBytes))
                ? DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(token))
                : null;
    }

    private static byte[]? BrowserOf(HttpRequest request)
    {
        var browser = new byte[BrowserBytes];
        return SessionCookie.ValueOf(request, Cookie) is { } value && Reads(value, browser) ? browser : null;
    }

    /// <summary>Length and letters alone do not say it: white space is skipped.</summary>
    private static bool Reads(string text, byte[] into) =>
        text.Length == Base64Url.GetEncodedLength(into.Length) && Base64Url.IsValid(text)
        && Base64Url.TryDecodeFromChars(text, into, out var length) && length == into.Length;

    private async ValueTask<byte[]> MacAsync(string name, byte[] token, byte[] browser) =>
        HMACSHA256.HashData(await secret.DeriveAsync("form"), (byte[])[.. token.AsSpan(0, TimeBytes), .. browser, .. Encoding.UTF8.GetBytes(name)]);
}

/// <summary>An address that a form of strangers is sent to.</summary>
internal static class FormRoutes
{
    /// <summary>Takes only what was filled in at a page of ours, and finds out whether a program did.</summary>
    /// <param name="endpoint">One that takes a <typeparamref name="TInput"/>.</param>
    /// <param name="name">Which form.</param>
    internal static RouteHandlerBuilder FromForm<TInput>(this RouteHandlerBuilder endpoint, string name)
        where TInput : FormInput, new() => endpoint.AddEndpointFilter(async (call, next) =>
    {
        var forms = call.HttpContext.RequestServices.GetRequiredService<FormTokens>();
        var input = call.Arguments.OfType<Body<TInput>>().Single().Value;
        return await forms.CheckAsync(call.HttpContext, name, input) is { } failure ? Problem.Of(failure) : await next(call);
    });
}
