using System.Net;
using System.Text.Json;
using Holdfast.Apps.Solo.Samples;
using Holdfast.Engine.Log;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

public sealed class SampleTests(TestServer server, TestCluster cluster) : IClassFixture<TestServer>
{
    private static readonly string[] Types = ["solo.customer", "solo.contact", "solo.address", "solo.note", "solo.project", "solo.task", "solo.sample", "platform.comment"];

    public static TheoryData<string> Languages { get; } = [.. SampleBook.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task It_comes_in_the_person_s_language_and_goes_without_a_trace(string language)
    {
        using var ada = server.NewBrowser();
        (await ada.PostAsync("/api/sign-up", new { email = $"s{Guid.CreateVersion7():n}@example.org", password = TestBrowser.Password, name = "Ada", workspace = "Own", language })).Is(HttpStatusCode.Created);
        (await ada.PostAsync(await PathAsync(ada))).Is(HttpStatusCode.OK);
        var customers = (await ada.ListAsync("solo.customer", "query=status:active&sort=name")).Json.GetProperty("records");
        Assert.All(customers.EnumerateArray(), customer => Assert.Equal(language, customer.GetProperty("values").GetProperty("language").GetString()));
        Assert.Equal("6 4 2 5 6 14 1 0", await CountAsync(ada));
        (await ada.PostAsync(await PathAsync(ada))).Refuses(HttpStatusCode.Conflict, "sample.there");
        Assert.Empty((await ada.DeleteAsync(await PathAsync(ada))).Is(HttpStatusCode.OK).Json.GetProperty("left").EnumerateArray());
        Assert.Equal("0 0 0 0 0 0 0 0", await CountAsync(ada));
        (await ada.DeleteAsync(await PathAsync(ada))).Refuses(HttpStatusCode.NotFound, "sample.not_there");
        (await ada.PostAsync(await PathAsync(ada))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public void It_is_written_in_the_shape_that_records_have_today()
    {
        Assert.NotEqual(1, server.Registry.Schema);
        Assert.Equal(server.Registry.Schema, new SampleBook(server.Registry).Compose("en", TimeProvider.System.GetUtcNow()).GetProperty("schema").GetInt32());
    }

    [Fact]
    public void Each_language_has_the_same_texts()
    {
        var keys = SampleBook.Languages.Select(language => JsonDocument.Parse(typeof(SampleBook).Assembly.GetManifestResourceStream($"Holdfast.Apps.Solo.Samples.Texts.{language}.json")!)
            .RootElement.EnumerateObject().Select(text => text.Name).Order(StringComparer.Ordinal).ToArray()).ToArray();
        Assert.All(keys, others => Assert.Equal(keys[0], others));
    }

    [Fact]
    public async Task What_was_put_below_it_goes_along_and_what_one_s_own_work_needs_stays()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostAsync(await PathAsync(ada))).Is(HttpStatusCode.OK);
        var customers = (await ada.ListAsync("solo.customer", "sort=name")).Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetGuid()).ToArray();
        var author = (await ada.ListAsync("access.member", "")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        await MakeAsync(ada, "solo.contact", new { customer = customers[0], name = "Tried out" });
        await MakeAsync(ada, "platform.comment", new { recordType = "solo.customer", record = customers[0], author, text = "Tried out" });
        await MakeAsync(ada, "solo.project", new { name = "My own", customer = customers[1] });
        (await ada.WriteAsync(SyncClient.Set(customers[2], "name", "Changed meanwhile"))).Is(HttpStatusCode.OK);
        var removed = (await ada.DeleteAsync(await PathAsync(ada))).Is(HttpStatusCode.OK).Json;
        Assert.Equal([customers[1]], removed.GetProperty("left").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal("1 0 0 0 1 0 0 0", await CountAsync(ada));
        // And back, as one.
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions/{removed.GetProperty("id").GetGuid()}/undo")).Is(HttpStatusCode.OK);
        Assert.Equal("6 5 2 5 7 14 1 1", await CountAsync(ada));
    }

    [Fact]
    public async Task Nobody_names_by_hand_what_goes_with_it()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        using var eve = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        var victim = (await ada.ListAsync("access.member", $"query=email:\"{bob.Email}\"")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        var (sample, names) = (Guid.CreateVersion7(), new[] { $"access.member {victim}" });
        (await eve.WriteAsync(new { op = "create", type = "solo.sample", id = sample, values = new { records = names } }, workspace: workspace)).Refuses(HttpStatusCode.UnprocessableEntity, "sample.not_by_hand", "records");
        (await eve.PostAsync(await PathAsync(ada))).Is(HttpStatusCode.OK);
        sample = (await ada.ListAsync("solo.sample", "")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        (await eve.WriteAsync(new { op = "listInsert", type = "solo.sample", id = sample, field = "records", value = names[0] }, workspace: workspace)).Refuses(HttpStatusCode.UnprocessableEntity, "sample.not_by_hand", "records");

        // One that was named before that was refused, together with a customer of the owner's.
        var own = Guid.CreateVersion7();
        (await ada.WriteAsync(SyncClient.Create(own, new { name = "My own" }))).Is(HttpStatusCode.OK);
        await server.LookAsync($"UPDATE solo.samples SET records = records || ARRAY['access.member {victim}', 'solo.customer {own}'] WHERE id = '{sample}'");
        var removed = (await ada.DeleteAsync(await PathAsync(ada))).Is(HttpStatusCode.OK).Json;
        Assert.Equal([victim, own], removed.GetProperty("left").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal(3, (await ada.ListAsync("access.member", "")).Json.GetProperty("records").GetArrayLength());
        Assert.Equal("1 0 0 0 0 0 0 0", await CountAsync(ada));
    }

    [Fact]
    public async Task Put_away_by_itself_and_brought_back_it_goes_whole_all_the_same()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostAsync(await PathAsync(ada))).Is(HttpStatusCode.OK);
        var sample = (await ada.ListAsync("solo.sample", "")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        (await ada.WriteAsync(new { op = "delete", type = "solo.sample", id = sample })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "restore", type = "solo.sample", id = sample })).Is(HttpStatusCode.OK);
        Assert.Empty((await ada.DeleteAsync(await PathAsync(ada))).Is(HttpStatusCode.OK).Json.GetProperty("left").EnumerateArray());
        Assert.Equal("0 0 0 0 0 0 0 0", await CountAsync(ada));
    }

    [Fact]
    public async Task When_the_log_has_forgotten_how_it_came_it_goes_whole_all_the_same()
    {
        await using var aged = new TestServer(cluster) { Arguments = ["--log-days", "90"] };
        aged.Clock.Forward(TimeSpan.FromDays(-200));
        await aged.InitializeAsync();
        using var ada = await aged.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        (await ada.PostAsync(await PathAsync(ada))).Is(HttpStatusCode.OK);
        var sample = (await ada.ListAsync("solo.sample", "")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        await aged.ReadAsync(workspace);
        aged.Clock.Forward(TimeSpan.FromDays(200));
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        await MakeAsync(ada, "solo.customer", new { name = "My own" });
        await Eventually.HoldsAsync("the night's work is done", async () => await aged.Get<History>().CompactedAsync(workspace, CancellationToken.None) > 0);
        Assert.Equal(["base"], (await aged.Get<History>().OfAsync(workspace, aged.Registry.Of<Sample>(), sample, from: null, 10, CancellationToken.None)).Select(version => version.Change.Kind));

        // What it names that is of no type of its own stays.
        var member = (await ada.ListAsync("access.member", "")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        await aged.LookAsync($"UPDATE solo.samples SET records = records || ARRAY['access.member {member}'] WHERE id = '{sample}'");
        Assert.Equal([member], (await ada.DeleteAsync(await PathAsync(ada))).Is(HttpStatusCode.OK).Json.GetProperty("left").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal("1 0 0 0 0 0 0 0", await CountAsync(ada));
    }

    [Fact]
    public async Task Whoever_may_not_make_customers_makes_no_sample()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        using var gus = await server.JoinAsGuestAsync(ada, Guid.CreateVersion7());
        using var eve = await server.NewBrowser().SignUpAsync();
        (await gus.PostAsync(await PathAsync(ada))).Refuses(HttpStatusCode.NotFound, "record.not_found", "id");
        (await vera.PostAsync(await PathAsync(ada))).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await eve.PostAsync(await PathAsync(ada))).Refuses(HttpStatusCode.NotFound, "workspace.not_found");
        (await eve.DeleteAsync(await PathAsync(ada))).Refuses(HttpStatusCode.NotFound, "workspace.not_found");
        (await ada.PostAsync(await PathAsync(ada))).Is(HttpStatusCode.OK);
        (await vera.DeleteAsync(await PathAsync(ada))).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await gus.DeleteAsync(await PathAsync(ada))).Refuses(HttpStatusCode.NotFound, "record.type_unknown");
        Assert.Equal("6 4 2 5 6 14 1 0", await CountAsync(ada));
    }

    private static async Task<string> PathAsync(TestBrowser owner) => $"/api/workspaces/{await owner.WorkspaceAsync()}/sample";

    private static async Task MakeAsync(TestBrowser person, string type, object values) =>
        (await person.WriteAsync(new { op = "create", type, id = Guid.CreateVersion7(), values })).Is(HttpStatusCode.OK);

    /// <summary>How many records there are of each type.</summary>
    private static async Task<string> CountAsync(TestBrowser person) =>
        string.Join(' ', await Task.WhenAll(Types.Select(async type => (await person.ListAsync(type, "limit=1")).Is(HttpStatusCode.OK).Json.GetProperty("count").GetProperty("exact").GetInt32())));
}
