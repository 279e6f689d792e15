using System.Net;
using System.Text.Json;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>How a person has himself deleted, and thinks better of it.</summary>
public sealed class DeletionTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly TimeSpan CoolOff = TimeSpan.FromDays(14);

    [Fact]
    [Trait("asvs", "7.4.2")]
    [Trait("bug", "2")]
    public async Task Whoever_asks_is_shut_out_at_once_everywhere()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var elsewhere = ada.Elsewhere();
        elsewhere.Cookie = null;
        (await elsewhere.SignInAsync()).Is(HttpStatusCode.OK);
        using var socket = await elsewhere.ConnectAsync();
        var token = (await ada.PostAsync("/api/tokens", new { name = "Script", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString();

        var until = await DeleteAsync(ada);
        Assert.InRange(until - server.Clock.GetUtcNow(), CoolOff - TimeSpan.FromMinutes(1), CoolOff);
        Assert.Null(ada.Cookie);
        (await elsewhere.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        await TestBrowser.ClosedAsync(socket);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.NewBrowser().PostAsync("/api/tokens/refresh", new { token })).Status);
        Assert.Contains("Your account will be deleted on ", (await server.Mail.NextAsync(ada.Email)).Header("Subject"), StringComparison.Ordinal);
        Assert.Equal(["user_deletion_requested"], await EventsAsync(ada.Email, "user_deletion%"));
    }

    [Theory]
    [InlineData("Pacific/Kiritimati", 14)]
    [InlineData("Etc/GMT+12", -12)]
    public async Task The_mail_names_the_day_as_its_reader_writes_it_and_by_his_clock(string zone, int hours)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostAsync("/api/me/profile", new { name = "Ada", timeZone = zone })).Is(HttpStatusCode.NoContent);
        (await ada.PostAsync("/api/me/language", new { language = "de" })).Is(HttpStatusCode.NoContent);
        var until = await DeleteAsync(ada);
        Assert.Equal($"Ihr Konto wird am {until.ToOffset(TimeSpan.FromHours(hours)):dd.MM.yyyy} gelöscht", (await server.Mail.NextAsync(ada.Email)).Header("Subject"));
    }

    [Fact]
    [Trait("asvs", "7.5.3")]
    public async Task It_takes_a_fresh_password_and_the_address_typed()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostAsync("/api/me/deletion", new { email = "somebody@example.org" })).Refuses(HttpStatusCode.UnprocessableEntity, "deletion.wrong_address", "email");
        (await ada.PostAsync("/api/me/deletion")).Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "email");
        server.Clock.Forward(TimeSpan.FromMinutes(6));
        (await ada.PostAsync("/api/me/deletion", new { email = ada.Email })).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        (await ada.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Empty(await server.LookAsync($"SELECT user_id FROM identity.deletions d JOIN identity.users u ON u.id = d.user_id WHERE email = '{ada.Email}'"));
    }

    [Fact]
    public async Task The_only_owner_of_others_and_the_last_operator_stay_until_they_have_handed_over()
    {
        using var ada = await server.NewOperatorAsync();
        using var bob = await server.JoinAsync(ada, "member");
        var foreseen = (await ada.GetAsync("/api/me/deletion")).Is(HttpStatusCode.OK).Json;
        Assert.Equal(["Analytical Engines"], Names(foreseen, "blocking"));
        Assert.True(foreseen.GetProperty("isLastOperator").GetBoolean());
        (await ada.PostAsync("/api/me/deletion", new { email = ada.Email })).Refuses(HttpStatusCode.Conflict, "deletion.blocked");

        var foreseenByBob = (await bob.GetAsync("/api/me/deletion")).Json;
        Assert.Empty(Names(foreseenByBob, "blocking"));
        Assert.Equal(["Elsewhere"], Names(foreseenByBob, "going"));
        Assert.Equal(14, foreseenByBob.GetProperty("days").GetInt32());

        await PromoteAsync(ada, bob);
        (await ada.PostAsync("/api/me/deletion", new { email = ada.Email })).Refuses(HttpStatusCode.Conflict, "deletion.blocked");
        Assert.True(await server.Get<Operators>().AddAsync(bob.Email, TestContext.Current.CancellationToken));
        await DeleteAsync(ada);
        // Whoever is leaving himself runs the server no more.
        (await bob.PostAsync("/api/me/deletion", new { email = bob.Email })).Refuses(HttpStatusCode.Conflict, "deletion.blocked");
        await server.Get<Operators>().RemoveAsync(bob.Email, TestContext.Current.CancellationToken);
        await server.Get<Operators>().RemoveAsync(ada.Email, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_is_leaving_himself_is_no_owner_that_others_are_left_to()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        await PromoteAsync(ada, bob);
        using var vera = await server.JoinAsync(ada, "member");
        await DeleteAsync(ada);
        Assert.Equal(["Analytical Engines"], Names((await bob.GetAsync("/api/me/deletion")).Json, "blocking"));
        (await bob.PostAsync("/api/me/deletion", new { email = bob.Email })).Refuses(HttpStatusCode.Conflict, "deletion.blocked");

        // Nor on the day, where both have asked in the same moment.
        var (first, second) = (await IdAsync(ada.Email), await IdAsync(bob.Email));
        await server.LookAsync($"INSERT INTO identity.deletions (user_id, asked_at, due_at) SELECT '{second}', asked_at, due_at FROM identity.deletions WHERE user_id = '{first}'");
        await DueAsync(CoolOff);
        Assert.Equal(2, (await server.LookAsync($"SELECT 1 FROM access.members WHERE user_id IN ('{first}', '{second}') AND role = 'owner' AND workspace_id = (SELECT workspace_id FROM access.members WHERE user_id = '{first}')")).Count);
        (await ada.PostAsync("/api/keep", new { token = (await server.Mail.NextAsync(ada.Email, 2)).Token })).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Two_owners_who_are_alone_may_both_leave_and_the_second_takes_the_workspace_with_him()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        await PromoteAsync(ada, bob);
        var workspace = await ada.WorkspaceAsync();
        // His new role brings a new cookie with his next request.
        await server.ReadAsync(workspace);
        (await bob.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        await DeleteAsync(ada);
        Assert.Contains("Analytical Engines", Names((await bob.GetAsync("/api/me/deletion")).Json, "going"));
        server.Clock.Forward(TimeSpan.FromMinutes(1));
        await DeleteAsync(bob);
        await DueAsync(CoolOff);
        await Eventually.HoldsAsync("both are gone", async () => (await server.LookAsync($"SELECT 1 FROM identity.users WHERE email IN ('{ada.Email}', '{bob.Email}')")).Count == 0);
        Assert.Empty(await server.LookAsync($"SELECT 1 FROM access.workspaces WHERE id = '{workspace}'"));
    }

    [Fact]
    public async Task The_right_password_offers_to_keep_the_account_and_opens_nothing_else()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        var until = await DeleteAsync(ada);
        (await ada.SignInAsync("another handful of words")).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        var offered = (await ada.SignInAsync()).Refuses(HttpStatusCode.Conflict, "account.leaving");
        Assert.Null(ada.Cookie);
        Assert.Equal(["authn_login_leaving"], await EventsAsync(ada.Email, "authn_login_leaving"));
        Assert.Equal(until, DateTimeOffset.Parse(offered.Param("until").GetString()!));
        var token = offered.Param("token").GetString();
        Assert.Equal(ada.Email, (await ada.PostAsync("/api/keep/look", new { token })).Is(HttpStatusCode.OK).Json.GetProperty("email").GetString());
        (await ada.PostAsync("/api/reset", new { token, password = "another handful of words" })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");

        (await ada.PostAsync("/api/keep", new { token })).Is(HttpStatusCode.NoContent);
        Assert.Null(ada.Cookie);
        (await ada.PostAsync("/api/keep", new { token })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.Equal(workspace, await ada.WorkspaceAsync());
        Assert.Equal(["user_deletion_cancelled", "user_deletion_requested"], await EventsAsync(ada.Email, "user_deletion%"));
        await DueAsync(CoolOff);
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_link_of_the_mail_keeps_the_account_until_the_day()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        await DeleteAsync(ada);
        var mail = await server.Mail.NextAsync(ada.Email);
        Assert.StartsWith($"{server.Address}keep#", mail.Link, StringComparison.Ordinal);
        server.Clock.Forward(TimeSpan.FromDays(13));
        (await ada.PostAsync("/api/keep/look", new { token = mail.Token })).Is(HttpStatusCode.OK);
        (await ada.PostAsync("/api/keep", new { token = mail.Token })).Is(HttpStatusCode.NoContent);
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "15.4.2")]
    public async Task Either_the_account_is_kept_or_it_is_erased_whoever_comes_first()
    {
        var (kept, erased) = (0, 0);
        for (var round = 0; round < 6; round++)
        {
            using var ada = await server.NewBrowser().SignUpAsync();
            await DeleteAsync(ada);
            var id = await IdAsync(ada.Email);
            var mail = await server.Mail.NextAsync(ada.Email);
            await server.LookAsync($"UPDATE identity.deletions SET due_at = now() - interval '1 day' WHERE user_id = '{id}'");
            var deletes = server.Get<Eraser>().EraseAsync(id, TestContext.Current.CancellationToken);
            var keeps = ada.PostAsync("/api/keep", new { token = mail.Token });
            var (isErased, answer) = (await deletes, await keeps);
            Assert.Equal(isErased, answer.Status == HttpStatusCode.NotFound);
            (await ada.SignInAsync()).Is(isErased ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
            Assert.Equal(isErased ? 0 : 1, (await server.LookAsync($"SELECT 1 FROM access.members WHERE user_id = '{id}'")).Count);
            (kept, erased) = isErased ? (kept, erased + 1) : (kept + 1, erased);
        }

        Assert.Equal(6, kept + erased);
    }

    [Fact]
    public async Task Who_became_the_only_owner_meanwhile_is_told_and_stays_until_he_is_not()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        using var vera = await server.JoinAsync(ada, "member");
        await DeleteAsync(bob);
        await PromoteAsync(ada, bob);
        await LeaveAsync(ada);
        await DueAsync(CoolOff);
        var mail = await server.Mail.NextAsync(bob.Email, 2);
        Assert.Equal("Your account was not deleted yet", mail.Header("Subject"));
        (await bob.PostAsync("/api/keep/look", new { token = mail.Token })).Is(HttpStatusCode.OK);
        (await bob.SignInAsync()).Refuses(HttpStatusCode.Conflict, "account.leaving");
    }

    private static async Task<DateTimeOffset> DeleteAsync(TestBrowser person) =>
        (await person.PostAsync("/api/me/deletion", new { email = person.Email.ToUpperInvariant() })).Is(HttpStatusCode.OK).Json.GetProperty("until").GetDateTimeOffset();

    private async Task DueAsync(TimeSpan after)
    {
        server.Clock.Forward(after);
        await server.Get<JobDesk>().EnqueueAsync(Guid.Empty, Actor.Server(Eraser.DueKind), new NewJob(Eraser.DueKind, new Eraser.Due()));
        await Eventually.HoldsAsync("all who are due are seen to", async () =>
            (await server.LookAsync("SELECT 1 FROM engine.jobs WHERE kind IN ('identity.erase', 'identity.erase_due') AND due_at < now()")).Count == 0);
    }

    private static async Task PromoteAsync(TestBrowser owner, TestBrowser who)
    {
        var member = (await owner.ListAsync("access.member", $"query=email:\"{who.Email}\"")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        (await owner.WriteAsync(new { op = "set", type = "access.member", id = member, field = "role", value = "owner" })).Is(HttpStatusCode.OK);
    }

    private static async Task LeaveAsync(TestBrowser person) =>
        (await person.PostAsync($"/api/workspaces/{await person.WorkspaceAsync()}/leave")).Is(HttpStatusCode.OK);

    private async Task<Guid> IdAsync(string email) => Guid.Parse((await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{email}'"))[0]!);

    private Task<IReadOnlyList<string?>> EventsAsync(string email, string names) => server.LookAsync(
        $"SELECT name FROM security.events WHERE user_id = (SELECT id FROM identity.users WHERE email = '{email}') AND name LIKE '{names}' ORDER BY name");

    private static IEnumerable<string?> Names(JsonElement foreseen, string list) => foreseen.GetProperty(list).EnumerateArray().Select(place => place.GetProperty("name").GetString());
}
