using System.Net;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Mail;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Where the address is shown to be the person's before he is let in.</summary>
public sealed class SignUpByMailTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestServer _server = new(cluster) { Arguments = ["--sign-up", "open", "--verify", "first"] };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_mail_a_link_and_the_password_once_more_let_a_person_in()
    {
        using var browser = _server.NewBrowser();
        var answer = await SignUpAsync(browser, "grace@example.org");
        Assert.Equal("", answer.Text);
        Assert.Null(browser.Cookie);
        var mail = await _server.Mail.NextAsync("grace@example.org");
        Assert.StartsWith($"{_server.Address}verify#", mail.Link, StringComparison.Ordinal);
        Assert.DoesNotContain("Grace", mail.Text + mail.Html, StringComparison.Ordinal);

        using var page = _server.NewBrowser();
        Assert.Equal("grace@example.org", (await page.PostAsync("/api/sign-up/look", new { token = mail.Token })).Is(HttpStatusCode.OK).Json.GetProperty("email").GetString());
        (await ConfirmAsync(page, mail, "several unrelated birds")).Refuses(HttpStatusCode.UnprocessableEntity, "password.wrong", "password");
        Assert.Equal(["1"], await _server.LookAsync("SELECT count(*) FROM security.events WHERE name = 'authn_login_fail' AND user_id IS NULL"));
        var me = (await ConfirmAsync(page, mail)).Is(HttpStatusCode.Created);
        Assert.Equal(("Grace", "owner"), (me.Json.GetProperty("user").GetProperty("name").GetString(), (await page.WorkspacesAsync())[0].Role));
        Assert.Single(await _server.LookAsync("SELECT id FROM identity.users WHERE email = 'grace@example.org' AND verified_at IS NOT NULL"));

        (await ConfirmAsync(browser, mail)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Empty(await _server.LookAsync("SELECT id FROM identity.sign_ups"));
    }

    [Fact]
    public async Task A_mail_server_that_is_away_eats_no_link_and_a_wish_that_is_gone_gets_none()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["mail"], "no folder", TestContext.Current.CancellationToken);
        await using var away = new TestServer(cluster) { Arguments = ["--sign-up", "open", "--verify", "first", "--mail", folder["mail"]] };
        await away.InitializeAsync();
        using var browser = away.NewBrowser();
        await SignUpAsync(browser, "grace@example.org");
        var wish = Guid.Parse((await away.LookAsync("SELECT id FROM identity.sign_ups"))[0]!);
        var job = new Job(Guid.CreateVersion7(), Guid.Empty, Wishes.Kind, Actor.Server(Wishes.Kind), default, 1);
        // More often than one address gets mail in a day.
        for (var attempt = 1; attempt <= 15; attempt++)
            await Assert.ThrowsAsync<MailException>(() => TryAsync(wish));

        File.Delete(folder["mail"]);
        await TryAsync(wish);
        Assert.NotEmpty(new TestMail(folder["mail"]).To("grace@example.org"));
        await TryAsync(Guid.CreateVersion7());

        Task TryAsync(Guid which) => away.Get<Wishes>().RunAsync(job, new Wishes.Asked(which), TestContext.Current.CancellationToken);
    }

    [Fact]
    [Trait("bug", "13")]
    [Trait("asvs", "6.3.8")]
    public async Task Whether_somebody_has_the_address_changes_neither_answer_nor_statements_nor_job()
    {
        using var browser = _server.NewBrowser();
        await LetInAsync("known@example.org");
        var (known, statements) = await StatementsAsync("known@example.org");
        var (unknown, others) = await StatementsAsync("who@example.org");
        Assert.Equal((HttpStatusCode.Accepted, ""), (known.Status, known.Text));
        Assert.Equal((known.Status, known.Text), (unknown.Status, unknown.Text));
        Assert.Equal(TestStatements.Headers(known), TestStatements.Headers(unknown));
        Assert.Contains(statements, statement => statement.Contains("INTO engine.jobs", StringComparison.Ordinal));
        Assert.Equal([(19_456L, 2L)], TestStatements.HashesOf(statements));
        Assert.Equal(statements, others);
        Assert.StartsWith($"{_server.Address}verify#", (await _server.Mail.NextAsync("who@example.org")).Link, StringComparison.Ordinal);
        var told = await _server.Mail.NextAsync("known@example.org", 2);
        Assert.Equal(($"{_server.Address}sign-in", "You have an account already"), (told.Link, told.Header("Subject")));

        Task<(Answer Answer, IReadOnlyList<string> Statements)> StatementsAsync(string email) => TestStatements.OfAsync(browser, "/api/sign-up", Body(email));
    }

    [Fact]
    [Trait("bug", "10")]
    public async Task Whoever_signs_up_with_the_address_of_another_gains_nothing()
    {
        using var thief = _server.NewBrowser();
        await SignUpAsync(thief, "victim@example.org", "the password of a thief");
        var planted = await _server.Mail.NextAsync("victim@example.org");

        using var victim = _server.NewBrowser();
        (await ConfirmAsync(victim, planted)).Refuses(HttpStatusCode.UnprocessableEntity, "password.wrong", "password");
        await SignUpAsync(victim, "victim@example.org");
        (await ConfirmAsync(victim, await _server.Mail.NextAsync("victim@example.org", 2))).Is(HttpStatusCode.Created);

        (await ConfirmAsync(thief, planted, "the password of a thief")).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await thief.PostAsync("/api/sign-in", new { email = "victim@example.org", password = "the password of a thief" })).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
    }

    [Fact]
    public async Task A_link_joins_by_the_invite_that_it_was_asked_for_with()
    {
        using var owner = await LetInAsync("owner@example.org");
        var invite = await owner.InviteAsync("viewer");
        using var guest = _server.NewBrowser();
        (await guest.PostAsync("/api/sign-up", new { email = "guest@example.org", password = TestBrowser.Password, name = "Guest", invite })).Is(HttpStatusCode.Accepted);
        (await ConfirmAsync(guest, await _server.Mail.NextAsync("guest@example.org"))).Is(HttpStatusCode.Created);
        Assert.Equal([(await owner.WorkspaceAsync(), "viewer")], await guest.WorkspacesAsync());
    }

    [Fact]
    [Trait("bug", "12")]
    public async Task An_invite_that_was_mailed_to_the_address_shows_it_and_the_one_that_was_handed_over_does_not()
    {
        using var owner = await LetInAsync("owner@example.org");
        var made = await owner.PostAsync($"/api/workspaces/{await owner.WorkspaceAsync()}/invites", new { role = "member", email = "Guest@example.org" });
        Assert.True(made.Is(HttpStatusCode.Created).Json.GetProperty("isMailed").GetBoolean());
        var handed = made.Json.GetProperty("link").GetString()!.Split('#')[1];
        var mail = await _server.Mail.NextAsync("Guest@example.org");
        Assert.Equal("Grace invites you to Compilers", mail.Header("Subject"));
        Assert.NotEqual(handed, mail.Token);

        using var guest = _server.NewBrowser();
        (await JoinAsync(guest, "guest@example.org", handed)).Is(HttpStatusCode.Accepted);
        (await JoinAsync(guest, "other@example.org", mail.Token)).Is(HttpStatusCode.Accepted);
        using var other = _server.NewBrowser();
        (await ConfirmAsync(other, await _server.Mail.NextAsync("other@example.org"))).Refuses(HttpStatusCode.Forbidden, "invite.other_address", "email");

        (await JoinAsync(guest, "guest@example.org", mail.Token)).Is(HttpStatusCode.Created);
        Assert.Equal([(await owner.WorkspaceAsync(), "member")], await guest.WorkspacesAsync());
        (await JoinAsync(other, "third@example.org", mail.Token)).Refuses(HttpStatusCode.NotFound, "invite.not_valid", "token");
        (await JoinAsync(other, "third@example.org", handed)).Refuses(HttpStatusCode.NotFound, "invite.not_valid", "token");

        static Task<Answer> JoinAsync(TestBrowser browser, string email, string invite) =>
            browser.PostAsync("/api/sign-up", new { email, password = TestBrowser.Password, name = "Guest", invite });
    }

    [Fact]
    public async Task A_link_has_its_time_and_of_many_who_use_it_one_succeeds()
    {
        using var browser = _server.NewBrowser();
        await SignUpAsync(browser, "race@example.org");
        await SignUpAsync(browser, "late@example.org");
        var mail = await _server.Mail.NextAsync("race@example.org");
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using var page = _server.NewBrowser();
            return await ConfirmAsync(page, mail);
        }));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);

        var late = await _server.Mail.NextAsync("late@example.org");
        _server.Clock.Forward(TimeSpan.FromHours(24.1));
        (await ConfirmAsync(browser, late)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        await _server.Get<Wishes>().SweepAsync();
        Assert.Empty(await _server.LookAsync("SELECT id FROM identity.sign_ups"));
    }

    [Fact]
    public async Task The_password_behind_a_link_is_not_guessed()
    {
        using var browser = _server.NewBrowser();
        await SignUpAsync(browser, "guessed@example.org");
        var mail = await _server.Mail.NextAsync("guessed@example.org");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async number =>
        {
            using var page = _server.NewBrowser();
            return await ConfirmAsync(page, mail, $"guess number {number} of many");
        }));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Nobody_is_flooded_with_mail_by_those_who_sign_up_with_his_address()
    {
        await LetInAsync("known@example.org");
        foreach (var email in new[] { "known@example.org", "stranger@example.org" })
        {
            for (var time = 0; time < 7; time++)
            {
                using var browser = _server.NewBrowser();
                await SignUpAsync(browser, email);
            }
        }

        const string Waiting = "SELECT payload ->> 'wish' FROM engine.jobs WHERE kind = 'identity.sign_up' AND worker_id IS NULL AND due_at > now() + interval '5 minutes' ORDER BY payload ->> 'wish'";
        await Eventually.HoldsAsync("the others wait", async () => (await _server.LookAsync(Waiting)).Count == 2 + 1);
        // The known one had his own first.
        Assert.Equal(6, _server.Mail.To("known@example.org").Count);
        Assert.Equal(6, _server.Mail.To("stranger@example.org").Count);

        // Nobody is kept from signing up by it: his mail comes when its turn is.
        var own = Guid.Parse((await _server.LookAsync(Waiting))[^1]!);
        var job = new Job(Guid.CreateVersion7(), Guid.Empty, Wishes.Kind, Actor.Server(Wishes.Kind), default, 1);
        await Assert.ThrowsAsync<JobPutOffException>(RunAsync);
        _server.Clock.Forward(TimeSpan.FromMinutes(10.1));
        await RunAsync();
        using var owner = _server.NewBrowser();
        (await ConfirmAsync(owner, await _server.Mail.NextAsync("stranger@example.org", 7))).Is(HttpStatusCode.Created);

        Task RunAsync() => _server.Get<Wishes>().RunAsync(job, new Wishes.Asked(own), TestContext.Current.CancellationToken);
    }

    [Fact]
    [Trait("asvs", "6.6.3")]
    public async Task A_caller_uses_up_his_own_turns_and_one_wish_of_his_waits()
    {
        using var caller = _server.NewBrowser();
        for (var number = 1; number <= 3; number++)
        {
            await SignUpAsync(caller, "wanted@example.org");
            await _server.Mail.NextAsync("wanted@example.org", number);
        }

        for (var time = 0; time < 4; time++)
            await SignUpAsync(caller, "wanted@example.org");
        Assert.Single(await _server.LookAsync("SELECT id FROM identity.sign_ups WHERE token_hash IS NULL"));
        using var owner = _server.NewBrowser();
        await SignUpAsync(owner, "wanted@example.org");
        (await ConfirmAsync(owner, await _server.Mail.NextAsync("wanted@example.org", 4))).Is(HttpStatusCode.Created);
    }

    private async Task<TestBrowser> LetInAsync(string email)
    {
        var browser = _server.NewBrowser();
        await SignUpAsync(browser, email);
        (await ConfirmAsync(browser, await _server.Mail.NextAsync(email))).Is(HttpStatusCode.Created);
        return browser;
    }

    private static async Task<Answer> SignUpAsync(TestBrowser browser, string email, string password = TestBrowser.Password) =>
        (await browser.PostAsync("/api/sign-up", Body(email, password))).Is(HttpStatusCode.Accepted);

    private static object Body(string email, string password = TestBrowser.Password) => new { email, password, name = "Grace", workspace = "Compilers" };

    private static Task<Answer> ConfirmAsync(TestBrowser browser, Mailed mail, string password = TestBrowser.Password) =>
        browser.PostAsync("/api/sign-up/confirm", new { token = mail.Token, password });
}
