using System.Net;
using System.Net.Http.Json;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Mail;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class ResetTests(TestServer server, TestCluster cluster) : IClassFixture<TestServer>
{
    private const string Other = "entirely different pieces";

    [Fact]
    [Trait("asvs", "6.4.3")]
    [Trait("asvs", "7.4.3")]
    public async Task A_link_sets_a_new_password_ends_every_session_and_begins_none()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var elsewhere = server.NewBrowser();
        (await elsewhere.PostAsync("/api/sign-in", new { email = person.Email, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        var mail = await ForgetAsync(person.Email);
        Assert.StartsWith($"{server.Address}reset#", mail.Link, StringComparison.Ordinal);

        using var page = server.NewBrowser();
        var looked = (await page.PostAsync("/api/reset/look", new { token = mail.Token })).Is(HttpStatusCode.OK);
        Assert.Equal(person.Email, looked.Json.GetProperty("email").GetString());
        // What is refused uses nothing up.
        (await page.PostAsync("/api/reset", new { token = mail.Token, password = "short" })).Refuses(HttpStatusCode.UnprocessableEntity, "password.too_short", "password");
        (await page.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Is(HttpStatusCode.NoContent);
        Assert.Null(page.Cookie);

        foreach (var ended in new[] { person, elsewhere })
            (await ended.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await page.PostAsync("/api/sign-in", new { email = person.Email, password = TestBrowser.Password })).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await page.PostAsync("/api/sign-in", new { email = person.Email, password = Other })).Is(HttpStatusCode.OK);
        Assert.Equal("Your password was changed", (await server.Mail.NextAsync(person.Email, 2)).Header("Subject"));
    }

    [Fact]
    [Trait("asvs", "6.5.1")]
    [Trait("asvs", "15.4.2")]
    public async Task Of_many_who_use_a_link_at_once_one_succeeds_and_nobody_later()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            using var page = server.NewBrowser();
            return await page.PostAsync("/api/reset", new { token = mail.Token, password = $"{Other} {number}" });
        }));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.NoContent), answer => answer.Refuses(HttpStatusCode.NotFound, "link.not_valid", "token"));
        (await person.PostAsync("/api/reset/look", new { token = mail.Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    public async Task A_later_link_leaves_the_earlier_its_time_and_the_use_of_one_ends_both()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var first = await ForgetAsync(person.Email);
        server.Clock.Forward(TimeSpan.FromMinutes(5.1));
        var second = await ForgetAsync(person.Email, 2);
        (await person.PostAsync("/api/reset/look", new { token = first.Token })).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromMinutes(10));
        (await person.PostAsync("/api/reset", new { token = first.Token, password = Other })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        var third = await ForgetAsync(person.Email, 3);
        (await person.PostAsync("/api/reset", new { token = second.Token, password = Other })).Is(HttpStatusCode.NoContent);
        (await person.PostAsync("/api/reset", new { token = third.Token, password = Other })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        foreach (var token in new[] { "x", new string('A', 43), new string('!', 43) })
            (await person.PostAsync("/api/reset", new { token, password = Other })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    public async Task A_link_ends_with_the_password_that_it_was_to_replace()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        (await person.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = $"{Other} again" })).Is(HttpStatusCode.NoContent);
        (await person.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    public async Task Whoever_was_locked_out_is_free_after_a_reset()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        using var page = server.NewBrowser();
        for (var guess = 0; guess < 7; guess++)
            await page.PostAsync("/api/sign-in", new { email = person.Email, password = $"guess number {guess} of many" });
        (await page.PostAsync("/api/sign-in", new { email = person.Email, password = TestBrowser.Password })).Is(HttpStatusCode.TooManyRequests);
        (await page.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Is(HttpStatusCode.NoContent);
        (await page.PostAsync("/api/sign-in", new { email = person.Email, password = Other })).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "6.1.1")]
    public async Task After_a_reset_the_browser_that_made_it_is_known_and_no_other()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        using var page = server.NewBrowser();
        (await page.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Is(HttpStatusCode.NoContent);
        await AttemptTests.LockAsync(server, person.Email);
        foreach (var (browser, comesIn) in new[] { (person, false), (page, true) })
        {
            var answer = await browser.PostAsync("/api/sign-in", new { email = person.Email, password = Other });
            if (comesIn)
                answer.Is(HttpStatusCode.OK);
            else
                answer.Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
        }
    }

    [Fact]
    [Trait("asvs", "6.6.2")]
    public async Task A_link_is_for_the_address_that_it_was_sent_to()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        await server.LookAsync($"UPDATE identity.users SET email = 'moved-{person.Email}' WHERE email = '{person.Email}'");
        (await person.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    [Trait("bug", "13")]
    [Trait("asvs", "6.3.8")]
    public async Task Whether_somebody_has_the_address_changes_neither_answer_nor_statements_nor_job()
    {
        using var known = await server.NewBrowser().SignUpAsync();
        using var stranger = server.NewBrowser();
        var (answer, statements) = await StatementsAsync(known.Email);
        var (other, others) = await StatementsAsync("who@example.org");
        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.Status, answer.Text));
        Assert.Equal((answer.Status, answer.Text), (other.Status, other.Text));
        Assert.Equal(TestStatements.Headers(answer), TestStatements.Headers(other));
        Assert.Contains(statements, statement => statement.Contains("INTO engine.jobs", StringComparison.Ordinal));
        Assert.Equal(statements, others);

        await server.Mail.NextAsync(known.Email);
        await IdleAsync();
        Assert.Empty(server.Mail.To("who@example.org"));

        Task<(Answer Answer, IReadOnlyList<string> Statements)> StatementsAsync(string email) => TestStatements.OfAsync(stranger, "/api/forgot", new { email });
    }

    [Theory]
    [InlineData("Forwarded", "host=evil.example;proto=https")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Server", "evil.example")]
    [InlineData("X-Original-Host", "evil.example")]
    [InlineData("Host", "evil.example")]
    [Trait("bug", "3")]
    [Trait("asvs", "4.1.3")]
    public async Task A_link_leads_to_the_public_address_whatever_a_request_claims(string header, string value)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/forgot") { Content = JsonContent.Create(new { email = person.Email }) };
        request.Headers.TryAddWithoutValidation(header, value);
        var answer = await person.SendAsync(request);
        if (header == "Host")
        {
            answer.Refuses(HttpStatusCode.MisdirectedRequest, "request.host_unknown");
            return;
        }

        answer.Is(HttpStatusCode.Accepted);
        var mail = await server.Mail.NextAsync(person.Email);
        Assert.StartsWith($"{server.Address}reset#", mail.Link, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.Head + mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_flooded_with_mail_whoever_asks_for_it()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        using var stranger = server.NewBrowser();
        for (var time = 0; time < 5; time++)
            (await stranger.PostAsync("/api/forgot", new { email = person.Email })).Is(HttpStatusCode.Accepted);
        await IdleAsync();
        // Whoever is sent none has one that works, however often others ask.
        Assert.Single(server.Mail.To(person.Email));
        (await person.PostAsync("/api/reset/look", new { token = mail.Token })).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromMinutes(5.1));
        await ForgetAsync(person.Email, 2);

        var answers = new List<Answer>();
        for (var time = 0; time < 20; time++)
            answers.Add(await stranger.PostAsync("/api/forgot", new { email = $"other{time}@example.org" }));
        answers[^1].Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
    }

    [Fact]
    public async Task A_mail_server_that_is_away_eats_no_link()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["mail"], "no folder", Cancel);
        await using var away = new TestServer(cluster) { Arguments = ["--mail", folder["mail"]] };
        await away.InitializeAsync();
        using var person = await away.NewBrowser().SignUpAsync();
        var job = new Job(Guid.CreateVersion7(), Guid.Empty, Forgot.Kind, Actor.Server(Forgot.Kind), default, 1);
        for (var attempt = 1; attempt <= 7; attempt++)
            await Assert.ThrowsAsync<MailException>(() => TryAsync(job with { Attempt = attempt }));

        File.Delete(folder["mail"]);
        // Nor does one that fails keep the next from being sent.
        await TryAsync(job with { Id = Guid.CreateVersion7() });
        Assert.Single(new TestMail(folder["mail"]).To(person.Email));

        Task TryAsync(Job attempt) => away.Get<Forgot>().RunAsync(attempt, new Forgot.Asked(person.Email), Cancel);
    }

    [Theory]
    [InlineData("5m", 5, "5 minutes")]
    [InlineData("24h", 24 * 60, "24 hours")]
    public async Task A_link_works_as_long_as_the_settings_say_and_says_so(string setting, int minutes, string words)
    {
        await using var other = new TestServer(cluster) { Arguments = ["--reset-link", setting] };
        await other.InitializeAsync();
        using var person = await other.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/forgot", new { email = person.Email })).Is(HttpStatusCode.Accepted);
        var mail = await other.Mail.NextAsync(person.Email);
        Assert.Contains(words, mail.Text, StringComparison.Ordinal);
        other.Clock.Forward(TimeSpan.FromMinutes(minutes - 0.5));
        (await person.PostAsync("/api/reset/look", new { token = mail.Token })).Is(HttpStatusCode.OK);
        other.Clock.Forward(TimeSpan.FromMinutes(0.6));
        (await person.PostAsync("/api/reset/look", new { token = mail.Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await person.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    /// <summary>
    /// There is no second factor yet whose few digits one could guess. What goes by mail has 256 bits: guessing it is stopped all the same,
    /// costs neither the link nor the password anything, and lets nobody in.
    /// </summary>
    [Fact]
    [Trait("bug", "4")]
    [Trait("asvs", "6.6.3")]
    public async Task Whoever_guesses_at_links_is_stopped_and_the_right_one_and_the_password_still_work()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        using var guesser = server.NewBrowser();
        await guesser.OpenFormAsync("/api/reset");
        var answers = new List<Answer>();
        for (var guess = 0; guess < 100; guess++)
            answers.Add(await guesser.PostAsync("/api/reset", new { token = LinkToken.New().Token, password = Other }));
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.NotFound), 1, 11);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.NotFound), answer => answer.Refuses(HttpStatusCode.TooManyRequests, "request.too_many"));
        Assert.Null(guesser.Cookie);

        // Counted apart from guesses at the password, here too, and from what its owner does.
        (await guesser.PostAsync("/api/sign-in", new { email = person.Email, password = Other })).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await person.SignInAsync()).Is(HttpStatusCode.OK);
        (await person.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_link_of_the_operator_outlives_what_strangers_ask_for()
    {
        var link = await server.Get<Accounts>().CreateAsync("handed@example.org", "Handed", "en");
        server.Clock.Forward(TimeSpan.FromMinutes(6));
        await ForgetAsync("handed@example.org");
        using var person = server.NewBrowser();
        (await person.PostAsync("/api/reset", new { token = link!.Fragment[1..], password = Other })).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("asvs", "16.2.5")]
    [Trait("asvs", "6.5.2")]
    public async Task No_secret_waits_in_the_database_or_stands_in_the_log()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await ForgetAsync(person.Email);
        (await person.PostAsync("/api/reset", new { token = mail.Token, password = Other })).Is(HttpStatusCode.NoContent);
        await server.Mail.NextAsync(person.Email, 2);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(mail.Token, StringComparison.Ordinal) || line.Contains(person.Email, StringComparison.Ordinal));
        foreach (var table in new[] { "engine.jobs", "engine.job_ends", "identity.links" })
            Assert.DoesNotContain(await server.LookAsync($"SELECT row_to_json(t)::text FROM {table} t"), row => row!.Contains(mail.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_are_forgotten_a_week_after_their_time()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        await ForgetAsync(person.Email);
        var links = server.Get<Links>();
        await links.SweepAsync();
        Assert.NotEmpty(await RowsAsync());
        server.Clock.Forward(TimeSpan.FromDays(7.1));
        await links.SweepAsync();
        Assert.Empty(await RowsAsync());

        Task<IReadOnlyList<string?>> RowsAsync() => server.LookAsync($"SELECT id FROM identity.links WHERE email = '{person.Email}' AND purpose = 'reset'");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Mailed> ForgetAsync(string email, int number = 1)
    {
        using var browser = server.NewBrowser();
        (await browser.PostAsync("/api/forgot", new { email })).Is(HttpStatusCode.Accepted);
        return await server.Mail.NextAsync(email, number);
    }

    private Task IdleAsync() => Eventually.HoldsAsync("no mail waits", async () => (await server.LookAsync($"SELECT id FROM engine.jobs WHERE queue = '{Mailer.Queue}'")).Count == 0);
}
