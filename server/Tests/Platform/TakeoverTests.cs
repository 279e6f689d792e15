using System.Net;
using Holdfast.Platform.Identity;
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
    [InlineData("a sign-out by the operator")]
    [InlineData("a sign-out of everybody by the operator")]
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
            case "a sign-out by the operator":
                await server.Get<Accounts>().SignOutAsync(Guid.Parse(Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{ada.Email}'"))!));
                break;
            case "a sign-out of everybody by the operator":
                await server.Get<Accounts>().SignOutAsync(null);
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

    [Fact]
    [Trait("asvs", "6.3.7")]
    public async Task A_deletion_ends_the_wish_for_another_address_and_the_link_that_keeps_the_account_goes_on()
    {
        using var ada = await VerifiedAsync();
        using var thief = await SignedInAsync(ada.Email);
        var mail = await AskedAsync(thief, Fresh());
        await DeleteAsync(thief, ada.Email);
        var keep = await server.Mail.NextAsync(ada.Email, 2);
        (await PageAsync("address/confirm", mail)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await PageAsync("keep", keep)).Is(HttpStatusCode.NoContent);
        (await PageAsync("address/confirm", mail)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_gets_another_address_while_he_is_going_to_be_deleted()
    {
        using var ada = await VerifiedAsync();
        var mail = await AskedAsync(ada, Fresh());
        await server.LookAsync($"INSERT INTO identity.deletions (user_id, asked_at, due_at) SELECT id, now(), now() + interval '14 days' FROM identity.users WHERE email = '{ada.Email}'");
        (await PageAsync("address/confirm/look", mail)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await PageAsync("address/confirm", mail)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    [Trait("asvs", "6.3.7")]
    public async Task Whoever_moves_the_account_before_he_deletes_it_tells_the_former_address_which_keeps_it()
    {
        using var ada = await VerifiedAsync();
        using var thief = await SignedInAsync(ada.Email);
        var next = Fresh();
        await MovedAsync(thief, next);
        await server.Mail.NextAsync(ada.Email, 2);
        await DeleteAsync(thief, next);
        var keep = await server.Mail.NextAsync(ada.Email, 3);
        Assert.StartsWith($"{server.Address}keep#", keep.Link, StringComparison.Ordinal);
        var his = await server.Mail.NextAsync(next, 2);
        // Also after the time in which the change can be taken back.
        server.Clock.Forward(TimeSpan.FromDays(10));
        (await PageAsync("keep/look", keep)).Is(HttpStatusCode.OK);
        (await PageAsync("keep", keep)).Is(HttpStatusCode.NoContent);
        (await PageAsync("keep", his)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Empty(await DeletionsAsync(next));
    }

    [Fact]
    public async Task The_undo_of_a_change_takes_the_deletion_back_as_well()
    {
        using var ada = await VerifiedAsync();
        using var thief = await SignedInAsync(ada.Email);
        var next = Fresh();
        await MovedAsync(thief, next);
        var undo = await server.Mail.NextAsync(ada.Email, 2);
        await DeleteAsync(thief, next);
        var (keep, his) = (await server.Mail.NextAsync(ada.Email, 3), await server.Mail.NextAsync(next, 2));
        (await PageAsync("address/undo", undo)).Is(HttpStatusCode.NoContent);

        Assert.Empty(await DeletionsAsync(ada.Email));
        Assert.Equal("The address of your account was changed back", (await server.Mail.NextAsync(next, 3)).Header("Subject"));
        (await PageAsync("reset", await server.Mail.NextAsync(ada.Email, 4), Other)).Is(HttpStatusCode.NoContent);
        using var back = await SignedInAsync(ada.Email, Other);
        Assert.Single(await server.LookAsync($"SELECT e.id FROM security.events e JOIN identity.users u ON u.id = e.user_id WHERE u.email = '{ada.Email}' AND e.name = 'user_deletion_cancelled'"));
        // Who asks for it anew is not kept by a link of before, wherever it went.
        await DeleteAsync(back, ada.Email);
        foreach (var old in new[] { keep, his })
            (await PageAsync("keep", old)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    public async Task Nobody_is_erased_before_the_former_address_can_take_the_change_back_no_more()
    {
        using var ada = await VerifiedAsync();
        await MovedAsync(ada, Fresh());
        var id = Guid.Parse((await server.LookAsync($"SELECT user_id FROM identity.address_changes WHERE former = '{ada.Email}'"))[0]!);
        server.Clock.Forward(TimeSpan.FromHours(2));
        var deletion = await server.Get<Accounts>().DeleteAsync(id, TimeSpan.FromDays(1), Cancel);
        Assert.InRange(deletion.Until!.Value - server.Clock.GetUtcNow(), TimeSpan.FromHours(69.9), TimeSpan.FromHours(70));
        server.Clock.Forward(TimeSpan.FromHours(69));
        Assert.False(await server.Get<Eraser>().EraseAsync(id, Cancel));
        server.Clock.Forward(TimeSpan.FromHours(2));
        Assert.True(await server.Get<Eraser>().EraseAsync(id, Cancel));

        // Whoever has the machine and says at once means it.
        using var bob = await VerifiedAsync();
        await MovedAsync(bob, Fresh());
        var his = Guid.Parse((await server.LookAsync($"SELECT user_id FROM identity.address_changes WHERE former = '{bob.Email}'"))[0]!);
        Assert.True((await server.Get<Accounts>().DeleteAsync(his, TimeSpan.Zero, Cancel)).IsErased);
    }

    [Fact]
    public async Task Who_moves_back_by_hand_has_taken_the_change_back_and_leaves_no_undo_behind()
    {
        using var ada = await VerifiedAsync();
        var (first, second, third) = (ada.Email, Fresh(), Fresh());
        await MovedAsync(ada, second);
        var own = await server.Mail.NextAsync(first, 2);
        await MovedAsync(ada, third);
        var between = await server.Mail.NextAsync(second, 3);
        server.Clock.Forward(TimeSpan.FromHours(1));
        (await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        await MovedAsync(ada, first, mails: 2);

        (await ada.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        var told = await server.Mail.NextAsync(third, 3);
        Assert.Equal(("The address of your account was changed back", ""), (told.Header("Subject"), told.Link));
        Assert.Empty(await UndoableAsync());
        server.Clock.Forward(TimeSpan.FromHours(71.5));
        (await PageAsync("address/undo", between)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await PageAsync("address/undo", own)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{first}'"));

        // Who comes back after that time moves as to any other address.
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        await MovedAsync(ada, second, mails: 3);
        // What is told of it is told while it can be taken back.
        await server.Mail.NextAsync(first, 5);
        server.Clock.Forward(TimeSpan.FromHours(73));
        (await ada.PostAsync("/api/sign-in", new { email = second, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        await MovedAsync(ada, first, mails: 5);
        Assert.Single(await UndoableAsync());

        Task<IReadOnlyList<string?>> UndoableAsync() => server.LookAsync(
            $"SELECT c.id FROM identity.address_changes c JOIN identity.users u ON u.id = c.user_id WHERE u.email = '{first}' AND c.undo_until > '{server.Clock.GetUtcNow():O}' AND c.ended_at IS NULL");
    }

    [Fact]
    [Trait("asvs", "6.3.7")]
    public async Task No_mail_bears_the_name_that_whoever_broke_in_gives_the_account()
    {
        using var ada = await VerifiedAsync();
        var (first, next) = (ada.Email, Fresh());
        (await ada.PostAsync("/api/me/profile", new { name = "Call +355 69 at once", timeZone = "Europe/Tirane" })).Is(HttpStatusCode.NoContent);
        (await ada.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Other, others = "keep" })).Is(HttpStatusCode.NoContent);
        (await ada.PostAsync("/api/tokens", new { name = "Script", days = "30" })).Is(HttpStatusCode.Created);
        (await ada.PostAsync("/api/me/export")).Is(HttpStatusCode.Accepted);
        await server.Mail.NextAsync(first, 3);
        await MovedAsync(ada, next);
        var undo = await server.Mail.NextAsync(first, 5);
        await DeleteAsync(ada, next);
        await server.Mail.NextAsync(first, 6);
        await server.Mail.NextAsync(next, 2);
        (await PageAsync("address/undo", undo)).Is(HttpStatusCode.NoContent);
        // The link to set a new password.
        await server.Mail.NextAsync(first, 7);
        await server.Mail.NextAsync(next, 3);
        Assert.All([.. server.Mail.To(first), .. server.Mail.To(next)], mail => Assert.DoesNotContain("+355", mail.Head + mail.Text + mail.Html, StringComparison.Ordinal));
    }

    private static async Task DeleteAsync(TestBrowser person, string email) => (await person.PostAsync("/api/me/deletion", new { email })).Is(HttpStatusCode.OK);

    private Task<IReadOnlyList<string?>> DeletionsAsync(string email) =>
        server.LookAsync($"SELECT d.user_id FROM identity.deletions d JOIN identity.users u ON u.id = d.user_id WHERE u.email = '{email}'");

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

    /// <inheritdoc cref="AskedAsync"/>
    private async Task MovedAsync(TestBrowser person, string email, int mails = 0) =>
        (await PageAsync("address/confirm", await AskedAsync(person, email, mails))).Is(HttpStatusCode.NoContent);

    /// <summary>What the page behind a link asks, in a browser where nobody is signed in.</summary>
    private async Task<Answer> PageAsync(string door, Mailed mail, string? password = null)
    {
        using var page = server.NewBrowser();
        return await page.PostAsync($"/api/{door}", password is null ? (object)new { token = mail.Token } : new { token = mail.Token, password });
    }
}
