using System.Net;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What is under way while a password changes or sessions end.</summary>
public sealed class PasswordRaceTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Next = "another handful of words";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE identity.credentials SET changed_at = now() + interval '1 second'", false)]
    [InlineData("DELETE FROM identity.credentials", false)]
    // Of other costs, but the same password.
    [InlineData("UPDATE identity.credentials SET secret = secret || ''", true)]
    [Trait("asvs", "7.4.3")]
    [Trait("asvs", "15.4.2")]
    public async Task A_sign_in_that_checked_the_password_before_does_not_outlive_it(string meanwhile, bool comesIn)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        var answer = await WhileAsync(person, () => person.SignInAsync(), $"{meanwhile} WHERE user_id = {UserOf(person)}");
        if (comesIn)
            answer.Is(HttpStatusCode.OK);
        else
            answer.Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        Assert.Equal(comesIn ? "1" : "0", (await server.LookAsync($"SELECT count(*) FROM identity.sessions WHERE user_id = {UserOf(person)} AND ended_at IS NULL"))[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("asvs", "7.4.3")]
    public async Task A_token_that_is_made_while_all_sessions_end_ends_with_them(bool ends)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var answer = await WhileAsync(person, () => person.PostAsync("/api/tokens", new { name = "T", days = "30" }), ends
            ? $"UPDATE identity.sessions SET ended_at = now(), end_reason = 'for_the_test' WHERE user_id = {UserOf(person)}" : "SELECT 1");
        Assert.Equal(!ends, answer.Status == HttpStatusCode.Created);
        Assert.Equal(ends ? "0" : "1", (await server.LookAsync($"SELECT count(*) FROM identity.sessions WHERE user_id = {UserOf(person)} AND kind = 'token' AND ended_at IS NULL"))[0]);
    }

    [Theory]
    [InlineData("email", "address_changes", false)]
    [InlineData("email", "address_changes", true)]
    [InlineData("deletion", "deletions", false)]
    [InlineData("deletion", "deletions", true)]
    [Trait("asvs", "7.4.3")]
    public async Task What_is_asked_for_while_the_session_ends_comes_to_nothing(string door, string table, bool ends)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var email = door == "email" ? $"n{person.Email}" : person.Email;
        var answer = await WhileAsync(person, () => person.PostAsync($"/api/me/{door}", new { email }), ends
            ? $"UPDATE identity.sessions SET ended_at = now(), end_reason = 'for_the_test' WHERE user_id = {UserOf(person)}" : "SELECT 1");
        if (ends)
            answer.Refuses(HttpStatusCode.Unauthorized, "session.ended");
        else
            Assert.InRange((int)answer.Status, 200, 202);
        Assert.Equal(ends ? "0" : "1", (await server.LookAsync($"SELECT count(*) FROM identity.{table} WHERE user_id = {UserOf(person)}"))[0]);
    }

    [Fact]
    [Trait("asvs", "7.4.3")]
    public async Task What_begins_while_all_sessions_end_is_seen_by_whoever_ends_them()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var user = Guid.Parse((await server.LookAsync($"SELECT {UserOf(person)}"))[0]!);
        var ended = await WhileAsync(person, () => server.Get<Sessions>().EndAllOfAsync(user, but: null, "for_the_test"), $"""
            INSERT INTO identity.sessions (id, kind, user_id, created_at, last_used_at, idle_expires_at, expires_at, auth_time, amr, agent, address_prefix)
            SELECT gen_random_uuid(), 'token', user_id, created_at, last_used_at, idle_expires_at, expires_at, auth_time, amr, agent, address_prefix
            FROM identity.sessions WHERE user_id = '{user}'
            """);
        Assert.Equal(2, ended);
    }

    [Fact]
    [Trait("asvs", "16.5.3")]
    public async Task A_password_changes_with_the_end_of_the_other_sessions_or_not_at_all()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var elsewhere = person.Elsewhere();
        elsewhere.Cookie = null;
        (await elsewhere.SignInAsync()).Is(HttpStatusCode.OK);
        await server.LookAsync("ALTER TABLE identity.sessions ADD CONSTRAINT for_the_test CHECK (end_reason <> 'password_changed')");
        (await person.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Next })).Is(HttpStatusCode.InternalServerError);
        await server.LookAsync("ALTER TABLE identity.sessions DROP CONSTRAINT for_the_test");
        foreach (var browser in new[] { person, elsewhere })
            (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await person.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = Next })).Is(HttpStatusCode.NoContent);
        (await elsewhere.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
    }

    [Fact]
    [Trait("asvs", "6.5.1")]
    public async Task Links_that_are_issued_at_once_all_work_and_a_reset_by_one_ends_them_all()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var links = server.Get<Links>();
        var user = (await server.Get<Users>().FindAsync(person.Email, device: null, Cancel)).User!;
        var issued = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => links.IssueAsync(LinkPurpose.Reset, user, TimeSpan.FromMinutes(15), isMailed: true)));
        var open = new List<string>();
        foreach (var token in issued.Select(link => link.Fragment[1..]))
        {
            if ((await person.PostAsync("/api/reset/look", new { token })).Status == HttpStatusCode.OK)
                open.Add(token);
        }

        Assert.Equal(16, open.Count);
        (await person.PostAsync("/api/reset", new { token = open[0], password = Next })).Is(HttpStatusCode.NoContent);
        Assert.Equal("0", (await server.LookAsync($"SELECT count(*) FROM identity.links WHERE user_id = '{user.Id}' AND purpose = 'reset' AND ended_at IS NULL"))[0]);
    }

    [Theory]
    [InlineData("UPDATE identity.credentials SET secret = secret || 'x'", false)]
    [InlineData("SELECT FROM identity.credentials", true)]
    [Trait("asvs", "7.4.3")]
    public async Task A_proof_of_a_password_that_is_changed_while_it_is_checked_proves_nothing(string meanwhile, bool proves)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        // It has read the hash by the time it counts the attempt.
        var answer = await WhileAsync(person, () => person.PostAsync("/api/session/proof", new { password = TestBrowser.Password }),
            $"{meanwhile} WHERE user_id = {UserOf(person)}", hold: "LOCK TABLE http.limits IN EXCLUSIVE MODE");
        if (proves)
            answer.Is(HttpStatusCode.NoContent);
        else
            answer.Refuses(HttpStatusCode.UnprocessableEntity, "password.wrong", "password");
    }

    /// <summary>Holds what a person does at his row, until somebody else has done something.</summary>
    private async Task<T> WhileAsync<T>(TestBrowser person, Func<Task<T>> act, string meanwhile, string? hold = null)
    {
        await using var source = NpgsqlDataSource.Create(server.SuperuserConnectionString);
        await using var connection = await source.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var holding = new NpgsqlCommand(hold ?? $"SELECT FROM identity.users WHERE id = {UserOf(person)} FOR UPDATE", connection, transaction);
        await holding.ExecuteNonQueryAsync(Cancel);
        var acting = act();
        await Eventually.HoldsAsync("it waits", async () =>
            (await server.LookAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))[0] != "0");
        await using var change = new NpgsqlCommand(meanwhile, connection, transaction);
        await change.ExecuteNonQueryAsync(Cancel);
        await transaction.CommitAsync(Cancel);
        return await acting;
    }

    private static string UserOf(TestBrowser person) => $"(SELECT id FROM identity.users WHERE email = '{person.Email}')";
}
