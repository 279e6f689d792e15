using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>That an address is a person's, shown after he is there.</summary>
public sealed class VerificationTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    [Trait("asvs", "2.3.1")]
    public async Task A_sign_up_sends_a_link_by_which_whoever_has_the_mail_and_the_password_shows_the_address()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        Assert.Equal("asked", await StateAsync(person));
        var mail = await server.Mail.VerificationAsync(person.Email);
        Assert.StartsWith($"{server.Address}address/verify#", mail.Link, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", mail.Text + mail.Html, StringComparison.Ordinal);

        using var page = server.NewBrowser();
        // To look uses nothing up, nor does a page that is opened by whatever looks at mail before people do.
        for (var time = 0; time < 2; time++)
            Assert.Equal(person.Email, (await page.PostAsync("/api/address/verify/look", new { token = mail.Token })).Is(HttpStatusCode.OK).Json.GetProperty("email").GetString());
        Assert.Equal("asked", await StateAsync(person));
        (await page.PostAsync("/api/address/verify", new { token = mail.Token, password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        Assert.Null(page.Cookie);
        Assert.Equal("none", await StateAsync(person));
        Assert.True((await person.GetAsync("/api/me/profile")).Json.GetProperty("isVerified").GetBoolean());
        Assert.Single(await EventsAsync(person, "address_verified"));
        (await page.PostAsync("/api/address/verify", new { token = mail.Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    public async Task The_owner_of_an_address_shows_it_for_nobody_who_signed_up_with_it_in_his_place()
    {
        using var squatter = await server.NewBrowser().SignUpAsync();
        using var owner = await server.NewBrowser().SignUpAsync();
        using var page = server.NewBrowser();
        var mail = await server.Mail.VerificationAsync(squatter.Email);
        foreach (var browser in new[] { owner, page })
        {
            Assert.True((await browser.PostAsync("/api/address/verify/look", new { token = mail.Token })).Is(HttpStatusCode.OK).Json.GetProperty("takesPassword").GetBoolean());
            (await browser.PostAsync("/api/address/verify", new { token = mail.Token })).Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "password");
            (await browser.PostAsync("/api/address/verify", new { token = mail.Token, password = "entirely different pieces" })).Refuses(HttpStatusCode.UnprocessableEntity, "password.wrong", "password");
        }

        Assert.Equal("asked", await StateAsync(squatter));
        Assert.False((await squatter.PostAsync("/api/address/verify/look", new { token = mail.Token })).Json.GetProperty("takesPassword").GetBoolean());
        // A session that has ended is none.
        using var copy = squatter.Elsewhere();
        (await squatter.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        (await copy.PostAsync("/api/address/verify", new { token = mail.Token })).Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "password");
    }

    [Fact]
    [Trait("asvs", "6.5.1")]
    [Trait("asvs", "15.4.2")]
    public async Task Of_twenty_who_use_a_link_at_once_one_succeeds()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await server.Mail.VerificationAsync(person.Email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var page = server.NewBrowser();
            page.Cookie = person.Cookie;
            return await page.PostAsync("/api/address/verify", new { token = mail.Token });
        }));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.NoContent), answer => answer.Refuses(HttpStatusCode.NotFound, "link.not_valid", "token"));
    }

    [Fact]
    [Trait("asvs", "6.6.3")]
    public async Task Earlier_links_work_until_one_is_used_and_asking_is_limited_by_person_and_by_address()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var first = await server.Mail.VerificationAsync(person.Email);
        for (var time = 2; time <= 3; time++)
        {
            (await AskAsync(person)).Is(HttpStatusCode.Accepted);
            await server.Mail.VerificationAsync(person.Email, time);
        }

        // To one address go three at once; the next waits for its turn.
        var own = (await AskAsync(person)).Is(HttpStatusCode.Accepted);
        Assert.Equal("", own.Text);
        const string Waiting = "SELECT payload ->> 'user' FROM engine.jobs WHERE kind = 'identity.verify' AND worker_id IS NULL AND due_at > now() + interval '5 minutes'";
        await Eventually.HoldsAsync("it waits", async () => (await server.LookAsync(Waiting)).Count == 1);
        (await AskAsync(person)).Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
        Assert.Equal(3, server.Mail.VerificationsOf(person.Email).Count);

        (await person.PostAsync("/api/address/verify", new { token = first.Token })).Is(HttpStatusCode.NoContent);
        foreach (var later in server.Mail.VerificationsOf(person.Email).Skip(1))
            (await person.PostAsync("/api/address/verify/look", new { token = later.Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");

        // The one that waits is sent to nobody: there is nothing left to show.
        server.Clock.Forward(TimeSpan.FromMinutes(10.1));
        var job = new Job(Guid.CreateVersion7(), Guid.Empty, Verification.Kind, Actor.Server(Verification.Kind), default, 1);
        await server.Get<Verification>().RunAsync(job, new Verification.Asked(await IdAsync(person)), Cancel);
        Assert.Equal(3, server.Mail.VerificationsOf(person.Email).Count);
    }

    [Fact]
    [Trait("asvs", "6.6.3")]
    public async Task What_strangers_ask_for_costs_the_person_no_turn()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        await server.Mail.VerificationAsync(person.Email);
        for (var number = 1; number <= 6; number++)
        {
            using var stranger = await server.NewBrowser().SignUpAsync();
            (await stranger.PostAsync("/api/me/email", new { email = person.Email })).Is(HttpStatusCode.Accepted);
            await server.Mail.NextAsync(person.Email, number);
        }

        (await AskAsync(person)).Is(HttpStatusCode.Accepted);
        await server.Mail.VerificationAsync(person.Email, 2);
        // What the limits keep names no address, and nobody who has it can find one by trying.
        var plain = $"mail to {Assert.Single(await server.LookAsync($"SELECT email_key FROM identity.users WHERE email = '{person.Email}'"))}";
        Assert.DoesNotContain(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain))), await server.LookAsync("SELECT encode(key, 'hex') FROM http.limits"));
    }

    [Fact]
    [Trait("asvs", "6.6.2")]
    [Trait("asvs", "6.5.5")]
    public async Task A_link_works_for_a_day_and_for_the_address_and_the_purpose_that_it_was_made_for()
    {
        using var late = await server.NewBrowser().SignUpAsync();
        using var other = await server.NewBrowser().SignUpAsync();
        var mails = new[] { await server.Mail.VerificationAsync(late.Email), await server.Mail.VerificationAsync(other.Email) };
        (await other.PostAsync("/api/reset/look", new { token = mails[1].Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await other.PostAsync("/api/address/confirm", new { token = mails[1].Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        await server.LookAsync($"UPDATE identity.users SET email = 'moved-{other.Email}' WHERE email = '{other.Email}'");
        (await other.PostAsync("/api/address/verify", new { token = mails[1].Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");

        server.Clock.Forward(TimeSpan.FromHours(23.9));
        (await late.PostAsync("/api/address/verify/look", new { token = mails[0].Token })).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromHours(0.2));
        (await late.PostAsync("/api/address/verify", new { token = mails[0].Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        foreach (var token in new[] { "x", new string('A', 43), new string('!', 43) })
            (await late.PostAsync("/api/address/verify", new { token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await late.PostAsync("/api/address/verify", new { })).Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "token");
    }

    [Fact]
    [Trait("asvs", "6.3.8")]
    public async Task Whether_there_is_anything_to_show_changes_neither_answer_nor_statements_nor_job()
    {
        using var known = await server.NewBrowser().SignUpAsync();
        (await known.PostAsync("/api/address/verify", new { token = (await server.Mail.VerificationAsync(known.Email)).Token })).Is(HttpStatusCode.NoContent);
        using var unknown = await server.NewBrowser().SignUpAsync();
        await server.Mail.VerificationAsync(unknown.Email);
        // Both have a token for what changes something, and a use that was just written down, which happens once a minute.
        server.Clock.Forward(TimeSpan.FromMinutes(1));
        foreach (var person in new[] { known, unknown })
            await StateAsync(person);
        var (answer, statements) = await TestStatements.OfAsync(known, "/api/me/verification", new { });
        var (other, others) = await TestStatements.OfAsync(unknown, "/api/me/verification", new { });
        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.Status, answer.Text));
        Assert.Equal((answer.Status, answer.Text), (other.Status, other.Text));
        Assert.Contains(statements, statement => statement.Contains("INTO engine.jobs", StringComparison.Ordinal));
        Assert.Equal(statements, others);
        await server.Mail.VerificationAsync(unknown.Email, 2);
        Assert.Single(server.Mail.VerificationsOf(known.Email));
    }

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("Forwarded", "host=evil.example;proto=https")]
    [InlineData("Host", "evil.example")]
    [Trait("bug", "3")]
    [Trait("asvs", "4.1.3")]
    public async Task A_link_leads_to_the_public_address_whatever_a_request_claims(string header, string value)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        await server.Mail.VerificationAsync(person.Email);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/me/verification") { Content = JsonContent.Create(new { }) };
        request.Headers.TryAddWithoutValidation(header, value);
        var answer = await person.SendAsync(request);
        if (header == "Host")
        {
            answer.Refuses(HttpStatusCode.MisdirectedRequest, "request.host_unknown");
            return;
        }

        answer.Is(HttpStatusCode.Accepted);
        var mail = await server.Mail.VerificationAsync(person.Email, 2);
        Assert.StartsWith($"{server.Address}address/verify#", mail.Link, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.Head + mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_by_a_mail_shows_the_address_and_one_by_a_link_that_was_handed_over_does_not()
    {
        using var mailed = await server.NewBrowser().SignUpAsync();
        (await mailed.PostAsync("/api/forgot", new { email = mailed.Email })).Is(HttpStatusCode.Accepted);
        await ResetAsync(mailed, (await server.Mail.NextAsync(mailed.Email)).Token);
        Assert.Equal("none", await StateAsync(mailed));

        using var handed = await server.NewBrowser().SignUpAsync();
        await ResetAsync(handed, (await server.Get<Accounts>().ResetAsync(handed.Email, Cancel))!.Fragment[1..]);
        Assert.Equal("asked", await StateAsync(handed));

        static async Task ResetAsync(TestBrowser person, string token)
        {
            (await person.PostAsync("/api/reset", new { token, password = "entirely different pieces" })).Is(HttpStatusCode.NoContent);
            (await person.SignInAsync("entirely different pieces")).Is(HttpStatusCode.OK);
        }
    }

    [Fact]
    [Trait("asvs", "16.2.5")]
    public async Task No_secret_of_a_link_waits_in_the_database_or_stands_in_the_log()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var mail = await server.Mail.VerificationAsync(person.Email);
        (await person.PostAsync("/api/address/verify", new { token = mail.Token })).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(mail.Token, StringComparison.Ordinal) || line.Contains(person.Email, StringComparison.Ordinal));
        foreach (var table in new[] { "engine.jobs", "engine.job_ends", "identity.links" })
            Assert.DoesNotContain(await server.LookAsync($"SELECT row_to_json(t)::text FROM {table} t"), row => row!.Contains(mail.Token, StringComparison.Ordinal));
    }

    /// <summary>What somebody reaches whose address is not shown to be his, where the server demands it; whatever is new is closed.</summary>
    private static readonly string[] OpenToUnverified =
    [
        "DELETE /api/me/email", "GET /api/me", "GET /api/me/deletion", "GET /api/me/export", "GET /api/me/export/{export:guid}", "GET /api/me/profile", "GET /api/session/proof", "GET /api/sessions",
        "POST /api/me/deletion", "POST /api/me/email", "POST /api/me/export", "POST /api/me/language", "POST /api/me/profile", "POST /api/me/verification", "POST /api/session/proof", "POST /api/sessions/end-others", "POST /api/sessions/{session:guid}/end",
    ];

    [Fact]
    [Trait("asvs", "8.2.1")]
    public async Task Where_the_server_demands_it_nobody_reaches_any_data_before()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var token = (await person.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString()!;
        var mail = await server.Mail.VerificationAsync(person.Email);
        var strict = await server.StartAsync("--verify", "first");
        using var inside = server.NewBrowser(strict);
        inside.Cookie = person.Cookie;
        Assert.Equal("required", await StateAsync(inside));

        var reached = new List<string>();
        foreach (var endpoint in server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            var path = Regex.Replace(endpoint.RoutePattern.RawText!, "{[a-z]+:guid}", $"{Guid.CreateVersion7()}", RegexOptions.None, TimeSpan.FromSeconds(1))
                .Replace("{seq:long}", "1", StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("{}", null, "application/json") };
                var answer = await inside.SendAsync(request);
                if (answer.Status != HttpStatusCode.Forbidden || answer.Code != "auth.unverified")
                    reached.Add($"{method} {endpoint.RoutePattern.RawText}");
            }
        }

        Assert.Equal(OpenToUnverified.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
        using (var socket = await inside.OpenAsync(strict.GetLeftPart(UriPartial.Authority)))
            Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        using var program = new TestProgram(strict) { Refresh = token };
        await program.RefreshAsync();
        (await program.GetAsync("/api/people/pictures")).Refuses(HttpStatusCode.Forbidden, "auth.unverified");

        (await inside.PostAsync("/api/address/verify", new { token = mail.Token })).Is(HttpStatusCode.NoContent);
        Assert.Equal("none", await StateAsync(inside));
        (await inside.GetAsync("/api/people/pictures")).Is(HttpStatusCode.OK);
        (await program.GetAsync("/api/people/pictures")).Is(HttpStatusCode.OK);
        using (var socket = await inside.OpenAsync(strict.GetLeftPart(UriPartial.Authority)))
            Assert.Equal(HttpStatusCode.SwitchingProtocols, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Where_the_server_demands_it_his_own_data_and_the_way_out_are_open_before()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var inside = server.NewBrowser(await server.StartAsync("--verify", "first"));
        inside.Cookie = person.Cookie;
        Assert.Equal("required", await StateAsync(inside));
        var file = (await inside.PostAsync("/api/me/export")).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
        await Eventually.HoldsAsync("it is made", async () => (await inside.GetAsync("/api/me/export")).Is(HttpStatusCode.OK).Json.GetProperty("export").GetProperty("state").GetString() == "done");
        (await inside.GetAsync("/api/session/proof")).Is(HttpStatusCode.NoContent);
        (await inside.GetAsync($"/api/me/export/{file}")).Is(HttpStatusCode.OK);
        (await inside.GetAsync("/api/me/deletion")).Is(HttpStatusCode.OK);
        (await inside.PostAsync("/api/me/deletion", new { email = person.Email })).Is(HttpStatusCode.OK);
        (await person.SignInAsync()).Refuses(HttpStatusCode.Conflict, "account.leaving");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task<string?> StateAsync(TestBrowser person) => (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK).Json.GetProperty("verification").GetString();

    /// <summary>What happened to a person's address, of this kind.</summary>
    internal static async Task<string[]> EventsAsync(TestBrowser person, string reason) =>
    [
        .. (await person.GetAsync("/api/me/events?name=user_updated")).Is(HttpStatusCode.OK).Json.GetProperty("events").EnumerateArray()
            .Select(noted => noted.GetProperty("details")).Where(details => details.ValueKind == JsonValueKind.Object && details.TryGetProperty("reason", out var said) && said.GetString() == reason)
            .Select(_ => reason),
    ];

    private static Task<Answer> AskAsync(TestBrowser person) => person.PostAsync("/api/me/verification");

    private static async Task<Guid> IdAsync(TestBrowser person) => (await person.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
}
