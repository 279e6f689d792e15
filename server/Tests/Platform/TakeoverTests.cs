using System.Net;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Somebody knows a person's password and wants the account for himself: whatever he asks for, the address that was there first wins.</summary>
public sealed class TakeoverTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Other = "entirely different pieces";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a new password")]
    [InlineData("a reset")]
    [InlineData("a reset by the operator")]
    [InlineData("the end of all other sessions")]
    [InlineData("the end of one session")]
    [Trait("asvs", "6.3.7")]
    [Trait("asvs", "7.4.3")]
    public async Task No_wish_for_another_address_outlives_what_shuts_its_author_out(string how)
    {
        using var ada = await VerifiedAsync();
        using var thief = await SignedInAsync(ada.Email);
        var mail = await AskedAsync(thief, Fresh());
        (await PageAsync("address/confirm/look", mail)).Is(HttpStatusCode.OK);
        switch (how)
        {
            case "a new password":
                (await ada.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Other, others = "keep" })).Is(HttpStatusCode.NoContent);
                break;
            case "a reset":
                (await ada.PostAsync("/api/forgot", new { email = ada.Email })).Is(HttpStatusCode.Accepted);
                (await ada.PostAsync("/api/reset", new { token = (await server.Mail.NextAsync(ada.Email, 2)).Token, password = Other })).Is(HttpStatusCode.NoContent);
                break;
            case "a reset by the operator":
                Assert.NotNull(await server.Get<Accounts>().ResetAsync(ada.Email, Cancel));
                break;
            case "the end of all other sessions":
                (await ada.PostAsync("/api/sessions/end-others")).Is(HttpStatusCode.OK);
                break;
            default:
                var his = (await ada.GetAsync("/api/sessions")).Json.GetProperty("sessions").EnumerateArray().Single(session => !session.GetProperty("isThis").GetBoolean());
                (await ada.PostAsync($"/api/sessions/{his.GetProperty("id").GetGuid()}/end")).Is(HttpStatusCode.NoContent);
                break;
        }

        (await PageAsync("address/confirm", mail)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{ada.Email}'"));
    }

    /// <summary>Somebody whose address was shown to be his.</summary>
    private async Task<TestBrowser> VerifiedAsync()
    {
        var person = await server.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/address/verify", new { token = (await server.Mail.VerificationAsync(person.Email)).Token })).Is(HttpStatusCode.NoContent);
        return person;
    }

    private async Task<TestBrowser> SignedInAsync(string email, string password = TestBrowser.Password)
    {
        var browser = server.NewBrowser();
        (await browser.PostAsync("/api/sign-in", new { email, password })).Is(HttpStatusCode.OK);
        return browser;
    }

    private static string Fresh() => $"n{Guid.CreateVersion7():n}@example.org";

    /// <param name="person">Who asks.</param>
    /// <param name="email">For which address.</param>
    /// <param name="mails">How many went there before.</param>
    private async Task<Mailed> AskedAsync(TestBrowser person, string email, int mails = 0)
    {
        (await person.PostAsync("/api/me/email", new { email })).Is(HttpStatusCode.Accepted);
        return await server.Mail.NextAsync(email, mails + 1);
    }

    /// <summary>What the page behind a link asks, in a browser where nobody is signed in.</summary>
    private async Task<Answer> PageAsync(string door, Mailed mail)
    {
        using var page = server.NewBrowser();
        return await page.PostAsync($"/api/{door}", new { token = mail.Token });
    }
}
