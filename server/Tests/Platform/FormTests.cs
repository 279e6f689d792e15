using System.Net;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Forms that strangers fill in: bound to the page that opened them, and of no use to programs.</summary>
public sealed class FormTests(TestCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2.1);

    private readonly TestServer _server = new(cluster) { Arguments = ["--form-time", "2", "--verify", "first"] };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Trait("asvs", "3.5.1")]
    public async Task Only_what_was_opened_here_as_this_form_within_the_hour_counts()
    {
        using var page = _server.NewBrowser();
        using var other = _server.NewBrowser();
        var token = await OpenAsync(page, "sign-in");
        Assert.Matches("^__Host-form=[A-Za-z0-9_-]{22}; max-age=3600; path=/; secure; samesite=strict; httponly$", TestBrowser.SetCookieOf(await page.GetAsync("/api/form?for=reset"), "__Host-form"));
        // Another page of the same browser leaves it as it was.
        var later = await OpenAsync(page, "sign-in");
        var forged = string.Concat(token.AsSpan(0, 30), token[30] == 'A' ? "B" : "A", token.AsSpan(31));
        string[] wrong = ["", "x", forged, await OpenAsync(page, "forgot"), await OpenAsync(other, "sign-in")];
        _server.Clock.Forward(Long);
        using var bare = new TestBrowser(_server.Address) { IsPage = false, Form = page.Form };
        (await bare.PostAsync("/api/sign-in", Input())).Refuses(HttpStatusCode.BadRequest, "form.expired");
        foreach (var path in new[] { "/api/sign-in", "/api/sign-up", "/api/forgot", "/api/reset" })
        {
            object input = path.Split('/')[2] switch
            {
                "sign-in" => Input(),
                "sign-up" => new { email = "form@example.org", password = TestBrowser.Password, name = "F", workspace = "W" },
                "forgot" => new { email = "form@example.org" },
                _ => new { token = "x", password = TestBrowser.Password },
            };
            foreach (var one in path == "/api/sign-in" ? wrong : [token])
                (await SendAsync(bare, path, one, input)).Refuses(HttpStatusCode.BadRequest, "form.expired");
        }

        foreach (var right in new[] { token, later })
            (await SendAsync(bare, "/api/sign-in", right, Input())).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        _server.Clock.Forward(TimeSpan.FromHours(1));
        (await SendAsync(bare, "/api/sign-in", token, Input())).Refuses(HttpStatusCode.BadRequest, "form.expired");
        (await page.GetAsync("/api/form?for=everything")).Refuses(HttpStatusCode.UnprocessableEntity, "field.not_allowed", "for");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("bug", "13")]
    public async Task A_program_that_knows_the_password_is_told_what_is_told_of_a_wrong_one_and_costs_as_much(bool byField)
    {
        using var person = await ArriveAsync("known@example.org");
        using var stranger = _server.NewBrowser();
        // What a first refusal does to the limits is not the question.
        await FillAsync(stranger, "/api/sign-in", Input("known@example.org", "several unrelated birds"));
        var (wrong, statements) = await FillAsync(stranger, "/api/sign-in", Input("known@example.org", "several unrelated birds"));
        var (caught, others) = await FillAsync(stranger, "/api/sign-in", Input("known@example.org", TestBrowser.Password, byField ? "Cheap watches" : null), isQuick: !byField);
        wrong.Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        Assert.Equal((wrong.Status, wrong.Text), (caught.Status, caught.Text));
        Assert.Equal(TestStatements.Headers(wrong), TestStatements.Headers(caught));
        Assert.Equal(statements, others);
        Assert.Null(stranger.Cookie);
        await NotedAsync("sign-in", byField ? "field" : "time");

        var (right, _) = await FillAsync(stranger, "/api/sign-in", Input("known@example.org", TestBrowser.Password));
        right.Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("bug", "13")]
    public async Task A_program_that_asks_for_a_link_or_signs_up_gets_the_ordinary_answer_and_nothing_comes_of_it(bool byField)
    {
        using var person = await ArriveAsync("known@example.org");
        using var stranger = _server.NewBrowser();
        var subject = byField ? "Cheap watches" : null;
        var mails = _server.Mail.To("known@example.org").Count;
        foreach (var (path, person1, program) in new (string, object, object)[]
        {
            ("/api/forgot", new { email = "nobody@example.org" }, new { email = "known@example.org", subject }),
            ("/api/sign-up", SignUp("wanted@example.org", null), SignUp("bot@example.org", subject)),
        })
        {
            var (ordinary, statements) = await FillAsync(stranger, path, person1);
            var (caught, others) = await FillAsync(stranger, path, program, isQuick: !byField);
            Assert.Equal((HttpStatusCode.Accepted, ""), (ordinary.Status, ordinary.Text));
            Assert.Equal((ordinary.Status, ordinary.Text), (caught.Status, caught.Text));
            Assert.Equal(TestStatements.Headers(ordinary), TestStatements.Headers(caught));
            Assert.Contains(statements, statement => statement.Contains("INTO engine.jobs", StringComparison.Ordinal));
            Assert.Equal(statements, others);
            await NotedAsync(path["/api/".Length..], byField ? "field" : "time");
        }

        // The ordinary one was asked for before.
        await _server.Mail.NextAsync("wanted@example.org");
        await Eventually.HoldsAsync("all jobs are done", async () => (await _server.LookAsync("SELECT count(*) FROM engine.jobs WHERE kind IN ('identity.forgot', 'identity.sign_up')"))[0] == "0");
        Assert.Empty(_server.Mail.To("bot@example.org"));
        Assert.Equal(mails, _server.Mail.To("known@example.org").Count);
    }

    [Fact]
    public async Task Where_no_mail_shows_the_address_a_program_is_answered_as_where_one_does()
    {
        await using var server = new TestServer(cluster) { Arguments = ["--form-time", "2"] };
        await server.InitializeAsync();
        using var stranger = server.NewBrowser();
        (await stranger.PostAsync("/api/sign-up", SignUp("bot@example.org", null))).Is(HttpStatusCode.Accepted);
        Assert.Null(stranger.Cookie);
        Assert.Empty(await server.LookAsync("SELECT id FROM identity.users"));
        server.Clock.Forward(Long);
        (await stranger.PostAsync("/api/sign-up", SignUp("bot@example.org", null))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_program_that_holds_a_link_uses_nothing_up()
    {
        using var person = await ArriveAsync("known@example.org");
        using var page = _server.NewBrowser();
        (await FillAsync(page, "/api/forgot", new { email = "known@example.org" })).Answer.Is(HttpStatusCode.Accepted);
        var mail = await _server.Mail.NextAsync("known@example.org", 2);
        object input = new { token = mail.Token, password = "entirely different pieces" };
        (await FillAsync(page, "/api/reset", input, isQuick: true)).Answer.Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await FillAsync(page, "/api/reset", input)).Answer.Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_flood_of_programs_is_few_rows_and_each_is_counted()
    {
        using var stranger = _server.NewBrowser();
        await stranger.OpenFormAsync("/api/sign-in");
        for (var time = 0; time < 25; time++)
            (await stranger.PostAsync("/api/sign-in", new { email = $"p{time}@example.org", password = "x", subject = "Cheap watches" })).Is(HttpStatusCode.Unauthorized);
        await Eventually.HoldsAsync("all are counted", async () => (await _server.LookAsync(
            "SELECT coalesce(sum(times_sum), 0) FROM security.counts_days WHERE label = 'malicious_attack_tool'"))[0] == "25");
        Assert.InRange(int.Parse((await _server.LookAsync("SELECT count(*) FROM security.events WHERE name = 'malicious_attack_tool'"))[0]!, System.Globalization.CultureInfo.InvariantCulture), 10, 13);
    }

    private static object Input(string email = "form@example.org", string password = TestBrowser.Password, string? subject = null) => new { email, password, subject };

    private static object SignUp(string email, string? subject) => new { email, password = TestBrowser.Password, name = "Grace", workspace = "Compilers", subject };

    private static async Task<string> OpenAsync(TestBrowser page, string name) =>
        (await page.GetAsync($"/api/form?for={name}")).Is(HttpStatusCode.OK).Json.GetProperty("token").GetString()!;

    private static async Task<Answer> SendAsync(TestBrowser page, string path, string token, object input)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(input) };
        request.Headers.Add("X-Form-Token", token);
        return await page.SendAsync(request);
    }

    /// <summary>Opens a form and fills it in, as slowly as a person does or at once.</summary>
    private async Task<(Answer Answer, IReadOnlyList<string> Statements)> FillAsync(TestBrowser page, string path, object input, bool isQuick = false)
    {
        await page.OpenFormAsync(path);
        if (!isQuick)
            _server.Clock.Forward(Long);
        return await TestStatements.OfAsync(page, path, input);
    }

    private async Task<TestBrowser> ArriveAsync(string email)
    {
        var browser = _server.NewBrowser();
        (await FillAsync(browser, "/api/sign-up", SignUp(email, null))).Answer.Is(HttpStatusCode.Accepted);
        var mail = await _server.Mail.NextAsync(email);
        (await browser.PostAsync("/api/sign-up/confirm", new { token = mail.Token, password = TestBrowser.Password })).Is(HttpStatusCode.Created);
        return browser;
    }

    private Task NotedAsync(string form, string by) => Eventually.HoldsAsync("it is noted", async () => (await _server.LookAsync(
        $"SELECT count(*) FROM security.events WHERE name = 'malicious_attack_tool' AND details ->> 'form' = '{form}' AND details ->> 'by' = '{by}'"))[0] == "1");
}
