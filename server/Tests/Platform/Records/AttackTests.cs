using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Host.Backups;
using Holdfast.Host.Exports;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>
/// The attack suite of the doors to records, generated from the record types and the addresses: a stranger, a member of
/// another workspace and a guest of another party get for what is there, byte for byte, what they get for what is not.
/// </summary>
public sealed class AttackTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private const string Canary = Samples.Canary;

    /// <summary>What a guest reads as everyone does.</summary>
    private static readonly string[] OpenToGuests = ["access.workspace"];

    private Samples _samples = null!;
    private TestBrowser _owner = null!;
    private Guid _workspace;
    private Target _victim = null!;

    /// <summary>What an attacker names. Whatever is not said is not there.</summary>
    private sealed record Target(Guid Workspace, RecordType Type)
    {
        public Guid Id { get; init; } = Guid.CreateVersion7();

        /// <summary>Another customer.</summary>
        public Guid Twin { get; init; } = Guid.CreateVersion7();

        /// <summary>The key under which records of guests stand.</summary>
        public Guid Party { get; init; } = Guid.CreateVersion7();

        public Guid Transaction { get; init; } = Guid.CreateVersion7();

        /// <summary>A job that waits.</summary>
        public Guid Job { get; init; } = Guid.CreateVersion7();

        /// <summary>An export that lies ready.</summary>
        public Guid Export { get; init; } = Guid.CreateVersion7();
    }

    /// <summary>Doors that take no record; InviteTests, MemberTests, SecurityEventTests and SampleTests try them.</summary>
    private static readonly string[] WithoutRecords =
    [
        "DELETE /api/workspaces/{workspace:guid}/invites/{invite:guid}", "DELETE /api/workspaces/{workspace:guid}/sample", "GET /api/workspaces/{workspace:guid}/events",
        "GET /api/workspaces/{workspace:guid}/events/export", "GET /api/workspaces/{workspace:guid}/invites/",
        "POST /api/workspaces/{workspace:guid}/invites/", "POST /api/workspaces/{workspace:guid}/leave", "POST /api/workspaces/{workspace:guid}/sample",
    ];

    /// <summary>Doors where one names nothing that could be there or not.</summary>
    private static readonly string[] NamesNothing = ["POST /api/workspaces/{workspace:guid}/exports", "POST /api/workspaces/{workspace:guid}/records/{type}/import"];

    /// <summary>Every door, as an attacker calls it.</summary>
    private static readonly Dictionary<string, Func<TestBrowser, Target, IEnumerable<Task<Answer>>>> Attacks = new(StringComparer.Ordinal)
    {
        ["GET /api/workspaces/{workspace:guid}/records/{type}"] = (person, target) =>
        [
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}?query=id:{target.Id}"),
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}?query={Canary} id:{target.Id}&sort=-created"),
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}?query=-empty (id:{target.Id} or {Canary})&limit=1"),
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}?query=id:{target.Id}&scope={target.Type.Scope}"),
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}?scope={target.Type.Scope}(party:{target.Party})"),
        ],
        ["GET /api/workspaces/{workspace:guid}/records/{type}/{id:guid}"] = (person, target) =>
        [
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}"),
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}?at=9999"),
        ],
        ["GET /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/history"] = (person, target) =>
        [
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}/history"),
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}/history?from=1&limit=1"),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/secrets/{field}"] = (person, target) =>
        [
            .. target.Type.Secrets.Select(field => field.Name).DefaultIfEmpty("password").Select(field =>
                person.PostAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}/secrets/{field}")),
        ],
        ["GET /api/workspaces/{workspace:guid}/records/{type}/export"] = (person, target) =>
        [
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/export?query=id:{target.Id}"),
            person.GetAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/export?format=json&query={Canary} id:{target.Id}"),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/import"] = (person, target) =>
        [
            person.PostAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/import", new { csv = $"a\n{target.Id}", columns = new { a = "nothing" } }),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/merge-into/{into:guid}"] = (person, target) =>
        [
            person.PostAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}/merge-into/{target.Twin}"),
            person.PostAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}/merge-into/{target.Id}"),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/copy"] = (person, target) =>
        [
            person.PostAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}/copy"),
            person.PostAsync($"/api/workspaces/{target.Workspace}/records/{target.Type.Name}/{target.Id}/copy", new { values = new { name = Canary[..3] } }),
        ],
        ["POST /api/workspaces/{workspace:guid}/transactions/{id:guid}/undo"] = (person, target) =>
        [
            person.PostAsync($"/api/workspaces/{target.Workspace}/transactions/{target.Transaction}/undo"),
        ],
        ["GET /api/workspaces/{workspace:guid}/changes"] = (person, target) =>
        [
            person.GetAsync($"/api/workspaces/{target.Workspace}/changes?scopes={target.Type.Scope},{target.Type.Scope}(party:{target.Party})"),
        ],
        ["POST /api/workspaces/{workspace:guid}/exports"] = (person, target) =>
        [
            person.PostAsync($"/api/workspaces/{target.Workspace}/exports"),
        ],
        ["GET /api/workspaces/{workspace:guid}/exports/{export:guid}"] = (person, target) =>
        [
            person.GetAsync($"/api/workspaces/{target.Workspace}/exports/{target.Export}"),
        ],
        ["POST /api/workspaces/{workspace:guid}/jobs/{job:guid}/cancel"] = (person, target) =>
        [
            person.PostAsync($"/api/workspaces/{target.Workspace}/jobs/{target.Job}/cancel"),
        ],
        ["POST /api/workspaces/{workspace:guid}/transactions"] = (person, target) =>
        [
            person.WriteAsync(new { op = "set", type = target.Type.Name, id = target.Id, field = "name", value = "taken" }, workspace: target.Workspace),
            person.WriteAsync(new { op = "delete", type = target.Type.Name, id = target.Id }, workspace: target.Workspace),
            person.WriteAsync(new { op = "set", type = target.Type.Name, id = target.Id, field = "name", value = "taken", guard = new { version = 1 } }, workspace: target.Workspace),
        ],
    };

    public async ValueTask InitializeAsync()
    {
        _owner = await server.NewBrowser().SignUpAsync();
        _workspace = await _owner.WorkspaceAsync();
        _samples = new Samples(server.Registry, _workspace, (await RecordsAsync("access.member"))[0]);
        await WriteAsync(Actor.Server("test"), _samples.ByServer);
        (await _owner.PostAsync($"/api/workspaces/{_workspace}/transactions", new { id = Guid.CreateVersion7(), schema = 1, operations = _samples.Creates })).Is(HttpStatusCode.OK);
        _victim = new Target(_workspace, TypeOf("access.member")) { Party = _samples.Key("party") };
        (await _owner.WriteAsync(new { op = "create", type = "solo.customer", id = _victim.Twin, values = new { name = Canary } }, _victim.Transaction)).Is(HttpStatusCode.OK);
        await File.WriteAllTextAsync(server.Get<ExportFolder>().Prepare(_workspace, _victim.Export), Canary);
        await WriteAsync(Actor.Server("test"), [Compose.Create(server.Registry, _victim.Export, new JobRun { Member = _samples.Ids["access.member"], Kind = ExportWorkspace.Kind, State = JobRun.Done })]);
        var user = (await _owner.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        await WriteAsync(
            Actor.Person(user, Guid.CreateVersion7()), [],
            new NewJob(ExportWorkspace.Kind, new ExportWorkspace.Asked()) { Id = _victim.Job, IsShown = true, DueAt = server.Clock.GetUtcNow().AddDays(30) });
    }

    private async Task WriteAsync(Actor actor, IReadOnlyList<Operation> operations, params NewJob[] jobs)
    {
        var outcome = await server.WritePath.WriteAsync(_workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = actor, Operations = operations, Jobs = jobs });
        Assert.True(outcome.Succeeded, outcome.Failure?.Detail);
    }

    public ValueTask DisposeAsync()
    {
        _owner.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    [Trait("asvs", "8.2.1")]
    [Trait("asvs", "8.4.1")]
    public void Every_door_is_attacked()
    {
        var doors = server.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } path && path.Contains("/{workspace:guid}/", StringComparison.Ordinal) && !path.StartsWith("/api/operator/", StringComparison.Ordinal))
            .Select(endpoint => $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {endpoint.RoutePattern.RawText}");
        Assert.Equal(Attacks.Keys.Concat(WithoutRecords).Order(StringComparer.Ordinal), doors.Order(StringComparer.Ordinal));
    }

    /// <summary>The control: what is there is told from what is not by whoever may see it, through each door and by each way to call it.</summary>
    [Fact]
    public async Task The_owner_comes_through_every_door()
    {
        var same = new List<string>();
        foreach (var (door, attack) in Attacks.Where(door => !NamesNothing.Contains(door.Key)))
        {
            var calls = new HashSet<int>();
            var differs = new HashSet<int>();
            foreach (var (type, id) in _samples.Ids)
            {
                using var owner = _owner.Elsewhere();
                var (there, nowhere) = (await Task.WhenAll(attack(owner, VictimOf(type, id))), await Task.WhenAll(attack(owner, new Target(_workspace, TypeOf(type)))));
                calls.UnionWith(Enumerable.Range(0, there.Length));
                differs.UnionWith(Enumerable.Range(0, there.Length).Where(call => Shape(there[call]) != Shape(nowhere[call])));
            }

            same.AddRange(calls.Except(differs).Select(call => $"{door}, call {call + 1}"));
        }

        Assert.True(same.Count == 0, $"What is there looks to its owner like what is not:\n{string.Join('\n', same)}");

        // These name nothing that could be there or not. Of two exports at once one is refused, so the cancelled one must be over.
        await Eventually.HoldsAsync("the job is cancelled", async () => (await server.LookAsync($"SELECT state FROM jobs.runs WHERE id = '{_victim.Job}'"))[0] == JobRun.Cancelled);
        BackupKey.Create(server.BackupKey);
        (await _owner.PostAsync($"/api/workspaces/{_workspace}/exports")).Is(HttpStatusCode.Accepted);
        File.Delete(server.BackupKey);
        (await _owner.PostAsync($"/api/workspaces/{_workspace}/records/solo.customer/import", new { csv = "a\nImported", columns = new { a = "name" } })).Is(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task The_owner_finds_every_record()
    {
        foreach (var (type, id) in _samples.Ids)
        {
            (await _owner.GetAsync($"/api/workspaces/{_workspace}/records/{type}/{id}")).Is(HttpStatusCode.OK);
            Assert.Contains(id, await RecordsAsync(type));
        }
    }

    [Fact]
    [Trait("asvs", "8.2.1")]
    public async Task Whoever_is_not_signed_in_gets_one_answer()
    {
        using var nobody = server.NewBrowser();
        await ForEachAsync(_samples.Ids, nobody, async (person, door, victim) =>
        {
            foreach (var answer in await Task.WhenAll(door(person, victim)))
                answer.Refuses(HttpStatusCode.Unauthorized, "session.required");
        });
    }

    [Fact]
    [Trait("asvs", "8.3.1")]
    [Trait("asvs", "8.2.1")]
    [Trait("asvs", "8.4.1")]
    public async Task A_member_of_another_workspace_cannot_tell_this_one_from_none()
    {
        using var eve = await server.NewBrowser().SignUpAsync();
        await ForEachAsync(_samples.Ids, eve, (person, door, victim) => AlikeAsync(
            door(person, victim), door(person, victim with { Workspace = Guid.CreateVersion7() }), answer => answer.Refuses(HttpStatusCode.NotFound, "workspace.not_found")));
    }

    [Fact]
    [Trait("asvs", "8.4.1")]
    public async Task A_record_does_not_leave_its_workspace_for_whoever_knows_its_id()
    {
        using var eve = await server.NewBrowser().SignUpAsync();
        var own = await eve.WorkspaceAsync();
        await ForEachAsync(_samples.Ids, eve, (person, door, victim) =>
            AlikeAsync(door(person, victim with { Workspace = own }), door(person, new Target(own, victim.Type)), Nothing));
    }

    [Fact]
    [Trait("asvs", "8.2.1")]
    public async Task A_guest_of_another_party_cannot_tell_what_is_there_from_what_is_not()
    {
        using var guest = await server.JoinAsGuestAsync(_owner, Guid.CreateVersion7());
        await ForEachAsync(_samples.Ids.Where(victim => !OpenToGuests.Contains(victim.Key)), guest, (person, door, victim) =>
            AlikeAsync(door(person, victim), door(person, new Target(_workspace, victim.Type)), Nothing));
        foreach (var key in new[] { _samples.Key("party"), Guid.CreateVersion7() })
        {
            (await guest.GetAsync($"/api/workspaces/{_workspace}/records/reading.device?scope=reading.devices(party:{key})")).Refuses(HttpStatusCode.NotFound, "scope.unknown", "scope");
            (await guest.GetAsync($"/api/workspaces/{_workspace}/records/reading.note?scope=reading.notes(talk:{key})")).Refuses(HttpStatusCode.NotFound, "record.type_unknown");
        }
    }

    [Fact]
    public async Task A_guest_of_the_party_sees_its_records_and_no_others()
    {
        using var guest = await server.JoinAsGuestAsync(_owner, _samples.Key("party"));
        var list = (await guest.GetAsync($"/api/workspaces/{_workspace}/records/reading.device?query={Canary}")).Is(HttpStatusCode.OK);
        Assert.Contains(_samples.Ids["reading.device"].ToString(), list.Text, StringComparison.Ordinal);
        (await guest.GetAsync($"/api/workspaces/{_workspace}/records/reading.device/{_samples.Ids["reading.device"]}")).Is(HttpStatusCode.OK);
        await MakeAsync("reading.device", new { party = Guid.CreateVersion7(), name = Canary }, Guid.CreateVersion7());
        Assert.Equal(list.Text, (await guest.GetAsync($"/api/workspaces/{_workspace}/records/reading.device?query={Canary}")).Text);
    }

    [Fact]
    public async Task A_guest_of_another_party_catches_up_with_nothing_of_it()
    {
        using var guest = await server.JoinAsGuestAsync(_owner, Guid.CreateVersion7());
        var path = $"/api/workspaces/{_workspace}/changes?scopes={string.Join(',', server.Registry.All.Select(type => type.Scope))}";
        var (again, owners) = (await ComingBackAsync(guest, path), await ComingBackAsync(_owner, path));
        var device = Guid.CreateVersion7();
        await MakeAsync("reading.device", new { party = _samples.Key("party"), name = Canary }, device);
        foreach (var answer in new[] { await guest.GetAsync(path), await guest.GetAsync(again) })
        {
            answer.Is(HttpStatusCode.OK);
            Assert.DoesNotContain(Canary, answer.Text, StringComparison.Ordinal);
            foreach (var (type, id) in _samples.Ids.Where(victim => !OpenToGuests.Contains(victim.Key)))
                Assert.False(answer.Text.Contains(id.ToString(), StringComparison.Ordinal), $"{type} shows: {answer.Text}");
        }

        // A control: to the owner the same two show all of it.
        var all = (await _owner.GetAsync(path)).Is(HttpStatusCode.OK).Text;
        Assert.All(_samples.Ids.Values, id => Assert.Contains(id.ToString(), all, StringComparison.Ordinal));
        var changes = (await _owner.GetAsync(owners)).Is(HttpStatusCode.OK).Text;
        Assert.Contains("\"t\":\"delta\"", changes, StringComparison.Ordinal);
        Assert.Contains(device.ToString(), changes, StringComparison.Ordinal);
    }

    /// <summary>Where someone asks who has read everything up to now.</summary>
    private static async Task<string> ComingBackAsync(TestBrowser person, string path)
    {
        var welcome = (await person.GetAsync(path)).Is(HttpStatusCode.OK).Json.GetProperty("frames")[0];
        var head = welcome.GetProperty("head");
        return $"{path}&after={head.GetProperty("seq").GetInt64()}&tx={head.GetProperty("tx").GetGuid()}&epoch={welcome.GetProperty("epoch").GetGuid()}&access={welcome.GetProperty("me").GetProperty("access").GetString()}";
    }

    private async Task ForEachAsync(
        IEnumerable<KeyValuePair<string, Guid>> victims, TestBrowser attacker, Func<TestBrowser, Func<TestBrowser, Target, IEnumerable<Task<Answer>>>, Target, Task> attack)
    {
        foreach (var (type, id) in victims)
        {
            // How much one address may ask must not bound how many types there are.
            using var person = attacker.Elsewhere();
            foreach (var door in Attacks.Values)
                await attack(person, door, VictimOf(type, id));
        }
    }

    private Target VictimOf(string type, Guid id) => _victim with { Type = TypeOf(type), Id = id };

    private RecordType TypeOf(string name) => server.Registry.All.Single(known => known.Name == name);

    /// <summary>Two rows of answers are the same, but for the ids that were asked with.</summary>
    private static async Task AlikeAsync(IEnumerable<Task<Answer>> there, IEnumerable<Task<Answer>> nowhere, Action<Answer> check)
    {
        foreach (var (seen, unseen) in (await Task.WhenAll(there)).Zip(await Task.WhenAll(nowhere)))
        {
            check(seen);
            Assert.Equal(Shape(unseen), Shape(seen));
            Assert.DoesNotContain(Canary, seen.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>Nothing was found, read or written.</summary>
    private void Nothing(Answer answer)
    {
        if (answer.Message.Content.Headers.ContentDisposition is not null)
            Assert.Matches("^(id[a-zA-Z,.]*\r\n|\\[\\]\n)$", answer.Text);
        else if (answer.Status == HttpStatusCode.OK && answer.Json.TryGetProperty("frames", out var frames))
            Assert.DoesNotContain(frames.EnumerateArray(), frame => frame.TryGetProperty("records", out var records) && records.EnumerateArray().Any(IsVictims));
        else if (answer.Status == HttpStatusCode.OK)
            Assert.Equal("""{"records":[],"next":null,"count":{"exact":0}}""", answer.Text);
        else
            Assert.Contains(answer.Code, new[] { "record.not_found", "record.type_unknown", "import.not_here", "scope.unknown", "field.unknown", "permission.denied", "transaction.not_found", "export.owners_only", "export.no_key", "export.gone" });
    }

    private bool IsVictims(JsonElement record) => _samples.Ids.Values.Contains(record.GetProperty("id").GetGuid());

    private static string Shape(Answer answer)
    {
        // But for the time, for what is left of the caller's own budget, and for his own cookie, which is made anew when his role was changed, and tokens.
        var headers = answer.Message.Headers.Concat(answer.Message.Content.Headers).Where(header => header.Key is not ("Date" or "RateLimit" or "Set-Cookie" or "X-CSRF-Token")).OrderBy(header => header.Key, StringComparer.Ordinal);
        return Regex.Replace(
            string.Join('\n', headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Prepend(((int)answer.Status).ToString(CultureInfo.InvariantCulture)).Append(answer.Text)),
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\"now\":\")[^\"]*", "that", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
    }

    private async Task MakeAsync(string type, object values, Guid id) =>
        (await _owner.WriteAsync(new { op = "create", type, id, values }, workspace: _workspace)).Is(HttpStatusCode.OK);

    private async Task<IReadOnlyList<Guid>> RecordsAsync(string type) =>
        [.. (await _owner.GetAsync($"/api/workspaces/{_workspace}/records/{type}")).Is(HttpStatusCode.OK).Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetGuid())];
}
