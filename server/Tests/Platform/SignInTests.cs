using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using Holdfast.Platform.Http;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class SignInTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    [Trait("bug", "13")]
    [Trait("asvs", "6.3.8")]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer_and_cost_the_same()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var (wrong, statements) = await GuessAsync(person.Email);
        var (unknown, others) = await GuessAsync("nobody@example.org");
        wrong.Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        Assert.Equal((wrong.Status, wrong.Text), (unknown.Status, unknown.Text));
        Assert.Equal(TestStatements.Headers(wrong), TestStatements.Headers(unknown));
        Assert.Equal([(19_456L, 2L)], TestStatements.HashesOf(statements));
        Assert.Contains(statements, statement => statement.Contains("INTO security.events", StringComparison.Ordinal));
        Assert.Equal(statements, others);
    }

    [Theory]
    [InlineData("m=8192,t=1")]
    [InlineData("m=19456,t=1")]
    [InlineData("m=9728,t=2")]
    [InlineData("m=8,t=1")]
    [Trait("asvs", "6.3.8")]
    public async Task A_hash_of_lower_costs_costs_a_sign_in_as_much_as_one_of_todays(string costs)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        await server.LookAsync($"UPDATE identity.credentials c SET secret = regexp_replace(secret, 'm=[0-9]+,t=[0-9]+', '{costs}') FROM identity.users u WHERE u.id = c.user_id AND u.email = '{person.Email}' RETURNING 1");
        var (_, statements) = await GuessAsync(person.Email);
        var (_, others) = await GuessAsync("nobody@example.org");
        Assert.Contains(statements, statement => statement == $"argon2id {string.Join(' ', costs.Split(',').Select(cost => cost.Split('=')[1]))}");
        Assert.Equal(Work(others), Work(statements));
        // More memory than one of today's takes none of the two, for the gate counts on that.
        Assert.All(TestStatements.HashesOf(statements), hash => Assert.InRange(hash.KiB, 1, 19_456));

        static long Work(IReadOnlyList<string> statements) => TestStatements.HashesOf(statements).Sum(hash => hash.KiB * hash.Passes);
    }

    private async Task<(Answer Answer, IReadOnlyList<string> Statements)> GuessAsync(string email)
    {
        using var stranger = server.NewBrowser();
        await stranger.OpenFormAsync("/api/sign-in");
        return await TestStatements.OfAsync(stranger, "/api/sign-in", new { email, password = "several unrelated birds" });
    }

    [Fact]
    public async Task The_password_of_nobody_opens_nothing_whatever_it_is()
    {
        using var browser = server.NewBrowser();
        foreach (var password in new[] { " .", "\u00ad.\u00ad", "null", "undefined" })
        {
            (await browser.PostAsync("/api/sign-in", new { email = "nobody@example.org", password }))
                .Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        }
    }

    [Fact]
    public async Task The_address_may_be_written_in_capitals_and_the_password_in_another_form_of_the_same_letters()
    {
        using var browser = server.NewBrowser();
        (await browser.PostAsync("/api/sign-up", new { email = "Zoe@Example.org", password = "über sieben Brücken gehn", name = "Zoë", workspace = "W" })).Is(HttpStatusCode.Created);
        (await browser.PostAsync("/api/sign-in", new { email = "ZOE@EXAMPLE.ORG", password = "u\u0308ber sieben Bru\u0308cken gehn" })).Is(HttpStatusCode.OK);
        (await browser.PostAsync("/api/sign-in", new { email = "ZOE@EXAMPLE.ORG", password = "Über sieben Brücken gehn" })).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
    }

    [Fact]
    [Trait("asvs", "7.2.2")]
    public async Task Each_sign_in_has_a_new_id_and_the_old_one_is_dead()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var first = browser.Cookie;
        (await browser.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.NotEqual(first, browser.Cookie);
        using var thief = server.NewBrowser();
        thief.Cookie = first;
        (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_cookie_chosen_by_someone_else_is_never_taken_over()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var planted = new string('A', 43);
        browser.Cookie = planted;
        (await browser.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.NotEqual(planted, browser.Cookie);
    }

    [Fact]
    public async Task Signing_in_well_costs_nothing_of_the_limit()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        for (var time = 0; time < 12; time++)
            (await browser.SignInAsync()).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Plain_http_takes_no_password_and_no_token_beyond_this_machine_and_names_the_way_out()
    {
        var address = await server.StartAsync("--public-address", "http://holdfast.example");
        using var browser = await server.NewBrowser(address).SignUpAsync();
        var (email, password, token, name) = ("a@example.org", TestBrowser.Password, new string('x', 43), "A");
        (string Path, object Body)[] all =
        [
            ("sign-in", new { email, password }), ("sign-up", new { email, password, name, workspace = "W" }), ("sign-up/confirm", new { token, password }), ("reset", new { token, password }),
            ("session/proof", new { password }), ("me/password", new { current = password, password }), ("tokens", new { name, days = "30" }), ("tokens/refresh", new { token }), ("tokens/revoke", new { token }),
        ];
        foreach (var (path, body) in all)
        {
            Assert.Equal((path, "request.insecure"), (path, (await AskAsync(path, body, "holdfast.example")).Code));
            foreach (var host in (string[])["localhost", "127.0.0.1"])
                Assert.DoesNotContain("request.insecure", (await AskAsync(path, body, host)).Text, StringComparison.Ordinal);
        }

        Task<Answer> AskAsync(string path, object body, string host)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{path}") { Content = JsonContent.Create(body) };
            request.Headers.Host = host;
            return browser.SendAsync(request, ownOrigin: !path.StartsWith("tokens/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Whatever_takes_a_password_is_refused_on_open_wires()
    {
        foreach (var endpoint in server.Endpoints.OfType<RouteEndpoint>())
        {
            var taken = endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Select(parameter => parameter.ParameterType)
                .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Body<>))
                .SelectMany(type => type.GetGenericArguments()[0].GetProperties().Select(property => property.Name)) ?? [];
            if (taken.Contains("Password"))
                Assert.True(endpoint.Metadata.GetMetadata<SafeTransport.Demand>() is not null, $"{endpoint.RoutePattern.RawText} takes a password and does not RequireSafeTransport.");
        }
    }

    [Fact]
    public async Task A_hash_of_lower_costs_is_replaced_when_its_owner_signs_in()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        // The same password at 8 MiB and one pass.
        const string Old = "$argon2id$v=19$m=8192,t=1,p=1$o/RvOtZaqoOISe6RfDQNmg$UviG+w4n4BpRTCL7TBPwtxs06OHrncJaGgAfDlY6CPw";
        await server.LookAsync($"UPDATE identity.credentials c SET secret = '{Old}' FROM identity.users u WHERE u.id = c.user_id AND u.email = '{browser.Email}' RETURNING 1");
        (await browser.SignInAsync()).Is(HttpStatusCode.OK);
        await Eventually.HoldsAsync("the hash is of today's costs", async () => (await server.LookAsync(
            $"SELECT split_part(c.secret, '$', 4) FROM identity.credentials c JOIN identity.users u ON u.id = c.user_id WHERE u.email = '{browser.Email}'"))[0] == "m=19456,t=2,p=1");
        (await browser.SignInAsync()).Is(HttpStatusCode.OK);
    }
}
