using System.Net;
using System.Text.Json;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What a person changes of his own account.</summary>
public sealed class AccountTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Next = "another handful of words";

    [Fact]
    [Trait("asvs", "6.2.2")]
    [Trait("asvs", "6.2.3")]
    public async Task The_password_changes_by_the_current_one_and_nothing_else()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostAsync("/api/me/password", new { current = "several unrelated birds", password = Next })).Refuses(HttpStatusCode.UnprocessableEntity, "password.wrong", "current");
        (await ada.PostAsync("/api/me/password", new { password = Next })).Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "current");
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        (await ada.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Next })).Is(HttpStatusCode.NoContent);
        (await ada.SignInAsync()).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await ada.SignInAsync(Next)).Is(HttpStatusCode.OK);
        Assert.Equal(1, await CountAsync(ada, "authn_password_change"));
        Assert.Equal(1, await CountAsync(ada, "authn_password_change_fail"));
    }

    [Theory]
    [Trait("asvs", "7.4.3")]
    [InlineData(null, false)]
    [InlineData("end", false)]
    [InlineData("keep", true)]
    public async Task The_sessions_elsewhere_end_unless_they_are_to_stay(string? others, bool stays)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var elsewhere = ada.Elsewhere();
        elsewhere.Cookie = null;
        (await elsewhere.SignInAsync()).Is(HttpStatusCode.OK);
        object change = others is null ? new { current = TestBrowser.Password, password = Next } : new { current = TestBrowser.Password, password = Next, others };
        (await ada.PostAsync("/api/me/password", change)).Is(HttpStatusCode.NoContent);
        (await ada.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await elsewhere.GetAsync("/api/me")).Is(stays ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait("asvs", "7.2.4")]
    public async Task The_session_goes_on_under_a_new_cookie()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var thief = ada.Elsewhere();
        (await ada.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Next })).Is(HttpStatusCode.NoContent);
        Assert.NotEqual(thief.Cookie, ada.Cookie);
        (await thief.GetAsync("/api/me")).Is(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [Trait("asvs", "6.2.1")]
    [Trait("asvs", "6.2.4")]
    [Trait("asvs", "6.2.11")]
    [InlineData("short one", "password.too_short")]
    [InlineData("passwordpassword", "password.too_common")]
    [InlineData("Marie Curie 1867", "password.too_common")]
    public async Task A_bad_one_is_refused_before_the_current_one_is_looked_at(string password, string code)
    {
        using var marie = await server.NewBrowser().SignUpAsync("Marie Curie", "Radium");
        (await marie.PostAsync("/api/me/password", new { current = "wrong", password })).Refuses(HttpStatusCode.UnprocessableEntity, code, "password");
    }

    [Fact]
    [Trait("asvs", "6.3.1")]
    public async Task Whoever_found_a_session_open_does_not_guess_the_password_there()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var answers = new List<Answer>();
        for (var guess = 0; guess < 9; guess++)
            answers.Add(await ada.PostAsync("/api/me/password", new { current = $"guess number {guess}", password = Next }));
        answers[8].Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
        using var elsewhere = ada.Elsewhere();
        (await elsewhere.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Next })).Is(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Of_two_who_change_it_at_once_one_is_told()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var other = ada.Elsewhere();
        other.Cookie = null;
        (await other.SignInAsync()).Is(HttpStatusCode.OK);
        var answers = await Task.WhenAll(new[] { (ada, "first handful of words"), (other, "second handful of words") }.Select(one =>
            one.Item1.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = one.Item2, others = "keep" })));
        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.UnprocessableEntity], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task A_new_name_reaches_every_workspace_and_the_time_zone_is_kept()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        (await vera.PostAsync("/api/me/profile", new { name = "Vera Lindqvist", timeZone = "Europe/Tirane" })).Is(HttpStatusCode.NoContent);
        var profile = (await vera.GetAsync("/api/me/profile")).Json;
        Assert.Equal(("Vera Lindqvist", "Europe/Tirane"), (profile.GetProperty("name").GetString(), profile.GetProperty("timeZone").GetString()));
        Assert.Equal("Vera Lindqvist", (await vera.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("name").GetString());
        foreach (var workspace in (await vera.WorkspacesAsync()).Select(place => place.Id))
        {
            var members = (await vera.ListAsync("access.member", "", workspace)).Json.GetProperty("records").EnumerateArray();
            Assert.Contains(members, member => member.GetProperty("values").GetProperty("name").GetString() == "Vera Lindqvist");
        }
    }

    [Theory]
    [InlineData("{\"name\":\"\"}", "field.required", "name")]
    [InlineData("{\"name\":\"Ada\",\"timeZone\":\"Middle/Earth\"}", "field.malformed", "timeZone")]
    [InlineData("{\"name\":\"Ada\",\"timeZone\":\"../../etc/passwd\"}", "field.malformed", "timeZone")]
    public async Task A_bad_profile_is_refused_by_field(string body, string code, string field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostTextAsync("/api/me/profile", body)).Refuses(HttpStatusCode.UnprocessableEntity, code, field);
        Assert.Equal("Ada", (await ada.GetAsync("/api/me/profile")).Json.GetProperty("name").GetString());
    }

    private static async Task<int> CountAsync(TestBrowser person, string name) =>
        (await person.GetAsync($"/api/me/events?name={name}")).Is(HttpStatusCode.OK).Json.GetProperty("events").GetArrayLength();
}

/// <summary>What browser and server decide alike of passwords.</summary>
public sealed class PasswordCaseTests
{
    public static TheoryData<string> Cases => [.. File.ReadAllLines(Path.Combine(Repository.Root, "contract/passwords/cases.json")).Where(line => line.Contains('{', StringComparison.Ordinal)).Select(line => line.Trim().TrimEnd(','))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_case_is_judged_as_the_browser_judges_it(string line)
    {
        var said = JsonDocument.Parse(line).RootElement;
        var failure = PasswordRules.Check(said.GetProperty("password").GetString()!, said.GetProperty("about").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(said.GetProperty("code").GetString(), failure?.Code.Code);
    }

    [Fact]
    [Trait("asvs", "6.2.1")]
    public void Beside_a_second_factor_eight_characters_are_enough()
    {
        Assert.Null(PasswordRules.Check("mjf83kd0", PasswordRules.MinLengthBesideAnother, []));
        Assert.Equal(8, PasswordRules.Check("mjf83kd", PasswordRules.MinLengthBesideAnother, [])?.Params!["min"]);
    }

    [Theory]
    [Trait("asvs", "6.2.5")]
    [Trait("asvs", "6.2.9")]
    [InlineData("correct horse battery staple")]
    [InlineData("каждый охотник желает")]
    [InlineData("犬猫鳥魚虫花木石水火土金月日星")]
    public void Any_script_will_do_and_nothing_is_demanded_of_its_composition(string password) => Assert.Null(PasswordRules.Check(password));
}
