using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Mail;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>How a person comes to have another address, and how the former takes that back.</summary>
public sealed class AddressTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Other = "entirely different pieces";

    [Fact]
    [Trait("asvs", "6.3.7")]
    [Trait("asvs", "14.2.1")]
    public async Task The_new_address_confirms_the_former_is_told_and_the_session_goes_on()
    {
        using var ada = await VerifiedAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        using var socket = await ada.ConnectAsync();
        var (former, next) = (ada.Email, Fresh());
        (await ada.PostAsync("/api/me/profile", new { name = "Ada", timeZone = "Asia/Kathmandu" })).Is(HttpStatusCode.NoContent);
        (await ada.PostAsync("/api/forgot", new { email = former })).Is(HttpStatusCode.Accepted);
        var reset = await server.Mail.NextAsync(former);

        Assert.Equal("", (await AskAsync(ada, next)).Is(HttpStatusCode.Accepted).Text);
        var asked = await server.Mail.NextAsync(former, 2);
        Assert.Equal(("Another address was asked for", ""), (asked.Header("Subject"), asked.Link));
        Assert.Contains(next, asked.Text, StringComparison.Ordinal);
        Assert.Equal((former, next), await ProfileAsync(ada));

        var mail = await server.Mail.NextAsync(next);
        Assert.StartsWith($"{server.Address}address/confirm#", mail.Link, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", mail.Text + mail.Html, StringComparison.Ordinal);
        using var page = server.NewBrowser();
        Assert.Equal(next, (await page.PostAsync("/api/address/confirm/look", new { token = mail.Token })).Is(HttpStatusCode.OK).Json.GetProperty("email").GetString());
        Assert.Equal(former, (await ProfileAsync(ada)).Email);
        (await page.PostAsync("/api/address/confirm", new { token = mail.Token })).Is(HttpStatusCode.NoContent);

        Assert.Null(page.Cookie);
        Assert.Equal((next, null), await ProfileAsync(ada));
        Assert.Equal(WebSocketState.Open, socket.State);
        Assert.Equal("none", await VerificationTests.StateAsync(ada));
        var changed = await server.Mail.NextAsync(former, 3);
        Assert.StartsWith($"{server.Address}address/undo#", changed.Link, StringComparison.Ordinal);
        // The time until when stands there by the clock of the person.
        Assert.Contains("(Asia/Kathmandu)", changed.Text, StringComparison.Ordinal);
        Assert.Contains(TimeZoneInfo.ConvertTime(server.Clock.GetUtcNow().AddHours(72), TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu")).ToString("yyyy-MM-dd", null), changed.Text, StringComparison.Ordinal);
        // What was sent to the former address opens nothing any more.
        (await page.PostAsync("/api/reset/look", new { token = reset.Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await page.PostAsync("/api/sign-in", new { email = former, password = TestBrowser.Password })).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await page.PostAsync("/api/sign-in", new { email = next, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        Assert.Single(await VerificationTests.EventsAsync(ada, "address_asked"));
        Assert.Single(await VerificationTests.EventsAsync(ada, "address_changed"));
        await MembersHaveAsync(vera, await ada.WorkspaceAsync(), next);
    }

    [Fact]
    [Trait("asvs", "7.5.1")]
    public async Task It_takes_a_fresh_proof_and_no_token_will_do()
    {
        using var ada = await VerifiedAsync();
        var token = (await ada.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString()!;
        server.Clock.Forward(TimeSpan.FromMinutes(5.1));
        (await AskAsync(ada, Fresh())).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        using var program = new TestProgram(server.Address) { Refresh = token };
        await program.RefreshAsync();
        (await program.PostAsync("/api/me/email", new { email = Fresh() })).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        (await program.PostAsync("/api/me/verification", new { })).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        (await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await AskAsync(ada, Fresh())).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData(null, "field.required")]
    [InlineData("nobody", "field.malformed")]
    public async Task A_bad_address_is_refused_by_field(string? email, string code)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostAsync("/api/me/email", new { email })).Refuses(HttpStatusCode.UnprocessableEntity, code, "email");
        (await AskAsync(ada, ada.Email)).Refuses(HttpStatusCode.UnprocessableEntity, "address.same", "email");
    }

    [Fact]
    [Trait("bug", "13")]
    [Trait("asvs", "6.3.8")]
    public async Task Whether_somebody_has_the_new_address_changes_neither_answer_nor_statements_nor_job()
    {
        using var ada = await VerifiedAsync();
        using var known = await VerifiedAsync();
        var free = Fresh();
        // So that it has the token that its next request takes.
        (await ada.PostAsync("/api/me/language", new { language = "en" })).Is(HttpStatusCode.NoContent);
        var (answer, statements) = await TestStatements.OfAsync(ada, "/api/me/email", new { email = known.Email });
        // Before the next wish takes its place.
        var told = await server.Mail.NextAsync(known.Email);
        var (other, others) = await TestStatements.OfAsync(ada, "/api/me/email", new { email = free });
        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.Status, answer.Text));
        Assert.Equal((answer.Status, answer.Text), (other.Status, other.Text));
        Assert.Equal(TestStatements.Headers(answer), TestStatements.Headers(other));
        Assert.Contains(statements, statement => statement.Contains("INTO engine.jobs", StringComparison.Ordinal));
        Assert.Equal(statements, others);
        // Whoever has it reads that it is in use, and the one who asked sees what he sees of any other.
        Assert.Equal(("This address is in use", $"{server.Address}sign-in"), (told.Header("Subject"), told.Link));
        await server.Mail.NextAsync(free);
        Assert.Equal((ada.Email, free), await ProfileAsync(ada));
    }

    [Fact]
    [Trait("asvs", "2.3.1")]
    public async Task A_link_works_for_a_day_and_ends_with_the_wish_that_it_was_for()
    {
        using var ada = await VerifiedAsync();
        var (first, second) = (Fresh(), Fresh());
        var replaced = await AskedAsync(ada, first);
        var late = await AskedAsync(ada, second);
        Assert.Equal((ada.Email, second), await ProfileAsync(ada));
        (await ConfirmAsync(replaced)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await ConfirmAsync(late, "reset/look")).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await ConfirmAsync(late, "address/verify")).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await ConfirmAsync(late, "address/undo")).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        server.Clock.Forward(TimeSpan.FromHours(23.9));
        (await ConfirmAsync(late, "address/confirm/look")).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromHours(0.2));
        (await ConfirmAsync(late)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");

        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.Equal((ada.Email, null), await ProfileAsync(ada));
        var givenUp = await AskedAsync(ada, Fresh());
        for (var time = 0; time < 2; time++)
            (await ada.DeleteAsync("/api/me/email")).Is(HttpStatusCode.NoContent);
        (await ConfirmAsync(givenUp)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Equal((ada.Email, null), await ProfileAsync(ada));
        Assert.Single(await VerificationTests.EventsAsync(ada, "address_given_up"));
        (await ConfirmAsync("x")).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    [Trait("asvs", "15.4.2")]
    public async Task Of_twenty_who_confirm_at_once_one_does_and_of_twenty_who_undo_one_does()
    {
        using var ada = await VerifiedAsync();
        var former = ada.Email;
        var mail = await AskedAsync(ada, Fresh());
        await OneOfTwentyAsync("address/confirm", mail);
        var undo = await server.Mail.NextAsync(former, 2);
        await OneOfTwentyAsync("address/undo", undo);
        Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{former}'"));

        async Task OneOfTwentyAsync(string door, Mailed mail)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConfirmAsync(mail, door)));
            Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
            Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.NoContent), answer => answer.Refuses(HttpStatusCode.NotFound, "link.not_valid", "token"));
        }
    }

    [Fact]
    [Trait("asvs", "15.4.2")]
    public async Task Of_those_who_want_one_address_at_once_one_gets_it()
    {
        var next = Fresh();
        var people = new List<(TestBrowser Person, Mailed Mail)>();
        for (var number = 1; number <= 3; number++)
        {
            var person = await VerifiedAsync();
            (await AskAsync(person, next)).Is(HttpStatusCode.Accepted);
            people.Add((person, await server.Mail.NextAsync(next, number)));
        }

        using var stranger = server.NewBrowser();
        var signing = stranger.PostAsync("/api/sign-up", new { email = next, password = Other, name = "Eve", workspace = "Eve's" });
        Answer[] answers = [.. await Task.WhenAll(people.Select(each => ConfirmAsync(each.Mail))), await signing];
        Assert.Single(answers, answer => answer.Status is HttpStatusCode.NoContent or HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status is not (HttpStatusCode.NoContent or HttpStatusCode.Created)), answer => Assert.Equal((HttpStatusCode.Conflict, "sign_up.address_taken"), (answer.Status, answer.Code)));
        Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{next}'"));
        foreach (var (person, _) in people)
            person.Dispose();
    }

    [Fact]
    public async Task For_three_days_the_former_address_takes_it_back_signs_everybody_out_and_sets_a_new_password()
    {
        using var ada = await VerifiedAsync();
        using var thief = await SignedInAsync(ada.Email);
        var token = (await thief.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString()!;
        var (former, workspace) = (ada.Email, await ada.WorkspaceAsync());
        using var socket = await thief.ConnectAsync();
        await MovedAsync(thief, Fresh());
        var undo = await server.Mail.NextAsync(former, 3);
        server.Clock.Forward(TimeSpan.FromHours(71));
        using var page = server.NewBrowser();
        Assert.Equal(former, (await page.PostAsync("/api/address/undo/look", new { token = undo.Token })).Is(HttpStatusCode.OK).Json.GetProperty("email").GetString());
        (await page.PostAsync("/api/address/undo", new { token = undo.Token })).Is(HttpStatusCode.NoContent);

        foreach (var browser in new[] { ada, thief })
            (await browser.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        await TestBrowser.ClosedAsync(socket);
        using var program = new TestProgram(server.Address);
        (await program.PostAsync("/api/tokens/refresh", new { token })).Is(HttpStatusCode.Unauthorized);
        (await page.PostAsync("/api/sign-in", new { email = former, password = TestBrowser.Password })).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        var reset = await server.Mail.NextAsync(former, 4);
        (await page.PostAsync("/api/reset", new { token = reset.Token, password = Other })).Is(HttpStatusCode.NoContent);
        (await page.PostAsync("/api/sign-in", new { email = former, password = Other })).Is(HttpStatusCode.OK);
        Assert.Single(await VerificationTests.EventsAsync(page, "address_undone"));
        await MembersHaveAsync(page, workspace, former);
    }

    [Fact]
    public async Task After_three_days_it_stays_and_the_former_address_is_anybodys()
    {
        using var ada = await VerifiedAsync();
        var former = ada.Email;
        await MovedAsync(ada, Fresh());
        var undo = await server.Mail.NextAsync(former, 2);
        using var stranger = server.NewBrowser();
        server.Clock.Forward(TimeSpan.FromHours(71));
        (await SignUpAsync()).Refuses(HttpStatusCode.Conflict, "sign_up.address_taken", "email");
        using var bob = await VerifiedAsync();
        // Nobody else moves to it either, and the one who had it reads so.
        (await AskAsync(bob, former)).Is(HttpStatusCode.Accepted);
        Assert.Equal("This address is in use", (await server.Mail.NextAsync(former, 3)).Header("Subject"));

        server.Clock.Forward(TimeSpan.FromHours(2));
        (await ConfirmAsync(undo, "address/undo")).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await SignUpAsync()).Is(HttpStatusCode.Created);

        Task<Answer> SignUpAsync() => stranger.PostAsync("/api/sign-up", new { email = former, password = Other, name = "Eve", workspace = "Eve's" });
    }

    [Fact]
    public async Task Whoever_changes_it_twice_does_not_get_away_with_it()
    {
        using var ada = await VerifiedAsync();
        var (first, second, third) = (ada.Email, Fresh(), Fresh());
        await MovedAsync(ada, second);
        var own = await server.Mail.NextAsync(first, 2);
        await MovedAsync(ada, third);
        var thiefs = await server.Mail.NextAsync(second, 3);
        var asked = await AskedAsync(ada, Fresh());

        // Even where the second is taken back first, the first one counts yet.
        (await ConfirmAsync(thiefs, "address/undo")).Is(HttpStatusCode.NoContent);
        Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{second}'"));
        (await ConfirmAsync(own, "address/undo")).Is(HttpStatusCode.NoContent);
        Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{first}'"));
        (await ConfirmAsync(asked)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Empty(await server.LookAsync($"SELECT id FROM identity.users WHERE email IN ('{second}', '{third}')"));
    }

    [Fact]
    public async Task The_first_undo_ends_those_of_what_was_changed_after_it()
    {
        using var ada = await VerifiedAsync();
        var (first, second, third) = (ada.Email, Fresh(), Fresh());
        await MovedAsync(ada, second);
        var own = await server.Mail.NextAsync(first, 2);
        await MovedAsync(ada, third);
        var between = await server.Mail.NextAsync(second, 3);
        (await ConfirmAsync(own, "address/undo")).Is(HttpStatusCode.NoContent);
        (await ConfirmAsync(between, "address/undo")).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Single(await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{first}'"));
        // Who had it last hears that it was taken back.
        Assert.Equal("The address of your account was changed back", (await server.Mail.NextAsync(third, 2)).Header("Subject"));
    }

    [Fact]
    public async Task An_address_that_was_never_shown_to_be_the_persons_is_told_nothing_and_takes_nothing_back()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (former, next) = (ada.Email, Fresh());
        var verification = await server.Mail.VerificationAsync(former);
        await MovedAsync(ada, next);
        await IdleAsync();
        Assert.Empty(server.Mail.To(former));
        Assert.Equal("none", await VerificationTests.StateAsync(ada));
        (await ada.PostAsync("/api/address/verify", new { token = verification.Token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    [Trait("asvs", "6.6.3")]
    public async Task Asking_is_limited_by_person_and_nobody_is_flooded_whoever_asks()
    {
        var next = Fresh();
        for (var number = 1; number <= 7; number++)
        {
            using var person = await VerifiedAsync();
            (await AskAsync(person, next)).Is(HttpStatusCode.Accepted);
            if (number <= 6)
                await server.Mail.NextAsync(next, number);
        }

        await Eventually.HoldsAsync("the seventh waits", async () => (await server.LookAsync(
            "SELECT id FROM engine.jobs WHERE kind = 'identity.change_address' AND worker_id IS NULL AND due_at > now() + interval '5 minutes'")).Count == 1);
        Assert.Equal(6, server.Mail.To(next).Count);

        using var hasty = await VerifiedAsync();
        for (var time = 0; time < 3; time++)
            (await AskAsync(hasty, Fresh())).Is(HttpStatusCode.Accepted);
        (await AskAsync(hasty, Fresh())).Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
    }

    [Fact]
    public async Task A_mail_server_that_is_away_eats_no_link()
    {
        using var ada = await VerifiedAsync();
        var next = Fresh();
        await AskedAsync(ada, next);
        var change = Guid.Parse((await server.LookAsync($"SELECT id FROM identity.address_changes WHERE next = '{next}'"))[0]!);
        var job = new Job(Guid.CreateVersion7(), Guid.Empty, ChangeAddress.Kind, Actor.Server(ChangeAddress.Kind), default, 2);
        // An attempt that is made again sends a link of its own, which counts in the place of the one before.
        await server.Get<ChangeAddress>().RunAsync(job, new ChangeAddress.Asked(change, "en"), TestContext.Current.CancellationToken);
        var mails = server.Mail.To(next);
        (await ConfirmAsync(mails[0])).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await ConfirmAsync(mails[1])).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("asvs", "2.3.3")]
    public async Task What_a_process_that_was_killed_left_undone_is_made_up_for()
    {
        using var ada = await VerifiedAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var (former, next) = (ada.Email, Fresh());
        var mail = await AskedAsync(ada, next);
        var changes = server.Get<AddressChanges>();
        Assert.True((await changes.ConfirmAsync((await changes.FindByLinkAsync(mail.Token, TestContext.Current.CancellationToken))!, mail.Token))?.IsFree);

        server.Clock.Forward(TimeSpan.FromMinutes(6));
        var pruner = ActivatorUtilities.CreateInstance<LinkPruner>(server.Get<IServiceProvider>());
        await pruner.RunAsync(new Job(Guid.CreateVersion7(), Guid.Empty, LinkPruner.Kind, Actor.Server(LinkPruner.Kind), default, 1), new LinkPruner.Asked(), TestContext.Current.CancellationToken);
        Assert.StartsWith($"{server.Address}address/undo#", (await server.Mail.NextAsync(former, 2)).Link, StringComparison.Ordinal);
        await MembersHaveAsync(vera, await ada.WorkspaceAsync(), next);
    }

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("Forwarded", "host=evil.example;proto=https")]
    [InlineData("Host", "evil.example")]
    [Trait("bug", "3")]
    [Trait("asvs", "4.1.3")]
    public async Task A_link_leads_to_the_public_address_whatever_a_request_claims(string header, string value)
    {
        using var ada = await VerifiedAsync();
        var next = Fresh();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/me/email") { Content = JsonContent.Create(new { email = next }) };
        request.Headers.TryAddWithoutValidation(header, value);
        var answer = await ada.SendAsync(request);
        if (header == "Host")
        {
            answer.Refuses(HttpStatusCode.MisdirectedRequest, "request.host_unknown");
            return;
        }

        answer.Is(HttpStatusCode.Accepted);
        var mail = await server.Mail.NextAsync(next);
        Assert.StartsWith($"{server.Address}address/confirm#", mail.Link, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.Head + mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("asvs", "16.2.5")]
    [Trait("asvs", "6.5.4")]
    public async Task No_secret_of_a_link_waits_in_the_database_or_stands_in_the_log()
    {
        using var ada = await VerifiedAsync();
        var former = ada.Email;
        var mail = await AskedAsync(ada, Fresh());
        (await ConfirmAsync(mail)).Is(HttpStatusCode.NoContent);
        var undo = await server.Mail.NextAsync(former, 2);
        foreach (var secret in new[] { mail.Token, undo.Token })
        {
            Assert.Equal(LinkToken.Length, secret.Length);
            Assert.DoesNotContain(server.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal) || line.Contains(former, StringComparison.Ordinal));
            foreach (var table in new[] { "engine.jobs", "engine.job_ends", "identity.links", "identity.address_changes" })
                Assert.DoesNotContain(await server.LookAsync($"SELECT row_to_json(t)::text FROM {table} t"), row => row!.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Changes_are_forgotten_a_week_after_they_could_be_taken_back()
    {
        using var ada = await VerifiedAsync();
        var former = ada.Email;
        await MovedAsync(ada, Fresh());
        await server.Mail.NextAsync(former, 2);
        var changes = server.Get<AddressChanges>();
        await changes.SweepAsync();
        Assert.NotEmpty(await RowsAsync());
        server.Clock.Forward(TimeSpan.FromHours(72) + TimeSpan.FromDays(7.1));
        await changes.SweepAsync();
        Assert.Empty(await RowsAsync());

        Task<IReadOnlyList<string?>> RowsAsync() => server.LookAsync($"SELECT id FROM identity.address_changes WHERE former = '{former}'");
    }

    [Fact]
    public async Task An_invite_to_the_former_address_lets_its_person_in()
    {
        using var owner = await VerifiedAsync();
        using var ada = await VerifiedAsync();
        var link = (await owner.PostAsync($"/api/workspaces/{await owner.WorkspaceAsync()}/invites", new { role = "viewer", email = ada.Email })).Is(HttpStatusCode.Created)
            .Json.GetProperty("link").GetString()!.Split('#')[1];
        await MovedAsync(ada, Fresh());
        (await ada.PostAsync("/api/invites/accept", new { token = link })).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "6.3.7")]
    public async Task A_person_hears_of_a_new_token()
    {
        using var ada = await VerifiedAsync();
        (await ada.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created);
        Assert.Equal("A new access token: “Night job”", (await server.Mail.NextAsync(ada.Email)).Header("Subject"));
    }

    /// <summary>Somebody whose address was shown to be his.</summary>
    private async Task<TestBrowser> VerifiedAsync()
    {
        var person = await server.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/address/verify", new { token = (await server.Mail.VerificationAsync(person.Email)).Token })).Is(HttpStatusCode.NoContent);
        return person;
    }

    private async Task<TestBrowser> SignedInAsync(string email)
    {
        var browser = server.NewBrowser();
        (await browser.PostAsync("/api/sign-in", new { email, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        return browser;
    }

    private static string Fresh() => $"n{Guid.CreateVersion7():n}@example.org";

    private static Task<Answer> AskAsync(TestBrowser person, string email) => person.PostAsync("/api/me/email", new { email });

    /// <param name="person">Who asks.</param>
    /// <param name="email">For which address.</param>
    /// <param name="mails">How many went there before.</param>
    private async Task<Mailed> AskedAsync(TestBrowser person, string email, int mails = 0)
    {
        (await AskAsync(person, email)).Is(HttpStatusCode.Accepted);
        return await server.Mail.NextAsync(email, mails + 1);
    }

    /// <inheritdoc cref="AskedAsync"/>
    private async Task MovedAsync(TestBrowser person, string email, int mails = 0) => (await ConfirmAsync(await AskedAsync(person, email, mails))).Is(HttpStatusCode.NoContent);

    private Task<Answer> ConfirmAsync(Mailed mail, string door = "address/confirm") => ConfirmAsync(mail.Token, door);

    private async Task<Answer> ConfirmAsync(string token, string door = "address/confirm")
    {
        using var page = server.NewBrowser();
        return await page.PostAsync($"/api/{door}", new { token });
    }

    private static async Task<(string? Email, string? Next)> ProfileAsync(TestBrowser person)
    {
        var profile = (await person.GetAsync("/api/me/profile")).Is(HttpStatusCode.OK).Json;
        return (profile.GetProperty("email").GetString(), profile.GetProperty("nextEmail").GetString());
    }

    private static Task MembersHaveAsync(TestBrowser reader, Guid workspace, string email) => Eventually.HoldsAsync("the member follows", async () =>
        (await reader.ListAsync("access.member", "", workspace)).Is(HttpStatusCode.OK).Text.Contains(email, StringComparison.Ordinal));

    /// <summary>Waits until every mail is sent that has not been put off.</summary>
    private Task IdleAsync() => Eventually.HoldsAsync("no mail waits", async () => (await server.LookAsync(
        $"SELECT id FROM engine.jobs WHERE queue = '{Mailer.Queue}' AND due_at < now() + interval '1 minute'")).Count == 0);
}
