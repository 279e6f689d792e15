using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Forms that strangers fill in: bound to the page that opened them, and of no use to programs.</summary>
public sealed partial class FormTests(TestCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2.1);

    private readonly TestServer _server = new(cluster) { Arguments = ["--form-time", "2", "--verify", "first"] };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Trait("asvs", "3.5.1")]
    [Trait("asvs", "3.3.1")]
    [Trait("asvs", "3.3.2")]
    [Trait("asvs", "3.3.3")]
    [Trait("asvs", "3.3.4")]
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

    [Theory]
    [InlineData("later", "workspace")]
    [InlineData("later", "invite")]
    [InlineData("later", "first")]
    [InlineData("first", "invite")]
    [InlineData("first", "first")]
    [Trait("bug", "13")]
    public async Task A_program_that_signs_up_where_a_person_is_let_in_at_once_is_answered_as_he_is_and_nobody_is_let_in(string verify, string way)
    {
        await using var server = new TestServer(cluster) { Arguments = ["--form-time", "2", "--verify", verify] };
        await server.InitializeAsync();
        using var owner = server.NewBrowser();
        if (way != "first")
        {
            (await FillAsync(server, owner, "/api/sign-up", Arriving("owner@example.org", await FirstAsync(server)))).Answer.Is(HttpStatusCode.Created);
            Assert.True(owner.Cookie is not null);
        }

        Dictionary<string, object?> input = way switch
        {
            "workspace" => Arriving("new@example.org"),
            "first" => Arriving("new@example.org", await FirstAsync(server)),
            _ => await InvitedAsync(server, owner, "new@example.org"),
        };
        async Task<IReadOnlyList<string?>> ThereAsync() => await server.LookAsync("""
            SELECT (SELECT count(*) FROM identity.users) || ' ' || (SELECT count(*) FROM identity.sessions) || ' ' || (SELECT count(*) FROM identity.devices)
              || ' ' || (SELECT count(*) FROM access.workspaces) || ' ' || (SELECT count(*) FROM access.members)
            """);
        var before = await ThereAsync();
        using var program = server.NewBrowser();
        var (caught, _) = await FillAsync(server, program, "/api/sign-up", new Dictionary<string, object?>(input) { ["subject"] = "Cheap watches" });
        Assert.Equal(before, await ThereAsync());
        using var person = server.NewBrowser();
        var (ordinary, _) = await FillAsync(server, person, "/api/sign-up", input);
        ordinary.Is(HttpStatusCode.Created);
        Assert.Equal((ordinary.Status, Shape(ordinary.Text)), (caught.Status, Shape(caught.Text)));
        Assert.Equal(Shapes(ordinary), Shapes(caught));
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);

        // What a person would be refused for, it is refused for as well.
        using var again = server.NewBrowser();
        var (taken, _) = await FillAsync(server, again, "/api/sign-up", new Dictionary<string, object?>(way == "workspace" ? input : Arriving("new@example.org")) { ["subject"] = "Cheap watches" });
        if (verify == "later")
            taken.Refuses(HttpStatusCode.Conflict, "sign_up.address_taken", "email");
    }

    [Fact]
    public async Task A_program_learns_of_an_invite_for_somebody_else_what_a_person_learns()
    {
        await using var server = new TestServer(cluster) { Arguments = ["--form-time", "2"] };
        await server.InitializeAsync();
        using var owner = server.NewBrowser();
        (await FillAsync(server, owner, "/api/sign-up", Arriving("owner@example.org"))).Answer.Is(HttpStatusCode.Created);
        var input = await InvitedAsync(server, owner, "new@example.org");
        input["email"] = "another@example.org";
        foreach (var subject in new[] { null, "Cheap watches" })
        {
            using var stranger = server.NewBrowser();
            (await FillAsync(server, stranger, "/api/sign-up", new Dictionary<string, object?>(input) { ["subject"] = subject })).Answer
                .Refuses(HttpStatusCode.Forbidden, "invite.other_address", "email");
        }
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

    /// <summary>What a sign-up by the link of the start or without it sends.</summary>
    private static Dictionary<string, object?> Arriving(string email, Uri? first = null)
    {
        var input = new Dictionary<string, object?>(StringComparer.Ordinal) { ["email"] = email, ["password"] = TestBrowser.Password, ["name"] = "Grace", ["workspace"] = "Compilers" };
        if (first is not null)
            input["first"] = first.Fragment[1..];
        return input;
    }

    private static async Task<Uri?> FirstAsync(TestServer server) => await server.Get<FirstLink>().IssueAsync();

    /// <summary>The same by an invite that was mailed to the address.</summary>
    private static async Task<Dictionary<string, object?>> InvitedAsync(TestServer server, TestBrowser owner, string email)
    {
        (await owner.PostAsync($"/api/workspaces/{await owner.WorkspaceAsync()}/invites", new { role = "member", email })).Is(HttpStatusCode.Created);
        var input = Arriving(email);
        input.Remove("workspace");
        input["invite"] = (await server.Mail.NextAsync(email)).Token;
        return input;
    }

    /// <summary>What an answer looks like where each is another: without ids.</summary>
    private static string Shape(string text) => Ids.Replace(text, "ID");

    /// <summary>The same of its headers, without what is random in cookies.</summary>
    private static IEnumerable<string> Shapes(Answer answer) => TestStatements.Headers(answer).Select(header => Values.Replace(header, "$1=VALUE;"));

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture)]
    private static partial Regex Ids { get; }

    [GeneratedRegex("(__Host-[a-z]+)=[A-Za-z0-9_-]+;")]
    private static partial Regex Values { get; }

    private Task<(Answer Answer, IReadOnlyList<string> Statements)> FillAsync(TestBrowser page, string path, object input, bool isQuick = false) =>
        FillAsync(_server, page, path, input, isQuick);

    /// <summary>Opens a form and fills it in, as slowly as a person does or at once.</summary>
    private static async Task<(Answer Answer, IReadOnlyList<string> Statements)> FillAsync(TestServer server, TestBrowser page, string path, object input, bool isQuick = false)
    {
        await page.OpenFormAsync(path);
        if (!isQuick)
            server.Clock.Forward(Long);
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
