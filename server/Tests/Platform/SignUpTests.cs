using System.Net;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class SignUpTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Signing_up_makes_a_person_who_owns_a_workspace()
    {
        using var browser = server.NewBrowser();
        var answer = await browser.PostAsync("/api/sign-up", new
        {
            email = "Grace.Hopper@Example.org",
            password = "كلمات كثيرة لا صلة بينها",
            name = "جريس 🐞",
            workspace = "Compilers",
            language = "ar",
        });
        answer.Is(HttpStatusCode.Created);
        var me = (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(me.Text, answer.Text);
        var user = me.Json.GetProperty("user");
        Assert.Equal(
            ("Grace.Hopper@Example.org", "جريس 🐞", "ar"),
            (user.GetProperty("email").GetString(), user.GetProperty("name").GetString(), user.GetProperty("language").GetString()));
        var workspace = Assert.Single(me.Json.GetProperty("workspaces").EnumerateArray());
        Assert.Equal(("Compilers", "owner"), (workspace.GetProperty("name").GetString(), workspace.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task A_person_may_choose_another_language()
    {
        using var browser = server.NewBrowser();
        using var other = server.NewBrowser();
        (await SignUpAsync(browser, "speaks@example.org")).Is(HttpStatusCode.Created);
        (await SignUpAsync(other, "speaks.too@example.org")).Is(HttpStatusCode.Created);
        (await browser.PostAsync("/api/me/language", new { language = "sq" })).Is(HttpStatusCode.NoContent);
        Assert.Equal("sq", await LanguageAsync(browser));
        Assert.Equal("en", await LanguageAsync(other));
    }

    [Theory]
    [InlineData("<ada@example.org>")]
    [InlineData("ada(1)@example.org")]
    [InlineData("ada@example.org(1)")]
    [InlineData("ada, eve@example.org")]
    [InlineData("ada;eve@example.org")]
    [InlineData("\"ada\"@example.org")]
    [InlineData("a\\da@example.org")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("mailto:ada@example.org")]
    public async Task An_address_has_one_spelling(string email)
    {
        using var browser = server.NewBrowser();
        (await browser.PostAsync("/api/forgot", new { email })).Refuses(HttpStatusCode.UnprocessableEntity, "field.malformed", "email");
        (await browser.PostAsync("/api/forgot", new { email = "ada.o'neil+1@exämple.org" })).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("", "field.required")]
    [InlineData("x", "field.malformed")]
    [InlineData("not a language", "field.malformed")]
    public async Task What_is_no_language_changes_nothing(string language, string code)
    {
        using var browser = server.NewBrowser();
        (await SignUpAsync(browser, $"mute.{language.Length}@example.org")).Is(HttpStatusCode.Created);
        (await browser.PostAsync("/api/me/language", new { language })).Refuses(HttpStatusCode.UnprocessableEntity, code, "language");
        Assert.Equal("en", await LanguageAsync(browser));
    }

    private static async Task<string?> LanguageAsync(TestBrowser browser) =>
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK).Json.GetProperty("user").GetProperty("language").GetString();

    [Theory]
    [InlineData("taken@example.org", "TAKEN@EXAMPLE.ORG")]
    [InlineData("Ölaf@example.org", "öLAF@example.org")]
    [InlineData("mike@example.net", "ｍｉｋｅ@example.net")]
    public async Task One_address_is_one_person_however_it_is_written(string first, string second)
    {
        using var browser = server.NewBrowser();
        (await SignUpAsync(browser, first)).Is(HttpStatusCode.Created);
        (await SignUpAsync(browser, second)).Refuses(HttpStatusCode.Conflict, "sign_up.address_taken", "email");
    }

    [Fact]
    public async Task Of_many_who_sign_up_with_one_address_at_once_one_succeeds()
    {
        using var browser = server.NewBrowser();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SignUpAsync(browser, "race@example.org")));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => answer.Refuses(HttpStatusCode.Conflict, "sign_up.address_taken", "email"));
    }

    [Theory]
    [InlineData("""{"password":"several unrelated words","name":"A","workspace":"W"}""", "field.required", "email")]
    [InlineData("""{"email":"a@example.org","name":"A","workspace":"W"}""", "field.required", "password")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"  ","workspace":"W"}""", "field.required", "name")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":null,"workspace":"W"}""", "field.required", "name")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"A"}""", "field.required", "workspace")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"A","workspace":"W","invite":"x"}""", "field.unknown", "invite")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"A","invite":"x","first":"y"}""", "field.unknown", "first")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"A","workspace":"W","admin":true}""", "field.unknown", "admin")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":["A"],"workspace":"W"}""", "field.wrong_kind", "name")]
    [InlineData("""{"email":"a@example.org","password":123456789012345678,"name":"A","workspace":"W"}""", "field.wrong_kind", "password")]
    [InlineData("""{"email":"nobody","password":"several unrelated words","name":"A","workspace":"W"}""", "field.malformed", "email")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"A\nB","workspace":"W"}""", "field.malformed", "name")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"\ud800","workspace":"W"}""", "field.malformed", "name")]
    [InlineData("""{"email":"a@example.org","password":"several \u0000 unrelated words","name":"A","workspace":"W"}""", "field.malformed", "password")]
    [InlineData("""{"email":"a@example.org","password":"several unrelated words","name":"A","workspace":"W","language":"klingonisch!"}""", "field.malformed", "language")]
    [InlineData("""{"email":"a@example.org","password":"too few letters","name":"A","workspace":"W","invite":"x"}""", "field.unknown", "invite")]
    public async Task Bad_input_is_named(string body, string code, string field)
    {
        using var browser = server.NewBrowser();
        (await browser.PostTextAsync("/api/sign-up", body)).Refuses(HttpStatusCode.UnprocessableEntity, code, field);
    }

    [Theory]
    [InlineData("name", 200)]
    [InlineData("workspace", 100)]
    [InlineData("password", 256)]
    [InlineData("email", 254)]
    public async Task What_is_too_long_is_told_how_long_it_may_be(string field, int max)
    {
        using var browser = server.NewBrowser();
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["email"] = "a@example.org",
            ["password"] = TestBrowser.Password,
            ["name"] = "A",
            ["workspace"] = "W",
            [field] = new string('a', 10_000),
        };
        var answer = (await browser.PostAsync("/api/sign-up", values)).Refuses(HttpStatusCode.UnprocessableEntity, "field.too_long", field);
        Assert.Equal(max, answer.Param("max").GetInt32());
    }

    [Fact]
    [Trait("asvs", "2.4.1")]
    public async Task From_one_place_only_so_many_sign_up()
    {
        using var busy = server.NewBrowser();
        for (var time = 0; time < 20; time++)
            (await SignUpAsync(busy, "short")).Is(HttpStatusCode.UnprocessableEntity);
        (await SignUpAsync(busy)).Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
        using var elsewhere = server.NewBrowser();
        (await SignUpAsync(elsewhere)).Is(HttpStatusCode.Created);
        server.Clock.Forward(TimeSpan.FromMinutes(3));
        (await SignUpAsync(busy)).Is(HttpStatusCode.Created);

        static Task<Answer> SignUpAsync(TestBrowser browser, string password = TestBrowser.Password) =>
            browser.PostAsync("/api/sign-up", new { email = $"p{Guid.CreateVersion7():n}@example.org", password, name = "Ada", workspace = "Engines" });
    }

    [Fact]
    public async Task A_refused_sign_up_leaves_no_cookie_and_no_person()
    {
        using var browser = server.NewBrowser();
        (await browser.PostAsync("/api/sign-up", new { email = "ghost@example.org", password = TestBrowser.Password, name = "G", invite = new string('A', 64) }))
            .Refuses(HttpStatusCode.NotFound, "invite.not_valid", "token");
        Assert.Null(browser.Cookie);
        Assert.Empty(await server.LookAsync("SELECT email FROM identity.users WHERE email_key = 'ghost@example.org'"));
    }

    private static Task<Answer> SignUpAsync(TestBrowser browser, string email) =>
        browser.PostAsync("/api/sign-up", new { email, password = TestBrowser.Password, name = "Somebody", workspace = "Works" });
}
