using System.Net;
using System.Text;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>After the day nothing anywhere says who a person was, and all else is as it was.</summary>
public sealed class PersonErasureTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Email = "Canary.Quillfeather@example.org";
    private const string Name = "Serinus Quillfeather";
    private const string FormerName = "Serinus Featherquill";
    private const string Address = "127.77.66.55";

    /// <summary>What must be found nowhere, in small letters.</summary>
    private static readonly string[] Canaries = [Email.ToLowerInvariant(), "quillfeather", "featherquill", "127.77.66.", "opera on chromeos", "aviary"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("asvs", "14.2.7")]
    public async Task Nothing_in_the_database_or_the_logs_says_who_he_was_and_the_log_stays_whole()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var shared = await ada.WorkspaceAsync();
        using var canary = new TestBrowser(server.Address, Address) { Agent = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 OPR/106.0" };
        (await canary.PostAsync("/api/sign-up", new { email = Email, password = TestBrowser.Password, name = FormerName, workspace = "The Aviary" })).Is(HttpStatusCode.Created);
        // To an address that is not shown to be his few mails go.
        await server.LookAsync("UPDATE identity.users SET verified_at = now() WHERE email_key LIKE 'canary.%'");
        var alone = await canary.WorkspaceAsync();
        (await canary.PostAsync("/api/invites/accept", new { token = await ada.InviteAsync("admin") })).Is(HttpStatusCode.OK);
        var id = Guid.Parse((await server.LookAsync("SELECT id FROM identity.users WHERE email_key LIKE 'canary.%'"))[0]!);
        using var vera = await server.JoinAsync(ada, "member");

        // He was somewhere else as well, and has gone from there.
        using var grace = await server.NewBrowser().SignUpAsync("Grace", "Compilers");
        var left = await grace.WorkspaceAsync();
        (await canary.PostAsync("/api/invites/accept", new { token = await grace.InviteAsync() })).Is(HttpStatusCode.OK);
        (await canary.PostAsync("/api/me/profile", new { name = Name, timeZone = "Pacific/Chatham" })).Is(HttpStatusCode.NoContent);
        (await canary.PostAsync($"/api/workspaces/{left}/leave")).Is(HttpStatusCode.OK);

        var picture = PictureTests.Png(97, 89);
        (await canary.PostAsync("/api/me/picture", new { image = Convert.ToBase64String(picture) })).Is(HttpStatusCode.OK);
        (await canary.PostAsync("/api/tokens", new { name = "Aviary script", days = "30" })).Is(HttpStatusCode.Created);
        (await canary.PostAsync("/api/forgot", new { email = Email })).Is(HttpStatusCode.Accepted);
        // The wish of somebody who did not know that he is here.
        await server.Get<Wishes>().KeepAsync(new User(Guid.CreateVersion7(), Email, Name, "en"), "phc", new FirstStep("The Aviary", null), TimeSpan.FromHours(1), "203.0.113.7");
        await server.Mail.NextAsync(Email, 3);

        // Somebody else would like to have his address.
        (await grace.PostAsync("/api/me/email", new { email = Email })).Is(HttpStatusCode.Accepted);
        await server.Mail.NextAsync(Email, 4);

        // What he made for others, what is his alone, and an invite for him elsewhere.
        var member = await MemberAsync(ada, Email);
        var (customer, comment, view) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        (await canary.WriteAsync(new { op = "create", type = "solo.customer", id = customer, values = new { name = "Mill" } }, workspace: shared)).Is(HttpStatusCode.OK);
        (await canary.WriteAsync(new { op = "create", type = "platform.comment", id = comment, values = new { recordType = "solo.customer", record = customer, author = member, text = "They mill." } }, workspace: shared)).Is(HttpStatusCode.OK);
        (await canary.WriteAsync(new { op = "create", type = "platform.view", id = view, values = new { member, recordType = "solo.customer", name = "My aviary" } }, workspace: shared)).Is(HttpStatusCode.OK);
        (await canary.WriteAsync(new { op = "create", type = "platform.home", id = Guid.CreateVersion7(), values = new { member, tour = "done" } }, workspace: shared)).Is(HttpStatusCode.OK);
        (await canary.WriteAsync(new { op = "set", type = "platform.view", id = view, field = "name", value = "All of the aviary" }, workspace: shared)).Is(HttpStatusCode.OK);
        (await grace.PostAsync($"/api/workspaces/{left}/invites", new { role = "member", email = Email.ToUpperInvariant() })).Is(HttpStatusCode.Created);
        await server.Mail.NextAsync(Email, 5);
        (await canary.PostAsync("/api/me/export")).Is(HttpStatusCode.Accepted);
        await server.Mail.NextAsync(Email, 6);
        await Eventually.HoldsAsync("his file is made", async () => (await server.LookAsync("SELECT state FROM identity.exports"))[0] == "done");
        // Somebody wanted to change his record and was refused; the answer is kept.
        await RefuseAsync(shared, member);

        var before = await DumpAsync();
        foreach (var found in Canaries.Append(Convert.ToHexStringLower(picture)))
            Assert.True(before.Contains(found, StringComparison.OrdinalIgnoreCase), $"The control is not there: {found}");

        using var live = await SyncClient.ConnectAsync(vera, ["access.members"], workspace: shared);
        (await canary.PostAsync("/api/me/deletion", new { email = Email })).Is(HttpStatusCode.OK);
        await server.Mail.NextAsync(Email, 7);
        await server.LookAsync($"UPDATE identity.deletions SET due_at = now() - interval '1 hour'");
        await server.Get<JobDesk>().EnqueueAsync(Guid.Empty, Actor.Server(Eraser.DueKind), new NewJob(Eraser.DueKind, new Eraser.Due()));
        await Eventually.HoldsAsync("he is gone", async () => (await server.LookAsync($"SELECT 1 FROM identity.users WHERE id = '{id}'")).Count == 0);
        await Eventually.HoldsAsync("its job is done", async () => (await server.LookAsync("SELECT 1 FROM engine.jobs WHERE kind LIKE 'identity.erase%'")).Count == 0);

        var dump = await DumpAsync();
        foreach (var canarySign in Canaries.Append(Convert.ToHexStringLower(picture)))
            Assert.True(!dump.Contains(canarySign, StringComparison.OrdinalIgnoreCase), $"{canarySign}: {Around(dump, canarySign)}");
        Assert.DoesNotContain(alone.ToString(), await DumpAsync("security.events"), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log.Lines, line => Canaries.Any(sign => line.Contains(sign, StringComparison.OrdinalIgnoreCase)));
        Assert.Contains(id.ToString(), await server.LookAsync("SELECT user_id FROM identity.erasures"));
        // What happened to him can still be told, without who he was.
        Assert.Contains("user_deleted", await server.LookAsync($"SELECT name FROM security.events WHERE user_id = '{id}' AND address IS NULL AND agent IS NULL"));

        foreach (var workspace in new[] { shared, left })
            Assert.Empty(await FindingsAsync(workspace));
        Assert.Contains(member.ToString(), (await live.NextAsync("delta")).GetRawText(), StringComparison.Ordinal);
        var comments = (await vera.ListAsync("platform.comment", $"query=record:{customer}", shared)).Is(HttpStatusCode.OK).Json.GetProperty("records");
        Assert.Equal(member, comments[0].GetProperty("values").GetProperty("author").GetGuid());
        (await vera.WriteAsync(new { op = "set", type = "solo.customer", id = customer, field = "name", value = "Old Mill" }, workspace: shared)).Is(HttpStatusCode.OK);
        var history = (await ada.GetAsync($"/api/workspaces/{shared}/records/solo.customer/{customer}/history")).Is(HttpStatusCode.OK).Text;
        Assert.Contains(id.ToString(), history, StringComparison.Ordinal);
        // The address is free again, for somebody new.
        using var next = server.NewBrowser();
        (await next.PostAsync("/api/sign-up", new { email = Email, password = TestBrowser.Password, name = "Another", workspace = "Other" })).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Who_comes_back_out_of_a_backup_is_shut_out_before_the_server_listens_and_erased_anew()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "member");
        // He had asked for it when the backup was made, and could have kept his account then.
        using var asked = await server.JoinAsync(ada, "member");
        (await asked.PostAsync("/api/me/deletion", new { email = asked.Email })).Is(HttpStatusCode.OK);
        var keep = new { token = (await server.Mail.NextAsync(asked.Email)).Token };
        // He was no owner when he was erased, and is the only one in the backup.
        using var owner = await server.NewBrowser().SignUpAsync();
        using var other = await server.JoinAsync(owner, "member");
        var left = await owner.WorkspaceAsync();
        TestBrowser[] back = [vera, asked, owner];
        await server.LookAsync($"INSERT INTO identity.erasures SELECT id, now() FROM identity.users WHERE email IN ({string.Join(", ", back.Select(person => $"'{person.Email}'"))})");
        (await vera.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await asked.PostAsync("/api/keep", keep)).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");

        await server.StartAsync();
        await Eventually.HoldsAsync("the session is over, which was read a moment ago", async () => (await vera.GetAsync("/api/me")).Status == HttpStatusCode.Unauthorized);
        foreach (var person in back)
            (await person.SignInAsync()).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        await Eventually.HoldsAsync("those who can are gone again", async () => (await server.LookAsync($"SELECT 1 FROM identity.users WHERE email IN ('{vera.Email}', '{asked.Email}')")).Count == 0);
        await Eventually.HoldsAsync("it was tried with the owner", async () => (await server.LookAsync("SELECT 1 FROM engine.jobs WHERE kind LIKE 'identity.erase%'")).Count == 0);
        (await owner.SignInAsync()).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        Assert.Empty(server.Mail.To(owner.Email));
        var dump = await DumpAsync();
        Assert.DoesNotContain(vera.Email, dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(asked.Email, dump, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await FindingsAsync(await ada.WorkspaceAsync()));

        // As soon as somebody else owns the workspace, the next look takes him.
        var type = server.Registry.Of<Member>();
        var raised = await server.WritePath.WriteAsync(left, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("test"),
            Operations = [new SetOperation(type, Guid.Parse((await server.LookAsync($"SELECT id FROM access.members WHERE email = '{other.Email}' AND workspace_id = '{left}'"))[0]!), type.FieldOf(nameof(Member.Role)), "owner")],
        });
        Assert.Null(raised.Failure);
        await server.Get<JobDesk>().EnqueueAsync(Guid.Empty, Actor.Server(Eraser.DueKind), new NewJob(Eraser.DueKind, new Eraser.Due()));
        await Eventually.HoldsAsync("the owner is gone again", async () => (await server.LookAsync($"SELECT 1 FROM identity.users WHERE email = '{owner.Email}'")).Count == 0);
    }

    [Fact]
    public async Task A_mail_to_him_that_is_on_its_way_is_waited_for_and_an_address_that_he_had_is_forgotten()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var person = await server.NewBrowser().SignUpAsync();
        var (former, email) = (person.Email, $"n{Guid.CreateVersion7():n}@example.org");
        (await person.PostAsync("/api/address/verify", new { token = (await server.Mail.VerificationAsync(former)).Token })).Is(HttpStatusCode.NoContent);
        (await person.PostAsync("/api/me/email", new { email })).Is(HttpStatusCode.Accepted);
        (await person.PostAsync("/api/address/confirm", new { token = (await server.Mail.NextAsync(email)).Token })).Is(HttpStatusCode.NoContent);
        await server.Mail.NextAsync(former, 2);
        server.Clock.Forward(TimeSpan.FromHours(80));
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/invites", new { role = "member", email = former })).Is(HttpStatusCode.Created);
        var id = Guid.Parse((await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{email}'"))[0]!);
        // Another process sends it.
        var (worker, job) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await server.LookAsync($$"""
            INSERT INTO engine.workers (id, host, started_at, beat_at) VALUES ('{{worker}}', 'another', now(), now() + interval '1 hour');
            INSERT INTO engine.jobs (id, workspace_id, queue, priority, place, due_at, kind, payload, is_system, depth, is_shown, enqueued_at, worker_id, started_at)
            VALUES ('{{job}}', '{{Guid.Empty}}', 'mail', 1, nextval('engine.job_places'), now(), 'mail.send', '{"To": "{{email}}"}', true, 0, false, now(), '{{worker}}', now())
            """);

        var erasing = server.Get<Accounts>().DeleteAsync(id, TimeSpan.Zero, Cancel);
        await Eventually.HoldsAsync("its invites are gone", async () => (await server.LookAsync($"SELECT 1 FROM workspaces.invites WHERE email = '{former}'")).Count == 0);
        // It comes to nothing, and is remembered with what a mail server says.
        await server.LookAsync($"""
            WITH ended AS (DELETE FROM engine.jobs WHERE id = '{job}' RETURNING *)
            INSERT INTO engine.job_ends (id, workspace_id, outcome, job, ended_at, forget_at)
            SELECT id, workspace_id, 'failed', jsonb_build_object('payload', payload, 'error', 'no such mailbox: {email}'), now(), now() + interval '30 days' FROM ended;
            DELETE FROM engine.workers WHERE id = '{worker}'
            """);
        Assert.True((await erasing).IsErased);
        var dump = await DumpAsync();
        Assert.DoesNotContain(email, dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(former, dump, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Of_an_address_that_was_never_shown_to_be_his_nothing_of_others_goes_with_him()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var squatter = await server.NewBrowser().SignUpAsync();
        var email = squatter.Email;
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/invites", new { role = "member", email })).Is(HttpStatusCode.Created);
        (await ada.PostAsync("/api/me/email", new { email })).Is(HttpStatusCode.Accepted);
        await server.Get<Wishes>().KeepAsync(new User(Guid.CreateVersion7(), email, "Owner", "en"), "phc", new FirstStep("Hers", null), TimeSpan.FromHours(1), "203.0.113.7");
        var (held, id) = (await HeldAsync(), Guid.Parse((await server.LookAsync($"SELECT id FROM identity.users WHERE email = '{email}'"))[0]!));
        Assert.Equal(3, held.Count);

        Assert.True((await server.Get<Accounts>().DeleteAsync(id, TimeSpan.Zero, Cancel)).IsErased);
        Assert.Equal(held, await HeldAsync());

        Task<IReadOnlyList<string?>> HeldAsync() => server.LookAsync($"""
            SELECT id FROM workspaces.invites WHERE email = '{email}'
            UNION ALL SELECT id FROM identity.sign_ups WHERE email = '{email}'
            UNION ALL SELECT id FROM identity.address_changes WHERE next = '{email}'
            """);
    }

    private async Task RefuseAsync(Guid workspace, Guid member)
    {
        var type = server.Registry.Of<Member>();
        var (role, name) = (type.FieldOf(nameof(Member.Role)), type.FieldOf(nameof(Member.Name)));
        var outcome = await server.WritePath.WriteAsync(workspace, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("test"),
            Operations = [new SetOperation(type, member, role, "viewer") { Guards = [new FieldGuard(name, $"{FormerName} the first")] }],
        });
        Assert.NotNull(outcome.Failure);
    }

    private static async Task<Guid> MemberAsync(TestBrowser owner, string email) =>
        (await owner.ListAsync("access.member", $"query=email:\"{email}\"")).Is(HttpStatusCode.OK).Json.GetProperty("records")[0].GetProperty("id").GetGuid();

    private async Task<IReadOnlyList<string>> FindingsAsync(Guid workspace)
    {
        var findings = new List<string>();
        await server.Get<LogVerifier>().VerifyAsync(workspace, finding => findings.Add($"{finding.Where}: {finding.What}"), Cancel);
        return findings;
    }

    private static string Around(string text, string found)
    {
        var at = text.IndexOf(found, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : text[text.LastIndexOf('\n', at)..Math.Min(text.Length, at + 200)];
    }

    /// <summary>All that the database holds, every column of every row of every table, as text.</summary>
    private async Task<string> DumpAsync(string but = "")
    {
        var tables = await server.LookAsync($"""
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
            """);
        var text = new StringBuilder();
        foreach (var table in tables.Where(table => table != but))
            text.AppendJoin('\n', (await server.LookAsync($"SELECT '{table} ' || to_jsonb(t)::text FROM {table} t")).Prepend(""));
        return text.ToString();
    }
}
