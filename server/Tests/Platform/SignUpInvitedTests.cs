using System.Net;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Where nobody signs up whom nobody asked to.</summary>
public sealed class SignUpInvitedTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestServer _server = new(cluster) { Arguments = ["--sign-up", "invited", "--verify", "later"] };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_first_person_comes_by_the_link_of_the_start_and_runs_the_server()
    {
        using var stranger = _server.NewBrowser();
        Assert.Equal("first", await WayAsync(stranger));
        (await SignUpAsync(stranger, null)).Refuses(HttpStatusCode.Forbidden, "sign_up.first_needed", "first");
        (await SignUpAsync(stranger, new string('A', 43))).Refuses(HttpStatusCode.Forbidden, "sign_up.first_needed", "first");

        var earlier = await IssueAsync();
        var link = await IssueAsync();
        Assert.StartsWith($"{_server.Address}sign-up#", link!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token(link), (await _server.LookAsync("SELECT row_to_json(t)::text FROM identity.first_link t"))[0], StringComparison.Ordinal);
        (await SignUpAsync(stranger, Token(earlier!))).Refuses(HttpStatusCode.Forbidden, "sign_up.first_needed", "first");

        using var first = _server.NewBrowser();
        var me = (await SignUpAsync(first, Token(link))).Is(HttpStatusCode.Created);
        Assert.True(me.Json.GetProperty("isOperator").GetBoolean());
        Assert.Single(await _server.LookAsync("SELECT id FROM identity.users WHERE verified_at IS NOT NULL"));

        (await SignUpAsync(stranger, Token(link))).Refuses(HttpStatusCode.Forbidden, "sign_up.first_needed", "first");
        Assert.Null(await IssueAsync());
        Assert.Equal("invited", await WayAsync(stranger));
    }

    [Fact]
    [Trait("asvs", "2.3.4")]
    public async Task Of_many_with_the_link_of_the_start_one_is_the_first()
    {
        var link = await IssueAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var browser = _server.NewBrowser();
            return await SignUpAsync(browser, Token(link!));
        }));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => answer.Refuses(HttpStatusCode.Forbidden, "sign_up.first_needed", "first"));
    }

    [Fact]
    public async Task Everybody_else_comes_by_an_invite()
    {
        using var owner = _server.NewBrowser();
        (await SignUpAsync(owner, Token((await IssueAsync())!))).Is(HttpStatusCode.Created);
        using var stranger = _server.NewBrowser();
        (await SignUpAsync(stranger, null)).Refuses(HttpStatusCode.Forbidden, "sign_up.closed");
        var invite = await owner.InviteAsync();
        (await stranger.PostAsync("/api/sign-up", new { email = "guest@example.org", password = TestBrowser.Password, name = "Guest", invite })).Is(HttpStatusCode.Created);
        Assert.Single(await _server.LookAsync("SELECT id FROM identity.users WHERE email = 'guest@example.org' AND verified_at IS NULL"));
    }

    private Task<Uri?> IssueAsync() => _server.Get<FirstLink>().IssueAsync();

    private static string Token(Uri link) => link.Fragment[1..];

    private static async Task<string?> WayAsync(TestBrowser browser) => (await browser.GetAsync("/api/sign-up")).Is(HttpStatusCode.OK).Json.GetProperty("way").GetString();

    private static Task<Answer> SignUpAsync(TestBrowser browser, string? first) => browser.PostAsync(
        "/api/sign-up", new { email = $"p{Guid.CreateVersion7():n}@example.org", password = TestBrowser.Password, name = "Ada", workspace = "Works", first });
}
