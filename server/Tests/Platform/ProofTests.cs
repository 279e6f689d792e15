using System.Net;
using System.Net.WebSockets;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>The password once more.</summary>
public sealed class ProofTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1);

    [Fact]
    [Trait("asvs", "7.5.2")]
    [Trait("asvs", "7.5.3")]
    public async Task What_matters_takes_a_password_of_the_last_five_minutes()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        (await browser.PostAsync("/api/sessions/end-others")).Is(HttpStatusCode.OK);

        server.Clock.Forward(Later);
        foreach (var path in new[] { "/api/sessions/end-others", $"/api/sessions/{Guid.CreateVersion7()}/end", "/api/tokens" })
            (await browser.PostAsync(path, path == "/api/tokens" ? new { name = "T", days = "30" } : new { })).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await browser.PostAsync("/api/session/proof", new { password = "something else entirely" })).Refuses(HttpStatusCode.UnprocessableEntity, "password.wrong", "password");
        (await browser.PostAsync("/api/sessions/end-others")).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");

        (await browser.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await browser.PostAsync("/api/sessions/end-others")).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "7.5.3")]
    public async Task What_leaves_in_bulk_and_who_is_let_in_with_power_takes_it_too()
    {
        using var browser = await server.NewOperatorAsync();
        var workspace = await browser.WorkspaceAsync();
        string[] files = ["/api/me/events/export?format=csv", $"/api/workspaces/{workspace}/events/export?format=csv", "/api/operator/events/export?format=csv"];
        server.Clock.Forward(Later);
        foreach (var role in new[] { "owner", "admin" })
            (await InviteAsync(role)).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        (await InviteAsync("member")).Is(HttpStatusCode.Created);
        (await browser.PostAsync($"/api/workspaces/{workspace}/exports")).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        (await browser.GetAsync("/api/session/proof")).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        foreach (var file in files.Append($"/api/workspaces/{workspace}/exports/{Guid.CreateVersion7()}"))
            (await browser.GetAsync(file)).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");

        (await browser.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await browser.GetAsync("/api/session/proof")).Is(HttpStatusCode.NoContent);
        (await InviteAsync("owner")).Is(HttpStatusCode.Created);
        (await browser.PostAsync($"/api/workspaces/{workspace}/exports")).Refuses(HttpStatusCode.Conflict, "export.no_key");
        foreach (var file in files)
            (await browser.GetAsync(file)).Is(HttpStatusCode.OK);

        Task<Answer> InviteAsync(string role) => browser.PostAsync($"/api/workspaces/{workspace}/invites", new { role });
    }

    [Fact]
    [Trait("asvs", "7.5.3")]
    public async Task Making_somebody_powerful_takes_it_by_whatever_door()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        using var vera = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        var (his, hers, role) = (await MemberAsync(bob), await MemberAsync(vera), Guid.CreateVersion7());
        var token = (await ada.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString();
        using var program = new TestProgram(server.Address) { Refresh = token };
        using var live = await SyncClient.ConnectAsync(ada, ["access.members"]);
        server.Clock.Forward(Later);

        foreach (var (field, value) in new[] { ("role", (object)"admin"), ("role", "owner") })
            (await ada.WriteAsync(Set(his, field, value))).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required", "role");
        (await ada.WriteAsync(SyncClient.Create(role, new { name = "Clerk", permissions = new[] { "solo.customer.read" } }, "access.role"))).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Set(his, "customRole", role))).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required", "role");
        (await ada.WriteAsync(SyncClient.Set(role, "permissions", new[] { "solo.customer.read", "solo.customer.update" }, "access.role"))).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required", "permissions");
        Assert.Equal("auth.proof_required", (await live.PushAsync(Set(his, "role", "admin"))).GetProperty("error").GetProperty("code").GetString());
        // Whoever is made less needs none.
        (await ada.WriteAsync(Set(his, "role", "viewer"))).Is(HttpStatusCode.OK);

        (await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        // A program cannot, however lately its person did; and the socket that was open before knows of the proof.
        await program.RefreshAsync();
        (await program.PostAsync($"/api/workspaces/{workspace}/transactions", new { id = Guid.CreateVersion7(), schema = 1, operations = new[] { Set(his, "role", "admin") } }))
            .Refuses(HttpStatusCode.Unauthorized, "auth.proof_required", "role");
        using (var socket = SyncClient.Over(await program.ConnectAsync(workspace), workspace))
            Assert.Equal("auth.proof_required", (await socket.PushAsync(Set(his, "role", "admin"))).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("applied", (await live.PushAsync(Set(hers, "role", "admin"))).GetProperty("outcome").GetString());
        (await ada.WriteAsync(Set(his, "customRole", role))).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Set(his, "role", "admin"))).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Set(hers, "role", "owner"))).Is(HttpStatusCode.OK);
        // What takes somebody's power back is undone as anything else that gives it.
        server.Clock.Forward(Later);
        (await ada.WriteAsync(Set(hers, "role", "admin"))).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Set(hers, "role", "owner"))).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required", "role");
        // Without the other role he would be a whole admin.
        (await ada.WriteAsync(Set(his, "customRole", null))).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required", "role");

        static object Set(Guid member, string field, object? value) => SyncClient.Set(member, field, value, "access.member");

        async Task<Guid> MemberAsync(TestBrowser person) =>
            (await ada.ListAsync("access.member", $"query=email:\"{person.Email}\"")).Is(HttpStatusCode.OK).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
    }

    [Fact]
    [Trait("asvs", "7.2.4")]
    public async Task A_proof_gives_the_session_a_new_cookie_and_the_old_one_is_dead_at_once()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var socket = await browser.ConnectAsync();
        using var thief = server.NewBrowser();
        thief.Cookie = browser.Cookie;
        (await thief.GetAsync("/api/me")).Is(HttpStatusCode.OK);

        (await browser.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        Assert.NotEqual(thief.Cookie, browser.Cookie);
        (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        // It is the same session still, so its socket stays and no second one is listed.
        var open = server.Get<SyncHub>().Sessions;
        Assert.Equal(open.Order(), (await server.Get<Sessions>().LiveAmongAsync(open, TestContext.Current.CancellationToken)).Order());
        Assert.Equal(WebSocketState.Open, socket.State);
        Assert.Equal(1, (await browser.GetAsync("/api/sessions")).Json.GetProperty("sessions").GetArrayLength());
    }

    [Fact]
    [Trait("asvs", "7.2.4")]
    public async Task A_sign_in_gives_a_new_cookie_and_ends_the_session_of_the_old_one()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var before = server.NewBrowser();
        before.Cookie = browser.Cookie;
        (await browser.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.NotEqual(before.Cookie, browser.Cookie);
        (await before.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
    }

    [Fact]
    [Trait("asvs", "6.3.1")]
    public async Task Passwords_cannot_be_guessed_at_an_open_page_either()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var answers = new List<Answer>();
        while (answers.Count < 40 && answers.LastOrDefault()?.Status != HttpStatusCode.TooManyRequests)
            answers.Add(await browser.PostAsync("/api/session/proof", new { password = $"a guess that is wrong {answers.Count}" }));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].Status);
        Assert.All(answers.SkipLast(1), answer => answer.Refuses(HttpStatusCode.UnprocessableEntity, "password.wrong", "password"));
    }
}
