using Holdfast.Engine.Failures;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Xunit;

namespace Holdfast.Tests.Engine.Queries;

/// <summary>What the language refuses, and where it says that the fault is.</summary>
public sealed class QueryReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("(a", "query.parenthesis", 1)]
    [InlineData("a)", "query.parenthesis", 2)]
    [InlineData("a (b (c) d", "query.parenthesis", 3)]
    [InlineData("a )( b", "query.parenthesis", 3)]
    [InlineData("\"a", "query.quote", 1)]
    [InlineData("a \"b\"\"", "query.quote", 3)]
    [InlineData("name:\"b", "query.quote", 6)]
    [InlineData("()", "query.incomplete", 2)]
    [InlineData("or", "query.incomplete", 1)]
    [InlineData("a or", "query.incomplete", 5)]
    [InlineData("a or or b", "query.incomplete", 6)]
    [InlineData("a (or b)", "query.incomplete", 4)]
    [InlineData("-", "query.incomplete", 2)]
    [InlineData("a - b", "query.incomplete", 4)]
    [InlineData("(-)", "query.incomplete", 3)]
    [InlineData("\"\"", "query.incomplete", 1)]
    [InlineData("name:", "query.incomplete", 6)]
    [InlineData("name: ada", "query.incomplete", 6)]
    [InlineData("name:a,", "query.incomplete", 8)]
    [InlineData("name:,a", "query.incomplete", 6)]
    [InlineData(":a", "query.incomplete", 1)]
    [InlineData("created > -7d", "query.incomplete", 9)]
    [InlineData("a nmae:ada", "query.field_unknown", 3)]
    [InlineData("rate:5", "query.field_unknown", 1)]
    [InlineData("http://example.org", "query.field_unknown", 1)]
    [InlineData("größe:5", "query.field_unknown", 1)]
    [InlineData("name>a", "query.operator", 1)]
    [InlineData("status<=open", "query.operator", 1)]
    [InlineData("tags>a", "query.operator", 1)]
    [InlineData("owner<1", "query.operator", 1)]
    [InlineData("name=a", "query.operator", 1)]
    [InlineData("version=1", "query.operator", 1)]
    [InlineData("a version>1,2", "query.operator", 3)]
    [InlineData("status:gone", "query.value", 8)]
    [InlineData("status:open,gone", "query.value", 13)]
    [InlineData("owner:me", "query.value", 7)]
    [InlineData("owner:1", "query.value", 7)]
    [InlineData("version:one", "query.value", 9)]
    [InlineData("version:1.5", "query.value", 9)]
    [InlineData("version:..", "query.value", 9)]
    [InlineData("version:5..3", "query.value", 9)]
    [InlineData("version:9007199254740992", "query.value", 9)]
    [InlineData("version>1..2", "query.value", 9)]
    [InlineData("version>empty", "query.value", 9)]
    [InlineData("version:\"empty\"", "query.value", 9)]
    [InlineData("created:2026-13", "query.value", 9)]
    [InlineData("created:2026-02-30", "query.value", 9)]
    [InlineData("created:7d", "query.value", 9)]
    [InlineData("created>-7x", "query.value", 9)]
    [InlineData("created>-9999y", "query.value", 9)]
    [InlineData("created>9999", "query.value", 9)]
    [InlineData("created>2026-11-21T25:00Z", "query.value", 9)]
    [InlineData("a\u0000b", "query.malformed", 2)]
    [InlineData("a\tb", "query.malformed", 2)]
    [InlineData("a\u2028", "query.malformed", 2)]
    public void What_makes_no_sense_is_refused_with_its_place(string text, string code, int at)
    {
        var failure = QueryReader.Read(text, new Columns(Thing.Type, Thing.Reader(sees: false), []), Now, out _);
        Assert.Equal((code, "query", (object)at), (failure?.Code.Code, failure?.Field, failure?.Params?["at"]));
        Assert.StartsWith($"At {at}: ", failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_that_goes_down_is_turned_round_in_the_refusal()
    {
        var failure = QueryReader.Read("version:8..3", new Columns(Thing.Type, Thing.Reader(sees: false), []), Now, out _)!;
        Assert.Equal("At 9: a range goes from the smaller to the larger. Write version:3..8.", failure.Detail);
        Assert.Contains("write : for equal", QueryReader.Read("status=lead", new Columns(Thing.Type, Thing.Reader(sees: false), []), Now, out _)!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.Equal("query.malformed", Read("a \ud83d"));

    [Fact]
    public void A_query_has_bounds()
    {
        Assert.Equal("query.too_long", Read(new string('a', 1001)));
        Assert.Equal(1001, QueryReader.Read(new string('a', 1001), new Columns(Thing.Type, Thing.Reader(sees: false), []), Now, out _)!.Params!["at"]);
        Assert.Null(Read(new string('a', 1000)));
        Assert.Equal("query.too_deep", Read($"{new string('(', 12)}a{new string(')', 12)}"));
        Assert.Equal("query.too_deep", Read($"{new string('-', 900)}a"));
        Assert.Equal("query.too_deep", Read(new string('(', 1000)));
        Assert.Null(Read($"{new string('(', 11)}a{new string(')', 11)}"));
        Assert.Equal("query.too_many", Read(string.Join(' ', Enumerable.Repeat("a", 65))));
        Assert.Equal("query.too_many", Read($"tags:{string.Join(',', Enumerable.Repeat("a", 65))}"));
        Assert.Null(Read(string.Join(' ', Enumerable.Repeat("a", 64))));
    }

    [Fact]
    public void Where_a_word_is_looked_for_in_many_fields_a_query_takes_fewer()
    {
        var custom = Enumerable.Range(0, 125).Select(i => new CustomField { RecordType = "test.thing", Key = $"k{i}", Label = "x", Kind = i < 100 ? "text" : "list" }).ToArray();
        Failure? Read(string text) => QueryReader.Read(text, new Columns(Thing.Type, Thing.Reader(sees: false), custom), Now, out _);
        Assert.Null(Read("a b c d"));
        var failure = Read("a b c d ee");
        Assert.Equal(("query.too_many", (object)9, (object)4), (failure?.Code.Code, failure?.Params?["at"], failure?.Params?["max"]));
        Assert.Null(Read($"a b c d {string.Join(' ', Enumerable.Range(0, 50).Select(i => $"ext.k{i}:e"))}"));
    }

    [Fact]
    public void A_field_that_the_reader_does_not_see_is_like_one_that_is_not_there()
    {
        var columns = new Columns(Thing.Type, Thing.Reader(sees: false), []);
        var masked = QueryReader.Read("rate:5", columns, Now, out _)!;
        var unknown = QueryReader.Read("rats:5", columns, Now, out _)!;
        Assert.Equal(unknown.Detail.Replace("rats", "rate", StringComparison.Ordinal), masked.Detail);
        Assert.DoesNotContain(columns.Texts, column => column.Called == "rate");
        Assert.Null(QueryReader.Read("rate:5", new Columns(Thing.Type, Thing.Reader(sees: true), []), Now, out _));
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        const string Signs = "\"()-:<>=,. \\%_'ao0ro7dé\u0301👍\ud83d\u200f";
        var random = new Random(7);
        var columns = new Columns(Thing.Type, Thing.Reader(sees: true), []);
        for (var i = 0; i < 20_000; i++)
        {
            string[] names = ["name:", "version:", "created:", "status:", ".."];
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(4) == 0 ? names[random.Next(names.Length)] : Signs[random.Next(Signs.Length)].ToString()));
            var failure = QueryReader.Read(text, columns, Now, out var condition);
            Assert.True(failure is null || failure.Code.Code.StartsWith("query.", StringComparison.Ordinal), text);
            Assert.NotEmpty(condition.ToSql().ToString());
        }
    }

    private static string? Read(string text) =>
        QueryReader.Read(text, new Columns(Thing.Type, Thing.Reader(sees: true), []), Now, out _)?.Code.Code;
}
