using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
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

    /// <summary>Doors that take no record; each has a test of its own.</summary>
    private static readonly string[] WithoutRecords = ["/invites", "/leave", "/sample"];

    /// <summary>Every door, as an attacker calls it: the workspace, the type, the record.</summary>
    private static readonly Dictionary<string, Func<TestBrowser, Guid, RecordType, Guid, IEnumerable<Task<Answer>>>> Attacks = new(StringComparer.Ordinal)
    {
        ["GET /api/workspaces/{workspace:guid}/records/{type}"] = (person, workspace, type, id) =>
        [
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}?query=id:{id}"),
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}?query={Canary} id:{id}&sort=-created"),
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}?query=-empty (id:{id} or {Canary})&limit=1"),
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}?query=id:{id}&scope={type.Scope}"),
        ],
        ["GET /api/workspaces/{workspace:guid}/records/{type}/{id:guid}"] = (person, workspace, type, id) =>
        [
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}"),
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}?at=9999"),
        ],
        ["GET /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/history"] = (person, workspace, type, id) =>
        [
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/history"),
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/history?from=1&limit=1"),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/secrets/{field}"] = (person, workspace, type, id) =>
        [
            person.PostAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/secrets/password"),
            person.PostAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/secrets/name"),
        ],
        ["GET /api/workspaces/{workspace:guid}/records/{type}/export"] = (person, workspace, type, id) =>
        [
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}/export?query=id:{id}"),
            person.GetAsync($"/api/workspaces/{workspace}/records/{type.Name}/export?format=json&query={Canary} id:{id}"),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/import"] = (person, workspace, type, id) =>
        [
            person.PostAsync($"/api/workspaces/{workspace}/records/{type.Name}/import", new { csv = $"a\n{id}", columns = new { a = "nothing" } }),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/merge-into/{into:guid}"] = (person, workspace, type, id) =>
        [
            person.PostAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/merge-into/{Guid.CreateVersion7()}"),
            person.PostAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/merge-into/{id}"),
        ],
        ["POST /api/workspaces/{workspace:guid}/records/{type}/{id:guid}/copy"] = (person, workspace, type, id) =>
        [
            person.PostAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/copy"),
            person.PostAsync($"/api/workspaces/{workspace}/records/{type.Name}/{id}/copy", new { values = new { name = Canary[..3] } }),
        ],
        ["POST /api/workspaces/{workspace:guid}/transactions/{id:guid}/undo"] = (person, workspace, _, _) =>
        [
            person.PostAsync($"/api/workspaces/{workspace}/transactions/{Guid.CreateVersion7()}/undo"),
        ],
        ["GET /api/workspaces/{workspace:guid}/changes"] = (person, workspace, type, _) =>
        [
            person.GetAsync($"/api/workspaces/{workspace}/changes?scopes={type.Scope},{type.Scope}(party:{Guid.CreateVersion7()})"),
        ],
        ["POST /api/workspaces/{workspace:guid}/exports"] = (person, workspace, _, _) =>
        [
            person.PostAsync($"/api/workspaces/{workspace}/exports"),
        ],
        ["GET /api/workspaces/{workspace:guid}/exports/{export:guid}"] = (person, workspace, _, id) =>
        [
            person.GetAsync($"/api/workspaces/{workspace}/exports/{id}"),
        ],
        ["POST /api/workspaces/{workspace:guid}/jobs/{job:guid}/cancel"] = (person, workspace, _, id) =>
        [
            person.PostAsync($"/api/workspaces/{workspace}/jobs/{id}/cancel"),
        ],
        ["POST /api/workspaces/{workspace:guid}/transactions"] = (person, workspace, type, id) =>
        [
            person.WriteAsync(new { op = "set", type = type.Name, id, field = "name", value = "taken" }, workspace: workspace),
            person.WriteAsync(new { op = "delete", type = type.Name, id }, workspace: workspace),
            person.WriteAsync(new { op = "set", type = type.Name, id, field = "name", value = "taken", guard = new { version = 1 } }, workspace: workspace),
        ],
    };

    public async ValueTask InitializeAsync()
    {
        _owner = await server.NewBrowser().SignUpAsync();
        _workspace = await _owner.WorkspaceAsync();
        _samples = new Samples(server.Registry, _workspace, (await RecordsAsync("access.member"))[0]);
        Assert.True((await server.WritePath.WriteAsync(_workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("test"), Operations = _samples.ByServer })).Succeeded);
        (await _owner.PostAsync($"/api/workspaces/{_workspace}/transactions", new { id = Guid.CreateVersion7(), schema = 1, operations = _samples.Creates })).Is(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync()
    {
        _owner.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Every_door_is_attacked()
    {
        var doors = server.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } path && path.Contains("/{workspace:guid}/", StringComparison.Ordinal) && !WithoutRecords.Any(path.Contains)
                && !path.StartsWith("/api/operator/", StringComparison.Ordinal))
            .Select(endpoint => $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {endpoint.RoutePattern.RawText}");
        Assert.Equal(doors.Order(StringComparer.Ordinal), Attacks.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_owner_comes_through_every_door_to_every_record()
    {
        foreach (var (type, id) in _samples.Ids)
        {
            (await _owner.GetAsync($"/api/workspaces/{_workspace}/records/{type}/{id}")).Is(HttpStatusCode.OK);
            Assert.Contains(id, await RecordsAsync(type));
        }
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_gets_one_answer()
    {
        using var nobody = server.NewBrowser();
        await ForEachAsync(_samples.Ids, nobody, async (person, door, type, id) =>
        {
            foreach (var answer in await Task.WhenAll(door(person, _workspace, type, id)))
                answer.Refuses(HttpStatusCode.Unauthorized, "session.required");
        });
    }

    [Fact]
    public async Task A_member_of_another_workspace_cannot_tell_this_one_from_none()
    {
        using var eve = await server.NewBrowser().SignUpAsync();
        await ForEachAsync(_samples.Ids, eve, (person, door, type, id) => AlikeAsync(
            door(person, _workspace, type, id), door(person, Guid.CreateVersion7(), type, id), answer => answer.Refuses(HttpStatusCode.NotFound, "workspace.not_found")));
    }

    [Fact]
    public async Task A_record_does_not_leave_its_workspace_for_whoever_knows_its_id()
    {
        using var eve = await server.NewBrowser().SignUpAsync();
        var own = await eve.WorkspaceAsync();
        await ForEachAsync(_samples.Ids, eve, (person, door, type, id) => AlikeAsync(door(person, own, type, id), door(person, own, type, Guid.CreateVersion7()), Nothing));
    }

    [Fact]
    public async Task A_guest_of_another_party_cannot_tell_what_is_there_from_what_is_not()
    {
        using var guest = await server.JoinAsGuestAsync(_owner, Guid.CreateVersion7());
        await ForEachAsync(_samples.Ids.Where(victim => !OpenToGuests.Contains(victim.Key)), guest, (person, door, type, id) =>
            AlikeAsync(door(person, _workspace, type, id), door(person, _workspace, type, Guid.CreateVersion7()), Nothing));
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
        IEnumerable<KeyValuePair<string, Guid>> victims, TestBrowser attacker, Func<TestBrowser, Func<TestBrowser, Guid, RecordType, Guid, IEnumerable<Task<Answer>>>, RecordType, Guid, Task> attack)
    {
        foreach (var (type, id) in victims)
        {
            // How much one address may ask must not bound how many types there are.
            using var person = attacker.Elsewhere();
            foreach (var door in Attacks.Values)
                await attack(person, door, server.Registry.All.Single(known => known.Name == type), id);
        }
    }

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
        var headers = answer.Message.Headers.Concat(answer.Message.Content.Headers).Where(header => header.Key is not "Date").OrderBy(header => header.Key, StringComparer.Ordinal);
        return Regex.Replace(
            string.Join('\n', headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Prepend(((int)answer.Status).ToString(CultureInfo.InvariantCulture)).Append(answer.Text)),
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\"now\":\")[^\"]*", "that", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
    }

    private async Task MakeAsync(string type, object values, Guid id) =>
        (await _owner.WriteAsync(new { op = "create", type, id, values }, workspace: _workspace)).Is(HttpStatusCode.OK);

    private async Task<IReadOnlyList<Guid>> RecordsAsync(string type) =>
        [.. (await _owner.GetAsync($"/api/workspaces/{_workspace}/records/{type}")).Is(HttpStatusCode.OK).Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetGuid())];
}
