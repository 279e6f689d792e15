using System.Net;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class PasswordRulesTests
{
    [Theory]
    [Trait("asvs", "6.2.1")]
    [InlineData("")]
    [InlineData("fourteen chars")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦")]
    public void Short_ones_are_refused_by_their_characters(string password)
    {
        var failure = PasswordRules.Check(password);
        Assert.Equal(("password.too_short", "password"), (failure?.Code.Code, failure?.Field));
        Assert.Equal(15, failure!.Params!["min"]);
    }

    [Theory]
    [Trait("asvs", "6.2.12")]
    [Trait("asvs", "6.2.4")]
    [InlineData("aaaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabcabcabc")]
    [InlineData("passwordpassword")]
    [InlineData("PasswordPassword1")]
    [InlineData("password12345678")]
    [InlineData("123456789012345")]
    [InlineData("987654321098765")]
    [InlineData("111222333444555")]
    [InlineData("qwertyuiopasdfgh")]
    [InlineData("1qaz2wsx3edc4rfv")]
    [InlineData("momsanaladventure")]
    [InlineData("Summer2024Summer2024")]
    [InlineData("iloveyouiloveyou!")]
    [InlineData("holdfastholdfast1")]
    public void Ones_that_are_tried_first_are_refused(string password) =>
        Assert.Equal("password.too_common", PasswordRules.Check(password)?.Code.Code);

    [Theory]
    [Trait("asvs", "6.2.11")]
    [InlineData("adalovelace2024")]
    [InlineData("LovelaceAda1815!")]
    [InlineData("ada.lovelace@analytical.example")]
    [InlineData("AnalyticalEngines1")]
    public void What_a_stranger_knows_of_someone_is_refused(string password)
    {
        Assert.Equal("password.too_common", PasswordRules.Check(password, "Ada Lovelace", "ada.lovelace@analytical.example", "Analytical Engines")?.Code.Code);
    }

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("correcthorsebatterystaple")]
    [InlineData("mjf83kd02nfa9wq")]
    [InlineData("               x y z q v")]
    [InlineData("🦊🐢🌋🧂🎻🪁🧦🥕🚂🗿🧲🪐🐙🍄🎲")]
    [InlineData("каждый охотник желает")]
    [InlineData("犬猫鳥魚虫花木石水火土金月日星")]
    public void Long_ones_of_any_script_are_taken(string password) => Assert.Null(PasswordRules.Check(password, "Ada", "ada@example.org", "Engines"));

    [Fact]
    [Trait("asvs", "6.2.5")]
    public void Nothing_is_demanded_of_its_composition() => Assert.Null(PasswordRules.Check("only small letters and spaces"));
}

public sealed class PasswordTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("short one", "password.too_short")]
    [InlineData("passwordpassword", "password.too_common")]
    [InlineData("Marie Curie 1867", "password.too_common")]
    public async Task A_bad_one_is_refused_at_the_door(string password, string code)
    {
        using var browser = server.NewBrowser();
        (await browser.PostAsync("/api/sign-up", new { email = "marie@example.org", password, name = "Marie Curie", workspace = "Radium" }))
            .Refuses(HttpStatusCode.UnprocessableEntity, code, "password");
    }

    [Theory]
    [InlineData("Analytical Engines 1")]
    [InlineData("AugustaAdaKing1815")]
    [Trait("asvs", "6.2.11")]
    public async Task What_a_stranger_knows_is_refused_wherever_a_password_is_set(string password)
    {
        using var ada = await server.NewBrowser().SignUpAsync("Augusta Ada King", "Analytical Engines");
        (await ada.PostAsync("/api/me/password", new { current = TestBrowser.Password, password })).Refuses(HttpStatusCode.UnprocessableEntity, "password.too_common", "password");
        (await ada.PostAsync("/api/forgot", new { email = ada.Email })).Is(HttpStatusCode.Accepted);
        var token = (await server.Mail.NextAsync(ada.Email)).Token;
        (await ada.PostAsync("/api/reset", new { token, password })).Refuses(HttpStatusCode.UnprocessableEntity, "password.too_common", "password");
    }

    [Fact]
    [Trait("asvs", "6.2.8")]
    [Trait("asvs", "6.2.9")]
    public async Task All_of_a_long_one_counts_and_nothing_is_cut_off_or_trimmed()
    {
        using var browser = server.NewBrowser();
        var longest = "🦊 " + string.Concat(Enumerable.Range(0, 63).Select(i => $"{(char)('a' + (i * 7 % 26))}é{(char)('A' + (i * 11 % 26))}ß")) + " .";
        Assert.Equal(256, longest.EnumerateRunes().Count());
        (await browser.PostAsync("/api/sign-up", new { email = "long@example.org", password = longest, name = "L", workspace = "W" })).Is(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(longest)).Status);
        foreach (var wrong in new[] { longest[..^1], longest[..72], longest.TrimEnd('.'), longest.ToLowerInvariant() })
            (await SignInAsync(wrong)).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await SignInAsync(longest + "x")).Refuses(HttpStatusCode.UnprocessableEntity, "field.too_long", "password");

        Task<Answer> SignInAsync(string password) => browser.PostAsync("/api/sign-in", new { email = "long@example.org", password });
    }

    [Fact]
    public async Task The_database_holds_an_argon2id_hash_of_at_least_19_MiB_and_two_passes()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var rows = await server.LookAsync($"SELECT c.secret FROM identity.credentials c JOIN identity.users u ON u.id = c.user_id WHERE u.email = '{browser.Email}'");
        Assert.Matches(@"^\$argon2id\$v=19\$m=19456,t=2,p=1\$", Assert.Single(rows));
    }

    [Fact]
    [Trait("asvs", "11.4.2")]
    public async Task A_hash_of_lower_costs_still_opens_and_is_replaced_by_one_of_todays()
    {
        // Of the same password, made by the same library with 8 MiB and one pass.
        const string Old = "$argon2id$v=19$m=8192,t=1,p=1$H+rKthoFr8CzsiqzMBP50w$mVSA8OQbNdZZ+9XbQws2eme1NUORd+ifi+ucxg3eFq0";
        using var browser = await server.NewBrowser().SignUpAsync();
        await server.LookAsync($"UPDATE identity.credentials c SET secret = '{Old}' FROM identity.users u WHERE u.id = c.user_id AND u.email = '{browser.Email}'");
        (await browser.SignInAsync("several unrelated birds")).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await browser.SignInAsync()).Is(HttpStatusCode.OK);
        await Eventually.HoldsAsync("it is replaced", async () => (await server.LookAsync(
            $"SELECT c.secret FROM identity.credentials c JOIN identity.users u ON u.id = c.user_id WHERE u.email = '{browser.Email}'"))[0]!.StartsWith("$argon2id$v=19$m=19456,t=2,", StringComparison.Ordinal));
        (await browser.SignInAsync()).Is(HttpStatusCode.OK);
    }
}
