using System.Net;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>What would be SQL is a text like any other, wherever it is written, searched or asked for.</summary>
public sealed class InjectionTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Type = "solo.customer";

    public static TheoryData<string> Texts =>
    [
        "' OR '1'='1", "'; DROP TABLE solo.customers; --", "\" OR \"\"=\"", "x') OR ('1'='1", "\\'; SELECT 1 --", "$1", "{0}", "%", "_", "%' --", "$$; SELECT pg_sleep(9); $$",
        "'||(SELECT current_user)||'", "E'\\x27'", "/* a */ UNION SELECT NULL", "ʼ OR 1=1", "＇ OR 1=1",
    ];

    [Theory]
    [Trait("asvs", "1.2.4")]
    [MemberData(nameof(Texts))]
    public async Task A_text_comes_back_as_it_was_written_and_finds_itself_alone(string text)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (id, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        (await ada.WriteAsync(new { op = "create", type = Type, id, values = new { kind = "company", name = text, status = "active" } })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "create", type = Type, id = other, values = new { kind = "company", name = "Somebody else", status = "active" } })).Is(HttpStatusCode.OK);

        var found = (await ada.ListAsync(Type, $"query={Uri.EscapeDataString($"name:\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")}")).Is(HttpStatusCode.OK).Json;
        var record = Assert.Single(found.GetProperty("records").EnumerateArray());
        Assert.Equal(id, record.GetProperty("id").GetGuid());
        Assert.Equal(text, record.GetProperty("values").GetProperty("name").GetString());
    }

    [Theory]
    [Trait("asvs", "1.2.4")]
    [MemberData(nameof(Texts))]
    public async Task Where_a_name_is_asked_for_it_is_refused_by_name(string text)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var escaped = Uri.EscapeDataString(text);
        foreach (var asked in new[] { $"sort={escaped}", $"sort=name{escaped}", $"limit={escaped}", $"after={escaped}", $"scope={escaped}" })
            Assert.InRange((int)(await ada.ListAsync(Type, asked)).Status, 400, 422);
        (await ada.ListAsync($"{Type}{escaped}", "")).Is(HttpStatusCode.NotFound);
        (await ada.ListAsync(Type, "")).Is(HttpStatusCode.OK);
    }
}
