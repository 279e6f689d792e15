using System.Net;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Of each statement the condition that says whose row it is.</summary>
public sealed class BystanderTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Next = "another handful of words";

    [Fact]
    [Trait("asvs", "8.2.2")]
    public async Task Whatever_a_person_does_of_his_own_leaves_all_of_another_as_it_was()
    {
        using var eve = await WithEverythingAsync("Eve", "Elsewhere");
        using var ada = await WithEverythingAsync("Ada", "Analytical Engines");
        using var second = server.NewBrowser();
        (await second.PostAsync("/api/sign-in", new { email = ada.Email, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        using var program = new TestProgram(server.Address);
        var workspace = await ada.WorkspaceAsync();
        var before = await RowsOfAsync(eve);
        Assert.True(before.Count >= 12, $"Only {before.Count} rows are Eve's.");

        await LeavesAsync("a profile", await ada.PostAsync("/api/me/profile", new { name = "Ada King", timeZone = "Europe/London" }));
        await LeavesAsync("a language", await ada.PostAsync("/api/me/language", new { language = "de" }));
        await LeavesAsync("a picture", await ada.PostAsync("/api/me/picture", new { image = Convert.ToBase64String(PictureTests.Png(128, 128)) }));
        await LeavesAsync("no picture", await ada.DeleteAsync("/api/me/picture"));
        await LeavesAsync("a proof", await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password }));
        await LeavesAsync("a use much later", await LaterAsync(ada));
        var token = (await ada.PostAsync("/api/tokens", new { name = "laptop", days = "30" })).Is(HttpStatusCode.Created).Json;
        program.Refresh = token.GetProperty("token").GetString();
        await program.RefreshAsync();
        await LeavesAsync("a token", await program.GetAsync("/api/me"));
        await LeavesAsync("no token", await ada.PostAsync($"/api/tokens/{token.GetProperty("id").GetString()}/end"));
        var invite = (await ada.PostAsync($"/api/workspaces/{workspace}/invites", new { role = "member" })).Is(HttpStatusCode.Created);
        await LeavesAsync("an invite", invite);
        await LeavesAsync("no invite", await ada.DeleteAsync($"/api/workspaces/{workspace}/invites/{invite.Json.GetProperty("id").GetString()}"));
        await LeavesAsync("another workspace", await ada.PostAsync("/api/workspaces", new { name = "Second" }));
        await LeavesAsync("no other sessions", await ada.PostAsync("/api/sessions/end-others"));
        await LeavesAsync("another password", await ada.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Next }));
        (await second.PostAsync("/api/forgot", new { email = ada.Email })).Is(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync("a second link", () => Links(ada).Length == 2);
        await LeavesAsync("a reset", await second.PostAsync("/api/reset", new { token = Links(ada)[1].Token, password = TestBrowser.Password }));
        await LeavesAsync("a sign-in", await ada.SignInAsync());
        await LeavesAsync("a sign-out", await ada.PostAsync("/api/sign-out"));

        async Task LeavesAsync(string what, Answer answer)
        {
            Assert.True((int)answer.Status < 300, $"{what}: {answer.Status} {answer.Text}");
            Assert.Equal((what, string.Join('\n', before)), (what, string.Join('\n', await RowsOfAsync(eve))));
        }
    }

    private Mailed[] Links(TestBrowser person) => [.. server.Mail.To(person.Email).Where(mail => mail.Link.Contains("/reset#", StringComparison.Ordinal))];

    /// <summary>Somebody with a row of every kind.</summary>
    private async Task<TestBrowser> WithEverythingAsync(string name, string workspace)
    {
        var person = await server.NewBrowser().SignUpAsync(name, workspace);
        (await person.PostAsync("/api/me/profile", new { name, timeZone = "Europe/Tirane" })).Is(HttpStatusCode.NoContent);
        (await person.PostAsync("/api/me/picture", new { image = Convert.ToBase64String(PictureTests.Png(64, 64)) })).Is(HttpStatusCode.OK);
        (await person.PostAsync("/api/tokens", new { name = "phone", days = "30" })).Is(HttpStatusCode.Created);
        (await person.PostAsync($"/api/workspaces/{await person.WorkspaceAsync()}/invites", new { role = "member" })).Is(HttpStatusCode.Created);
        (await person.PostAsync("/api/forgot", new { email = person.Email })).Is(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync("a link", () => Links(person).Length == 1);
        using var elsewhere = server.NewBrowser();
        (await elsewhere.PostAsync("/api/sign-in", new { email = person.Email, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        await server.ReadAsync(await person.WorkspaceAsync());
        return person;
    }

    private async Task<Answer> LaterAsync(TestBrowser person)
    {
        server.Clock.Forward(TimeSpan.FromMinutes(2));
        return await person.GetAsync("/api/me");
    }

    /// <summary>All rows about people and access that name the person, his address or his workspace.</summary>
    private async Task<IReadOnlyList<string>> RowsOfAsync(TestBrowser person)
    {
        var marks = await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{person.Email}' UNION ALL SELECT workspace_id FROM access.members WHERE email = '{person.Email}'");
        var tables = await server.LookAsync("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('identity', 'access', 'workspaces') ORDER BY 1");
        var rows = new List<string>();
        foreach (var table in tables)
            rows.AddRange((await server.LookAsync($"SELECT '{table} ' || t::text FROM {table} t WHERE t::text ~ '{string.Join('|', marks.Append(person.Email))}' ORDER BY 1"))!);
        return rows;
    }
}
