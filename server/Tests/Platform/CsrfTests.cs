using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What each request that is to change something bears beside the cookie.</summary>
public sealed class CsrfTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Header = "X-CSRF-Token";

    [Fact]
    [Trait("asvs", "3.5.1")]
    public Task Each_counts_once_for_its_own_session_and_the_answer_brings_the_next() => CountOnceAsync(server);

    [Fact]
    [Trait("asvs", "3.5.1")]
    [Trait("asvs", "15.4.2")]
    public Task Of_many_who_use_one_at_once_one_passes() => OnePassesAsync(server);

    [Fact]
    [Trait("asvs", "3.5.1")]
    public async Task Nothing_that_takes_a_session_changes_anything_without_one()
    {
        using var person = await OpenAsync(server);
        var asked = 0;
        foreach (var endpoint in server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            var address = Regex.Replace(endpoint.RoutePattern.RawText!, "{[a-z]+:guid}", $"{Guid.CreateVersion7()}", RegexOptions.None, TimeSpan.FromSeconds(1))
                .Replace("{seq:long}", "1", StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method != "GET"))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = new StringContent("{}", null, "application/json") };
                (await person.SendAsync(request)).Refuses(HttpStatusCode.Forbidden, "csrf.refused");
                asked++;
            }
        }

        Assert.InRange(asked, 30, 1000);
    }

    [Fact]
    public async Task A_sign_out_takes_one_while_there_is_a_session_to_end()
    {
        using var person = await OpenAsync(server);
        var token = Refused(await PostAsync(person, "/api/sign-out", null));
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await PostAsync(person, "/api/sign-out", token)).Is(HttpStatusCode.NoContent);
        (await PostAsync(person, "/api/sign-out", null)).Is(HttpStatusCode.NoContent);
        using var stranger = new TestBrowser(server.Address) { IsPage = false };
        (await PostAsync(stranger, "/api/sign-out", null)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("asvs", "7.2.4")]
    public async Task A_new_cookie_begins_a_new_set()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var member = await server.JoinAsync(owner, "viewer");
        using var page = new TestBrowser(server.Address) { IsPage = false, Cookie = member.Cookie };

        var before = await TokenAsync(page);
        (await PostAsync(page, "/api/session/proof", await TokenAsync(page), new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        Refused(await FoundAsync(page, before));

        before = await TokenAsync(page);
        var changed = (await PostAsync(page, "/api/me/password", await TokenAsync(page), new { current = TestBrowser.Password, password = "another handful of words" })).Is(HttpStatusCode.NoContent);
        Refused(await FoundAsync(page, before));
        (await FoundAsync(page, TokenOf(changed))).Is(HttpStatusCode.Created);

        var old = page.Cookie;
        before = await TokenAsync(page);
        var user = (await page.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        var workspace = await owner.WorkspaceAsync();
        var row = (await server.LookAsync($"SELECT id FROM access.members WHERE user_id = '{user}' AND workspace_id = '{workspace}'"))[0]!;
        (await owner.WriteAsync(new { op = "set", type = "access.member", id = row, field = "role", value = "member" }, workspace: workspace)).Is(HttpStatusCode.OK);
        await Eventually.HoldsAsync("another role brings a new cookie", async () =>
        {
            await page.GetAsync("/api/me/profile");
            return page.Cookie != old;
        });
        Refused(await FoundAsync(page, before));
    }

    [Fact]
    public async Task A_page_that_has_been_open_for_long_is_refused_once()
    {
        using var page = await OpenAsync(server);
        var oldest = await TokenAsync(page);
        string? last = null;
        for (var others = 0; others < CsrfTokens.MostOfOne; others++)
            last = await TokenAsync(page);
        (await FoundAsync(page, Refused(await FoundAsync(page, oldest)))).Is(HttpStatusCode.Created);
        (await FoundAsync(page, last)).Is(HttpStatusCode.Created);
        Assert.Equal($"{CsrfTokens.MostOfOne}", (await server.LookAsync("SELECT max(cardinality(csrf)) FROM identity.sessions"))[0]);
    }

    [Fact]
    public async Task A_program_needs_none()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = new TestProgram(server.Address)
        {
            Refresh = (await person.PostAsync("/api/tokens", new { name = "T", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString(),
        };
        await program.RefreshAsync();
        (await program.PostAsync("/api/workspaces", new { name = "By a program" })).Is(HttpStatusCode.Created);
        Assert.False((await program.GetAsync("/api/me")).Message.Headers.Contains(Header));
    }

    /// <summary>Holds wherever tokens are kept.</summary>
    internal static async Task CountOnceAsync(TestServer server)
    {
        using var page = await OpenAsync(server);
        using var other = await OpenAsync(server);
        var first = await TokenAsync(page);
        foreach (var wrong in new[] { null, "", "x", new string('A', 22), $"{first}A", await TokenAsync(other) })
            Assert.NotNull(Refused(await FoundAsync(page, wrong)));
        var next = TokenOf((await FoundAsync(page, first)).Is(HttpStatusCode.Created));
        var fresh = Refused(await FoundAsync(page, first));
        (await FoundAsync(page, next)).Is(HttpStatusCode.Created);
        (await FoundAsync(page, fresh)).Is(HttpStatusCode.Created);
        Assert.Equal(4, (await page.WorkspacesAsync()).Count);
    }

    /// <inheritdoc cref="CountOnceAsync"/>
    internal static async Task OnePassesAsync(TestServer server)
    {
        using var page = await OpenAsync(server);
        var token = await TokenAsync(page);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => FoundAsync(page, token)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(2, (await page.WorkspacesAsync()).Count);
    }

    /// <summary>Somebody whose requests bear what the test says.</summary>
    private static async Task<TestBrowser> OpenAsync(TestServer server)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        return new TestBrowser(server.Address) { IsPage = false, Cookie = person.Cookie };
    }

    private static async Task<string?> TokenAsync(TestBrowser page) => TokenOf((await page.GetAsync("/api/me")).Is(HttpStatusCode.OK));

    private static string? TokenOf(Answer answer) => answer.Message.Headers.GetValues(Header).Single();

    private static string? Refused(Answer answer) => TokenOf(answer.Refuses(HttpStatusCode.Forbidden, "csrf.refused"));

    private static Task<Answer> FoundAsync(TestBrowser page, string? token) => PostAsync(page, "/api/workspaces", token, new { name = "One more" });

    private static async Task<Answer> PostAsync(TestBrowser page, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body ?? new { }) };
        if (token is not null)
            request.Headers.Add(Header, token);
        return await page.SendAsync(request);
    }
}
