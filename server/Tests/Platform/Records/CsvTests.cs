using System.Net;
using System.Text;
using System.Text.Json;
using Holdfast.Engine.Csv;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

public sealed class CsvTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal) { ["Company"] = "name", ["E-Mail"] = "email", ["VAT"] = "vatId", ["State"] = "status" };

    [Fact]
    public async Task A_dry_run_names_rows_and_columns_and_writes_nothing()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var csv = "Company;E-Mail;VAT;State;Left out\r\nGood;g@example.org;DE136695976;lead;x\r\n;b@example.org;;;\r\nBad mail;nobody;;;\r\nBad VAT;;DE136695977;;\r\n\"Two; faults\";nobody;;open;\r\nArchived;;;archived;\r\n";
        var dry = (await ImportAsync(ada, "solo.customer", csv, Names, dryRun: true)).Is(HttpStatusCode.OK).Json;
        Assert.Equal((6, 5), (dry.GetProperty("rows").GetInt32(), dry.GetProperty("faultyRows").GetInt32()));
        Assert.Equal(
            ["3 Company field.required", "4 E-Mail field.malformed", "5 VAT customer.vat_id", "6 E-Mail field.malformed", "6 State field.not_allowed", "7 - customer.reason_missing"],
            dry.GetProperty("faults").EnumerateArray().Select(fault => $"{fault.GetProperty("row").GetInt32()} {fault.GetProperty("column").GetString() ?? "-"} {fault.GetProperty("error").GetProperty("code").GetString()}"));
        Assert.Equal(0, await CountAsync(ada));
        var failed = await RunAsync(ada, (await ImportAsync(ada, "solo.customer", csv, Names)).Is(HttpStatusCode.Accepted).Json);
        Assert.Equal(("failed", "import.rows"), (failed.GetProperty("state").GetString(), failed.GetProperty("step").GetString()));
        Assert.Equal(0, await CountAsync(ada));
    }

    [Fact]
    public async Task Of_five_hundred_rows_each_that_is_not_sound_is_told()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var csv = "Company,E-Mail,State\n" + string.Concat(Enumerable.Repeat("Good,nobody,open\n", 501));
        var dry = (await ImportAsync(ada, "solo.customer", csv, Names.Where(name => name.Key != "VAT").ToDictionary(), dryRun: true)).Is(HttpStatusCode.OK).Json;
        Assert.Equal(501, dry.GetProperty("faultyRows").GetInt32());
        Assert.Equal(Enumerable.Range(2, 500).SelectMany(row => new[] { row, row }), dry.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("row").GetInt32()));
    }

    [Fact]
    public async Task Five_thousand_rows_come_in_as_one_and_go_as_one()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var socket = await SyncClient.ConnectAsync(ada);
        await socket.NextAsync("subOk");
        var csv = new StringBuilder("Company,E-Mail,VAT,State\n");
        for (var i = 0; i < 5000; i++)
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"Company {i},c{i}@example.org,,lead\n");
        (await ImportAsync(ada, "solo.customer", $"{csv}One more,,,\n", Names)).Refuses(HttpStatusCode.UnprocessableEntity, "import.too_many_rows", "csv");
        Assert.Equal(0, (await ImportAsync(ada, "solo.customer", csv.ToString(), Names, dryRun: true)).Is(HttpStatusCode.OK).Json.GetProperty("faultyRows").GetInt32());
        // Whoever does not read in the meantime is taken for gone.
        var delta = socket.NextAsync("delta");
        var imported = (await ImportAsync(ada, "solo.customer", csv.ToString(), Names)).Is(HttpStatusCode.Accepted).Json;
        Assert.Equal(5000, imported.GetProperty("rows").GetInt32());
        Assert.Equal("done", (await RunAsync(ada, imported)).GetProperty("state").GetString());
        Assert.Equal(5000, await CountAsync(ada));
        Assert.Contains("Company 4999", (await delta).GetRawText(), StringComparison.Ordinal);

        var touched = (await ada.ListAsync("solo.customer", "limit=1")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        (await ada.WriteAsync(SyncClient.Set(touched, "name", "Kept"))).Is(HttpStatusCode.OK);
        var undone = (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions/{imported.GetProperty("transaction").GetGuid()}/undo")).Is(HttpStatusCode.OK).Json;
        Assert.Equal([touched], undone.GetProperty("left").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal(1, await CountAsync(ada));
    }

    [Fact]
    public async Task Two_rows_of_one_file_do_not_share_what_is_unique()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var columns = new Dictionary<string, string>(StringComparer.Ordinal) { ["Name"] = "name", ["Code"] = "code" };
        (await ada.WriteAsync(new { op = "create", type = "solo.project", id = Guid.CreateVersion7(), values = new { name = "There", code = "A" } })).Is(HttpStatusCode.OK);
        var dry = (await ImportAsync(ada, "solo.project", "Name,Code\nOne,B\nTwo,A\nThree,B\nFour,\n", columns, dryRun: true)).Is(HttpStatusCode.OK).Json;
        Assert.Equal(["3 Code", "4 Code"], dry.GetProperty("faults").EnumerateArray().Select(fault => $"{fault.GetProperty("row").GetInt32()} {fault.GetProperty("column").GetString()}"));
    }

    [Fact]
    public async Task What_is_exported_comes_in_again_and_is_no_formula()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var values = new { name = "=cmd|' /C calc'!A0", phone = "+49 30 5557", email = "a@example.org", tags = new[] { "-x", "two words" }, kind = "person", vatId = "DE136695976" };
        (await ada.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), values))).Is(HttpStatusCode.OK);
        var file = (await ExportAsync(ada, "solo.customer", "format=csv")).Is(HttpStatusCode.OK);
        Assert.Equal("text/csv", file.Message.Content.Headers.ContentType!.MediaType);
        var lines = file.Text.Split("\r\n");
        Assert.StartsWith("id,kind,name,email,phone,vatId,status,", lines[0], StringComparison.Ordinal);
        Assert.Contains(",person,'=cmd|' /C calc'!A0,a@example.org,'+49 30 5557,DE136695976,active,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",\"'-x; two words\"", lines[1], StringComparison.Ordinal);

        using var bob = await server.NewBrowser().SignUpAsync();
        string[] fields = ["kind", "name", "email", "phone", "vatId", "status", "tags"];
        await DoneAsync(bob, await ImportAsync(bob, "solo.customer", file.Text, fields.ToDictionary(name => name)));
        Assert.Equal(await ValuesAsync(ada), await ValuesAsync(bob));
    }

    [Fact]
    public async Task Money_is_written_in_its_major_unit_by_its_currency()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var columns = new[] { "name", "budget", "currency" }.ToDictionary(name => name);
        await DoneAsync(ada, await ImportAsync(ada, "solo.project", "name,budget,currency\nA,12.5,EUR\nB,500,JPY\nC,1.234,KWD\n", columns));
        Assert.Contains("\"budget\":1250", (await ada.ListAsync("solo.project", "query=A&sort=name")).Text, StringComparison.Ordinal);
        var lines = (await ExportAsync(ada, "solo.project", "sort=name")).Is(HttpStatusCode.OK).Text.Split("\r\n");
        var heads = lines[0].Split(',');
        Assert.Equal(
            ["12.50 EUR", "500 JPY", "1.234 KWD"],
            lines[1..4].Select(line => line.Split(',')).Select(cells => $"{cells[Array.IndexOf(heads, "budget")]} {cells[Array.IndexOf(heads, "currency")]}"));
        var dry = (await ImportAsync(ada, "solo.project", "name,budget,currency\nA,12.555,EUR\nB,0.5,JPY\n", columns, dryRun: true)).Json;
        Assert.Equal(2, dry.GetProperty("faultyRows").GetInt32());
    }

    [Fact]
    public async Task An_export_holds_what_its_reader_may_read_over_many_pages()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        // What nobody but the last of them has is a column all the same.
        (await ada.WriteAsync(new { op = "create", type = "access.field", id = Guid.CreateVersion7(), values = new { recordType = "solo.customer", key = "size", kind = "integer", label = "Size" } })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = "The first", ["ext.size"] = 40 }))).Is(HttpStatusCode.OK);
        var csv = "Company\n" + string.Join('\n', Enumerable.Range(0, 449).Select(i => $"Company {i}"));
        await DoneAsync(ada, await ImportAsync(ada, "solo.customer", csv, new Dictionary<string, string>(StringComparer.Ordinal) { ["Company"] = "name" }));
        Assert.Equal(450, (await ExportAsync(ada, "solo.customer", "format=json&sort=name")).Is(HttpStatusCode.OK).Json.GetArrayLength());
        var lines = (await ExportAsync(ada, "solo.customer", "")).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(451, lines.Length);
        Assert.EndsWith(",ext.size", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",40", lines[450], StringComparison.Ordinal);
        Assert.Equal("[]\n", (await ExportAsync(ada, "solo.customer", "format=json&query=name:nobody")).Text);
        (await ExportAsync(ada, "solo.customer", "format=xlsx")).Refuses(HttpStatusCode.UnprocessableEntity, "field.not_allowed", "format");
        (await ExportAsync(ada, "solo.customer", "query=nothing:x")).Refuses(HttpStatusCode.UnprocessableEntity, "query.field_unknown", "query");
        (await ExportAsync(ada, "no.such", "")).Refuses(HttpStatusCode.NotFound, "record.type_unknown");
    }

    [Theory]
    [InlineData("""{"columns":{}}""", "field.wrong_kind", "csv")]
    [InlineData("""{"csv":"a\nb","columns":[]}""", "field.wrong_kind", "columns")]
    [InlineData("""{"csv":"a\nb","columns":{"a":"name"},"dry":true}""", "field.unknown", null)]
    [InlineData("""{"csv":"a\nb","columns":{"a":"name"},"dryRun":"true"}""", "field.wrong_kind", "dryRun")]
    [InlineData("""{"csv":"a\nb","columns":{"a":"name"},"dryRun":1}""", "field.wrong_kind", "dryRun")]
    [InlineData("""{"csv":"a","columns":{"a":"name"}}""", "import.empty", "csv")]
    [InlineData("""{"csv":"a\nb","columns":{"c":"name"}}""", "import.no_column", "columns")]
    [InlineData("""{"csv":"a\nb","columns":{"a":"nothing"}}""", "field.unknown", "columns")]
    [InlineData("""{"csv":"a,b\nc,d","columns":{"a":"name","b":"name"}}""", "field.unknown", "columns")]
    public async Task What_is_no_import_is_named(string body, string code, string? field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var answer = await ada.PostTextAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/import", body);
        Assert.Equal((code, field), (answer.Code, answer.Field));
    }

    [Fact]
    public async Task Rows_are_counted_as_spreadsheets_do_with_empty_ones_among_them()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var dry = (await ImportAsync(ada, "solo.customer", "Company,E-Mail\r\nGood,\r\n\r\n,\r\nBad,nobody\r\n", Names.Where(name => name.Key is "Company" or "E-Mail").ToDictionary(), dryRun: true)).Is(HttpStatusCode.OK).Json;
        Assert.Equal(2, dry.GetProperty("rows").GetInt32());
        Assert.Equal([5], dry.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("row").GetInt32()));
    }

    [Fact]
    public async Task A_field_of_the_workspace_s_own_goes_out_and_comes_in_by_its_kind()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        foreach (var (key, kind) in new[] { ("size", "integer"), ("since", "date"), ("vip", "boolean"), ("skills", "list"), ("motto", "text") })
            (await ada.WriteAsync(new { op = "create", type = "access.field", id = Guid.CreateVersion7(), values = new { recordType = "solo.customer", key, kind, label = key } })).Is(HttpStatusCode.OK);
        var csv = "Name,Size,Since,Vip,Skills,Motto\nOne,40,2026-01-02,yes,a; b,007\n";
        var columns = new Dictionary<string, string>(StringComparer.Ordinal) { ["Name"] = "name", ["Size"] = "ext.size", ["Since"] = "ext.since", ["Vip"] = "ext.vip", ["Skills"] = "ext.skills", ["Motto"] = "ext.motto" };
        var dry = (await ImportAsync(ada, "solo.customer", csv.Replace("40", "large", StringComparison.Ordinal), columns, dryRun: true)).Is(HttpStatusCode.OK).Json;
        Assert.Equal("Size", Assert.Single(dry.GetProperty("faults").EnumerateArray()).GetProperty("column").GetString());
        await DoneAsync(ada, await ImportAsync(ada, "solo.customer", csv, columns));
        Assert.Contains("\"ext.size\":40,", await ValuesAsync(ada), StringComparison.Ordinal);
        var lines = (await ExportAsync(ada, "solo.customer", "")).Text.Split("\r\n");
        Assert.EndsWith(",ext.motto,ext.since,ext.size,ext.skills,ext.vip", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",007,2026-01-02,40,\"a; b\",true", lines[1], StringComparison.Ordinal);
        columns["Motto"] = "ext.nobody";
        (await ImportAsync(ada, "solo.customer", csv, columns)).Refuses(HttpStatusCode.UnprocessableEntity, "field.unknown", "columns");
    }

    [Fact]
    public async Task An_import_that_is_asked_for_again_under_its_id_is_the_same_import()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var path = $"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/import";
        var body = new { csv = "company\nOne", columns = new { company = "name" }, dryRun = false, id = Guid.CreateVersion7() };
        var first = (await ada.PostAsync(path, body)).Is(HttpStatusCode.Accepted);
        await DoneAsync(ada, first);
        Assert.Equal(first.Text, (await ada.PostAsync(path, body)).Is(HttpStatusCode.Accepted).Text);
        await DoneAsync(ada, await ada.PostAsync(path, body with { id = Guid.CreateVersion7() }));
        Assert.Equal(2, (await ada.ListAsync("solo.customer", "")).Json.GetProperty("count").GetProperty("exact").GetInt32());
        (await ada.PostTextAsync(path, """{"csv": "Company\nOne", "columns": {"Company": "name"}, "id": null}""")).Refuses(HttpStatusCode.UnprocessableEntity, "field.wrong_kind", "id");
    }

    [Fact]
    public async Task Fields_of_the_workspace_s_own_go_out_in_their_order_whoever_has_a_value_and_not_once_they_are_retired()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var old = Guid.CreateVersion7();
        foreach (var (id, key, order) in new[] { (Guid.CreateVersion7(), "second", "b"), (Guid.CreateVersion7(), "first", "a"), (old, "old", "c"), (Guid.CreateVersion7(), "loose", null) })
            (await ada.WriteAsync(new { op = "create", type = "access.field", id, values = new { recordType = "solo.customer", key, label = key, order } })).Is(HttpStatusCode.OK);
        // The value stands on a page of its own, behind those that have none.
        (await ada.WriteAsync(new { op = "create", type = "solo.customer", id = Guid.CreateVersion7(), values = new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = "Z", ["ext.first"] = "here", ["ext.old"] = "kept" } })).Is(HttpStatusCode.OK);
        var csv = "Company\n" + string.Join('\n', Enumerable.Range(0, 250).Select(i => $"Company {i}"));
        await DoneAsync(ada, await ImportAsync(ada, "solo.customer", csv, new Dictionary<string, string>(StringComparer.Ordinal) { ["Company"] = "name" }));
        var lines = (await ExportAsync(ada, "solo.customer", "sort=name")).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith(",ext.first,ext.second,ext.old,ext.loose", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",here,,kept,", lines[^1], StringComparison.Ordinal);

        (await ada.WriteAsync(new { op = "set", type = "access.field", id = old, field = "required", value = true })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "create", type = "solo.customer", id = Guid.CreateVersion7(), values = new { name = "Lacks it" } })).Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "ext.old");
        (await ada.WriteAsync(new { op = "set", type = "access.field", id = old, field = "retired", value = true })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "create", type = "solo.customer", id = Guid.CreateVersion7(), values = new { name = "Needs it no more" } })).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("ext.old", (await ExportAsync(ada, "solo.customer", "")).Text, StringComparison.Ordinal);
        Assert.Contains("\"ext.old\":\"kept\"", (await ExportAsync(ada, "solo.customer", "format=json")).Text, StringComparison.Ordinal);
        (await ImportAsync(ada, "solo.customer", "A,B\nOne,x\n", new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "name", ["B"] = "ext.old" })).Refuses(HttpStatusCode.UnprocessableEntity, "field.unknown", "columns");
        (await ada.WriteAsync(new { op = "set", type = "access.field", id = old, field = "retired", value = (bool?)null })).Is(HttpStatusCode.OK);
        Assert.Contains(",kept", (await ExportAsync(ada, "solo.customer", "query=name:Z")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_table_no_more_is_read_than_an_import_takes()
    {
        Assert.Empty(CsvText.Read(new string('\n', 6_000_000)));
        // Where it has read enough, it stops: what comes behind is never looked at.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(3, CsvText.Read("a\n1\n2\n" + string.Concat(Enumerable.Repeat("x\n", 1_000_000))).Take(3).Count());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30_000_000);
        Assert.Equal(CsvText.MostCells + 1, Assert.Single(CsvText.Read(string.Concat(Enumerable.Repeat("a;", 1_000_000)))).Cells.Count);

        using var ada = await server.NewBrowser().SignUpAsync();
        var name = new Dictionary<string, string>(StringComparer.Ordinal) { ["Company"] = "name", ["Tags"] = "tags" };
        (await ImportAsync(ada, "solo.customer", "Company,Tags\nOne,x\n" + string.Join(',', Enumerable.Repeat("x", 501)) + "\n", name, dryRun: true)).Refuses(HttpStatusCode.UnprocessableEntity, "import.too_many_cells", "csv");
        Assert.Equal(0, (await ImportAsync(ada, "solo.customer", "Company,Tags\nOne,x" + new string(',', 20_000), name, dryRun: true)).Is(HttpStatusCode.OK).Json.GetProperty("faultyRows").GetInt32());
        var many = (await ImportAsync(ada, "solo.customer", "Company,Tags\nOne," + string.Concat(Enumerable.Repeat("a;", 1_000_000)), name, dryRun: true)).Is(HttpStatusCode.OK).Json;
        Assert.Equal("list.too_many", Assert.Single(many.GetProperty("faults").EnumerateArray()).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task What_is_somebody_s_own_is_not_imported()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        foreach (var type in new[] { "platform.home", "platform.view" })
            (await vera.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/{type}/import", new { csv = "\n\n", columns = new { } })).Refuses(HttpStatusCode.UnprocessableEntity, "import.not_here");
    }

    [Fact]
    public async Task Two_imports_of_a_person_wait_or_run_and_no_more()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        var path = $"/api/workspaces/{workspace}/records/solo.customer/import";
        object One(Guid id) => new { csv = "company\nOne", columns = new { company = "name" }, id };
        // As if two of hers waited for tomorrow.
        await server.LookAsync($"""
            INSERT INTO engine.jobs (id, workspace_id, queue, priority, due_at, kind, payload, is_system, user_id, depth, enqueued_at)
            SELECT gen_random_uuid(), workspace_id, 'default', 1, now() + interval '1 day', 'records.import', '{"{}"}', false, user_id, 0, now()
            FROM access.members, generate_series(1, 2) WHERE workspace_id = '{workspace}' AND email = '{ada.Email}'
            """);
        var id = Guid.CreateVersion7();
        (await ada.PostAsync(path, One(id))).Refuses(HttpStatusCode.Conflict, "import.busy");
        (await bob.PostAsync(path, One(Guid.CreateVersion7()))).Is(HttpStatusCode.Accepted);
        await server.LookAsync($"DELETE FROM engine.jobs WHERE workspace_id = '{workspace}' AND due_at > now()");
        // The same may be asked for again: that it was refused is not remembered.
        await DoneAsync(ada, await ada.PostAsync(path, One(id)));
    }

    [Fact]
    public async Task Nobody_imports_what_he_may_not_make()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var path = $"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/import";
        foreach (var dryRun in new[] { true, false })
            (await vera.PostAsync(path, new { csv = "Company\nOne", columns = new { Company = "name" }, dryRun })).Refuses(HttpStatusCode.Forbidden, "permission.denied");
    }

    /// <summary>How the run of an import has ended.</summary>
    private async Task<JsonElement> RunAsync(TestBrowser person, JsonElement asked)
    {
        var run = asked.GetProperty("run").GetGuid();
        await Eventually.HoldsAsync("the import is over", async () => (await server.LookAsync($"SELECT 1 FROM jobs.runs WHERE id = '{run}' AND state IN ('done', 'failed')")).Count == 1);
        return (await person.GetAsync($"/api/workspaces/{await person.WorkspaceAsync()}/records/jobs.run/{run}")).Is(HttpStatusCode.OK).Json.GetProperty("values");
    }

    private async Task DoneAsync(TestBrowser person, Answer asked) =>
        Assert.Equal("done", (await RunAsync(person, asked.Is(HttpStatusCode.Accepted).Json)).GetProperty("state").GetString());

    private static async Task<Answer> ImportAsync(TestBrowser person, string type, string csv, Dictionary<string, string> columns, bool dryRun = false) =>
        await person.PostAsync($"/api/workspaces/{await person.WorkspaceAsync()}/records/{type}/import", new { csv, columns, dryRun });

    private static async Task<Answer> ExportAsync(TestBrowser person, string type, string asked) => await person.GetAsync($"/api/workspaces/{await person.WorkspaceAsync()}/records/{type}/export?{asked}");

    private static async Task<int> CountAsync(TestBrowser person) => (await person.ListAsync("solo.customer", "limit=1")).Json.GetProperty("count").GetProperty("exact").GetInt32();

    private static async Task<string> ValuesAsync(TestBrowser person) => (await person.ListAsync("solo.customer", "")).Json.GetProperty("records")[0].GetProperty("values").GetRawText();
}
