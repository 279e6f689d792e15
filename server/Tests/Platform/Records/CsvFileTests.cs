using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>Tables that come as the bytes of a file.</summary>
public sealed class CsvFileTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Text = "Company;City\r\nMüller & Søn;Málaga\r\n";
    private static readonly Encoding Western = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>The file, what was asked for, and what it was read as.</summary>
    public static TheoryData<byte[], string?, string> Readable { get; } = new()
    {
        { Encoding.UTF8.GetBytes(Text), null, "utf-8" },
        { [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Text)], null, "utf-8" },
        { [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Text)], null, "utf-16le" },
        { [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Text)], "windows-1252", "utf-16be" },
        { Western.GetBytes(Text), null, "windows-1252" },
        { Encoding.Latin1.GetBytes(Text), null, "windows-1252" },
        { Western.GetBytes(Text), "windows-1252", "windows-1252" },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task A_file_comes_in_as_it_was_written_and_the_answer_says_in_what(byte[] file, string? asked, string read)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var dry = (await SendAsync(ada, file, asked, dryRun: true)).Is(HttpStatusCode.OK).Json;
        Assert.Equal((1, 0, read), (dry.GetProperty("rows").GetInt32(), dry.GetProperty("faultyRows").GetInt32(), dry.GetProperty("encoding").GetString()));
        var run = (await SendAsync(ada, file, asked)).Is(HttpStatusCode.Accepted).Json.GetProperty("run").GetGuid();
        await Support.Eventually.HoldsAsync("the import is over", async () => (await server.LookAsync($"SELECT 1 FROM jobs.runs WHERE id = '{run}' AND state = 'done'")).Count == 1);
        Assert.Equal("Müller & Søn", (await ada.ListAsync("solo.customer", "")).Json.GetProperty("records")[0].GetProperty("values").GetProperty("name").GetString());
    }

    /// <summary>The file, what was asked for, and why it is refused.</summary>
    public static TheoryData<byte[], string?, string, string> Refused { get; } = new()
    {
        { [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D], null, "import.not_text", "csv" },
        { Encoding.Unicode.GetBytes(Text), null, "import.not_text", "csv" },
        { "Company\nA\0B\n"u8.ToArray(), "windows-1252", "import.not_text", "csv" },
        { "Company\nA\u0007B\n"u8.ToArray(), null, "import.not_text", "csv" },
        { Western.GetBytes(Text), "utf-8", "import.encoding", "encoding" },
        { [0xFF, 0xFE, 0x41], null, "import.encoding", "encoding" },
        { "Company\nM\uFFFDller\n"u8.ToArray(), null, "import.lost_characters", "csv" },
        { Encoding.UTF8.GetBytes(Text), "latin-9", "field.not_allowed", "encoding" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_no_text_in_its_encoding_makes_no_rows(byte[] file, string? asked, string code, string field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        foreach (var dryRun in new[] { true, false })
            (await SendAsync(ada, file, asked, dryRun)).Refuses(HttpStatusCode.UnprocessableEntity, code, field);
    }

    [Fact]
    public async Task Bytes_of_chance_are_no_table()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        // The same at every run.
        var chance = new Random(6);
        for (var i = 0; i < 20; i++)
        {
            var bytes = new byte[2000];
            chance.NextBytes(bytes);
            Assert.Contains((await SendAsync(ada, [.. "Company\n"u8, .. bytes], null, dryRun: true)).Code, new[] { "import.not_text", "import.encoding" });
        }
    }

    [Theory]
    [InlineData("""{"file":"QQ=","columns":{}}""", "field.wrong_kind", "file")]
    [InlineData("""{"file":7,"columns":{}}""", "field.wrong_kind", "file")]
    [InlineData("""{"file":"QQ==","csv":"a\nb","columns":{}}""", "field.unknown", "csv")]
    [InlineData("""{"csv":"a\nb","encoding":"utf-8","columns":{}}""", "field.unknown", "encoding")]
    [InlineData("""{"csv":"a\nb\ufffd","columns":{}}""", "import.lost_characters", "csv")]
    [InlineData("""{"csv":"a\u0000\nb","columns":{}}""", "import.not_text", "csv")]
    public async Task What_is_no_file_is_named(string body, string code, string field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var answer = await ada.PostTextAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/import", body);
        Assert.Equal((code, field), (answer.Code, answer.Field));
    }

    private static async Task<Answer> SendAsync(TestBrowser person, byte[] file, string? encoding, bool dryRun = false)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal) { ["file"] = Convert.ToBase64String(file), ["columns"] = new { Company = "name" }, ["dryRun"] = dryRun };
        if (encoding is not null)
            body["encoding"] = encoding;
        return await person.PostTextAsync($"/api/workspaces/{await person.WorkspaceAsync()}/records/solo.customer/import", JsonSerializer.Serialize(body));
    }
}
