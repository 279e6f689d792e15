using System.Net;
using System.Text;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What is refused before anyone looks at its meaning.</summary>
public sealed class RequestTests(TestServer server, TestCluster cluster) : IClassFixture<TestServer>
{
    private static readonly string[] Strangers = ["cross-site", "same-site", "none", "same-origin, cross-site"];

    [Fact]
    [Trait("asvs", "3.5.1")]
    public async Task Another_sites_page_cannot_change_anything()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        foreach (var from in Strangers)
            (await SendAsync(browser, "application/json", ("Sec-Fetch-Site", from))).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        (await SendAsync(browser, "application/json")).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        foreach (var origin in new[] { "null", "http://evil.example", $"{browser.Address.GetLeftPart(UriPartial.Authority)}.evil.example", "https://localhost" })
            (await SendAsync(browser, "application/json", ("Origin", origin))).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        // What the browser says of where it comes from counts more than the origin.
        (await SendAsync(browser, "application/json", ("Sec-Fetch-Site", "cross-site"), ("Origin", browser.Address.GetLeftPart(UriPartial.Authority))))
            .Refuses(HttpStatusCode.Forbidden, "request.cross_site");

        (await SendAsync(browser, "application/json", ("Origin", browser.Address.GetLeftPart(UriPartial.Authority)))).Is(HttpStatusCode.Created);
        (await SendAsync(browser, "application/json", ("Sec-Fetch-Site", "same-origin"))).Is(HttpStatusCode.Created);
        Assert.Equal(3, (await browser.WorkspacesAsync()).Count);
    }

    [Fact]
    [Trait("asvs", "3.5.8")]
    public async Task An_address_of_the_api_opens_as_a_page_for_nobody_but_our_own_downloads()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        foreach (var from in Strangers)
            (await ReadAsync(browser, "/API/me", ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", from))).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        var export = $"/api/workspaces/{await browser.WorkspaceAsync()}/records/solo.customer/export?format=csv";
        (await ReadAsync(browser, export, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", "none"))).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        (await ReadAsync(browser, export, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", "same-origin"))).Is(HttpStatusCode.OK);
        // A program says nothing of where it comes from.
        (await ReadAsync(browser, "/api/me")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData(null)]
    [Trait("asvs", "3.5.2")]
    public async Task What_a_form_could_send_is_refused(string? contentType)
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        (await SendAsync(browser, contentType, ("Sec-Fetch-Site", "same-origin"))).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Every_method_that_is_not_known_to_be_harmless_is_checked(string method)
    {
        using var browser = server.NewBrowser();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/workspaces");
        (await browser.SendAsync(request, ownOrigin: false)).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
    }

    [Fact]
    [Trait("asvs", "4.4.2")]
    [Trait("asvs", "4.4.4")]
    public async Task Another_sites_page_cannot_open_the_socket()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        foreach (var origin in new[] { null, "null", "http://evil.example", "https://localhost" })
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.OpenAsync(origin)).HttpStatusCode);
        using var socket = await browser.ConnectAsync();
        Assert.Equal(System.Net.WebSockets.WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task The_address_of_the_socket_is_for_sockets()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        (await browser.GetAsync("/api/sync")).Refuses(HttpStatusCode.BadRequest, "request.malformed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"name\":\"W\",\"name\":\"V\"}")]
    [InlineData("{\"name\":\"W\"} // comment")]
    [InlineData("{\"name\":[[[[[[[[1]]]]]]]]}")]
    [InlineData("{\"name\":\"W\",}")]
    [Trait("asvs", "15.3.7")]
    public async Task What_is_not_one_json_object_is_malformed(string body)
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        (await browser.PostTextAsync("/api/workspaces", body)).Refuses(HttpStatusCode.BadRequest, "request.malformed");
    }

    [Fact]
    [Trait("asvs", "15.3.7")]
    public async Task What_is_given_twice_is_refused_and_nobody_chooses_which_counts()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        (await browser.GetAsync("/api/form?for=sign-in&for=sign-up")).Refuses(HttpStatusCode.UnprocessableEntity, "field.not_allowed", "for");
        var records = $"/api/workspaces/{await browser.WorkspaceAsync()}/records/solo.customer";
        (await browser.GetAsync($"{records}?sort=name&limit=1")).Is(HttpStatusCode.OK);
        foreach (var (field, twice) in new[] { ("limit", "limit=1&limit=2"), ("sort", "sort=name&sort=-name"), ("query", "query=a&query=b") })
            Assert.Equal($"422 {field}", await RefusalAsync($"{records}?{twice}"));
        foreach (var (field, twice) in new[] { ("name", "name=authn_login_fail&name=user_created"), ("user", $"user={Guid.CreateVersion7()}&user={Guid.CreateVersion7()}") })
            Assert.Equal($"422 {field}", await RefusalAsync($"/api/me/events?{twice}"));

        async Task<string> RefusalAsync(string path)
        {
            var answer = await browser.GetAsync(path);
            return $"{(int)answer.Status} {(answer.Status == HttpStatusCode.OK ? "" : answer.Field)}";
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/workspaces")
        {
            Content = new ByteArrayContent([.. Encoding.UTF8.GetBytes("{\"name\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}")]),
        };
        request.Content.Headers.ContentType = new("application/json");
        var answer = await browser.SendAsync(request);
        Assert.Contains(answer.Code, new[] { "request.malformed", "field.malformed" });
        Assert.Single(await browser.WorkspacesAsync());
    }

    [Theory]
    [InlineData("{\"name\":\"W\",\"\\ud800\":1}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"name\":\"W\",\"<b>\":1}")]
    public async Task A_field_that_is_no_name_is_not_given_back(string body)
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var answer = await browser.PostTextAsync("/api/workspaces", body);
        Assert.Contains(answer.Code, new[] { "field.unknown", "request.malformed" });
        Assert.Null(answer.Field);
        Assert.DoesNotContain("<b>", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_has_a_greatest_size()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var answer = (await browser.PostAsync("/api/workspaces", new { name = new string('a', 20_000) })).Refuses(HttpStatusCode.RequestEntityTooLarge, "request.too_large");
        Assert.Equal(16_384, answer.Param("max").GetInt32());
        (await browser.PostAsync("/api/workspaces", new { name = new string('a', 2_000_000) })).Refuses(HttpStatusCode.RequestEntityTooLarge, "request.too_large");
        // With its length in a header, which the server refuses before it reads.
        using var told = new HttpRequestMessage(HttpMethod.Post, "/api/workspaces") { Content = new StringContent($"{{\"name\":\"{new string('a', 2_000_000)}\"}}", null, "application/json") };
        told.Headers.ExpectContinue = true;
        (await browser.SendAsync(told)).Refuses(HttpStatusCode.RequestEntityTooLarge, "request.too_large");
    }

    [Fact]
    public async Task An_address_without_anything_says_so()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        (await browser.GetAsync("/api/nothing")).Refuses(HttpStatusCode.NotFound, "request.not_found");
        (await browser.GetAsync("/api/sign-in")).Refuses(HttpStatusCode.MethodNotAllowed, "request.method_not_allowed");
        (await browser.GetAsync("/api/workspaces/not-an-id/invites")).Refuses(HttpStatusCode.NotFound, "request.not_found");
    }

    [Fact]
    public async Task One_caller_may_ask_only_so_much()
    {
        await using var own = new TestServer(cluster) { Arguments = ["--requests", "300"] };
        await own.InitializeAsync();
        using var busy = own.NewBrowser();
        using var other = own.NewBrowser();
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => busy.GetAsync("/api/me")));
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Unauthorized);
        answers.First(answer => answer.Status != HttpStatusCode.Unauthorized).Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
        (await other.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
    }

    [Fact]
    [Trait("asvs", "15.3.4")]
    public async Task Every_answer_of_the_api_says_how_much_one_may_ask_yet()
    {
        await using var own = new TestServer(cluster) { Arguments = ["--requests", "300"] };
        await own.InitializeAsync();
        using var busy = own.NewBrowser();
        using var other = own.NewBrowser();
        var first = await busy.GetAsync("/api/me");
        Assert.Equal("\"requests\";q=300;w=30", Assert.Single(first.Message.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal("\"requests\";r=299;t=1", Assert.Single(first.Message.Headers.GetValues("RateLimit")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => busy.GetAsync("/api/me")));
        var refused = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal("\"requests\";r=0;t=1", Assert.Single(refused.Message.Headers.GetValues("RateLimit")));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Message.Headers.RetryAfter?.Delta);
        // Nobody else's budget, whatever a caller says of himself.
        var lies = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            busy.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { { "X-Forwarded-For", $"203.0.113.{i}" } } })));
        Assert.Contains(lies, answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Contains("r=299", Assert.Single((await other.GetAsync("/api/me")).Message.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
    }

    private static Task<Answer> ReadAsync(TestBrowser browser, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return browser.SendAsync(request, ownOrigin: false);
    }

    private static async Task<Answer> SendAsync(TestBrowser browser, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/workspaces") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{\"name\":\"Another\"}")) };
        if (contentType is not null)
            request.Content.Headers.ContentType = new(contentType);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await browser.SendAsync(request, ownOrigin: false);
    }
}
