using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Records;

/// <summary>Each kind of field goes in, comes out of table and log as it was, and keeps its bounds.</summary>
public sealed class FieldKindTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [InlineData("note", "\"two\\r\\nlines\\tand a tab\"", "\"two\\nlines\\tand a tab\"")]
    [InlineData("title", "\"Cafe\\u0301\"", "\"Café\"")]
    [InlineData("count", "9007199254740991", "9007199254740991")]
    [InlineData("count", "-9007199254740991", "-9007199254740991")]
    [InlineData("count", "null", "null")]
    [InlineData("done", "true", "true")]
    [InlineData("done", "false", "false")]
    [InlineData("due", "\"2024-02-29\"", "\"2024-02-29\"")]
    [InlineData("due", "\"0001-01-01\"", "\"0001-01-01\"")]
    [InlineData("seen", "\"2026-11-21T10:00:00Z\"", "\"2026-11-21T10:00:00.000Z\"")]
    [InlineData("seen", "\"2026-11-21T12:30:00.1239+02:30\"", "\"2026-11-21T10:00:00.123Z\"")]
    [InlineData("state", "\"sent\"", "\"sent\"")]
    [InlineData("tags", "[\"a\",\"b\",\"a\"]", "[\"a\",\"b\"]")]
    [InlineData("keeper", "\"0190a0a0-0000-7000-8000-000000000001\"", "\"0190a0a0-0000-7000-8000-000000000001\"")]
    [InlineData("letter", "\"AP8Q\"", "\"AP8Q\"")]
    [InlineData("letter", "\"\"", "null")]
    [InlineData("password", "\"hidden\"", "true")]
    [InlineData("password", "\"\"", "false")]
    public async Task A_value_comes_out_as_it_is_stored(string field, string given, string expected)
    {
        var thing = await _workspace.AddThingAsync();
        var outcome = await _workspace.SendAsync(TestWorkspace.SetThing(thing, field, Json(given)));
        Assert.Equal(OutcomeKind.Applied, outcome.Kind);
        Assert.Equal(expected, await _workspace.ValueAsync(thing, field));

        var created = await _workspace.AddThingAsync(new Dictionary<string, object> { ["title"] = "Another", [field] = Json(given) });
        Assert.Equal(expected, await _workspace.ValueAsync(created, field));
        var logged = (await _engine.Log.AfterAsync(_workspace.Id, outcome.Seq!.Value, 1, default))[0].Changes[0].Set;
        Assert.Equal(expected, JsonSerializer.Serialize(Json(logged).GetProperty(field), Relaxed));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("9007199254740991")]
    public async Task An_amount_of_money_comes_out_as_it_is_stored_beside_its_currency(string price)
    {
        var thing = await _workspace.AddThingAsync(new { currency = "CHF" });
        var outcome = await _workspace.SendAsync(TestWorkspace.SetThing(thing, "price", Json(price)));
        Assert.Equal(OutcomeKind.Applied, outcome.Kind);
        Assert.Equal((price, "\"CHF\""), (await _workspace.ValueAsync(thing, "price"), await _workspace.ValueAsync(thing, "currency")));
        var created = await _workspace.AddThingAsync(new Dictionary<string, object> { ["currency"] = "CHF", ["price"] = Json(price) });
        Assert.Equal(price, await _workspace.ValueAsync(created, "price"));
        var logged = (await _engine.Log.AfterAsync(_workspace.Id, outcome.Seq!.Value - 1, 1, default))[0].Changes[0].Set;
        Assert.Equal(price, Json(logged).GetProperty("price").GetRawText());

        // Without its currency it says nothing, and goes with it.
        Assert.Equal("field.required", (await _workspace.SendAsync(TestWorkspace.SetThing(thing, "currency", null))).Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(thing, "currency", null), TestWorkspace.SetThing(thing, "price", null))).Kind);
        Assert.Equal("null", await _workspace.ValueAsync(thing, "price"));
    }

    [Theory]
    [InlineData("price", "9007199254740992", "field.out_of_range")]
    [InlineData("price", "1.5", "field.wrong_kind")]
    [InlineData("title", "\"two\\nlines\"", "field.malformed")]
    [InlineData("note", "\"\\u0007\"", "field.malformed")]
    [InlineData("count", "9007199254740992", "field.out_of_range")]
    [InlineData("count", "-99999999999999999999", "field.out_of_range")]
    [InlineData("count", "1.5", "field.wrong_kind")]
    [InlineData("count", "1e3", "field.wrong_kind")]
    [InlineData("count", "\"1\"", "field.wrong_kind")]
    [InlineData("percent", "101", "field.out_of_range")]
    [InlineData("percent", "-1", "field.out_of_range")]
    [InlineData("percent", "null", "field.required")]
    [InlineData("price", "1", "field.required")]
    [InlineData("done", "\"true\"", "field.wrong_kind")]
    [InlineData("due", "\"2023-02-29\"", "field.malformed")]
    [InlineData("due", "\"21.11.2026\"", "field.malformed")]
    [InlineData("seen", "\"2026-11-21\"", "field.malformed")]
    [InlineData("seen", "\"2026-11-21T10:00:00\"", "field.malformed")]
    [InlineData("seen", "\"2026-11-21T25:00:00Z\"", "field.malformed")]
    [InlineData("state", "\"lost\"", "field.not_allowed")]
    [InlineData("tags", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]", "list.too_many")]
    [InlineData("keeper", "\"somebody\"", "field.wrong_kind")]
    [InlineData("letter", "\"not base64!\"", "field.malformed")]
    [InlineData("stamp", "\"forged\"", "field.read_only")]
    [InlineData("nothing", "1", "field.unknown")]
    [InlineData("id", "\"0190a0a0-0000-7000-8000-000000000001\"", "field.unknown")]
    [InlineData("version", "7", "field.unknown")]
    public async Task A_value_out_of_bounds_is_refused_with_the_name_of_its_field(string field, string given, string code)
    {
        var thing = await _workspace.AddThingAsync();
        var outcome = await _workspace.SendAsync(TestWorkspace.SetThing(thing, field, Json(given)));
        Assert.Equal((OutcomeKind.Rejected, code), (outcome.Kind, outcome.Failure!.Code.Code));
        Assert.Equal((field, code) == ("price", "field.required") ? "currency" : field, outcome.Failure.Field);
    }

    [Fact]
    public async Task Bytes_and_secrets_have_a_greatest_length()
    {
        var thing = await _workspace.AddThingAsync();
        var sealedTooLong = await _workspace.SendAsync(TestWorkspace.SetThing(thing, "letter", Convert.ToBase64String(new byte[65])));
        var secretTooLong = await _workspace.SendAsync(TestWorkspace.SetThing(thing, "password", new string('x', 201)));
        Assert.Equal(["field.too_long", "field.too_long"], [sealedTooLong.Failure!.Code.Code, secretTooLong.Failure!.Code.Code]);
        Assert.DoesNotContain("xx", secretTooLong.Answer, StringComparison.Ordinal);
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
