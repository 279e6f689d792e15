using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Log;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Log;

/// <summary>The bytes that are digested depend on the value, and on nothing that the database does to its spelling.</summary>
public sealed class CanonicalJsonTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] Texts = ["", "a", "name", "Ada", "\"\\/", "\n\t\u0001\u001f\u007f", "ä", "é", "e\u0301", "🦆", "\u2028\u202e", "<&'>", "1.50"];
    private static readonly string[] Numbers = ["0", "-0", "0.0", "-0.00", "1", "-1", "10", "1.0", "1.50", "15e-1", "0.15E+1", "100", "1e2", "9007199254740993", "-9223372036854775808", "123456789012345678901234567890.5", "1E-20", "0.00000000000000000001", "1e100"];

    [Fact]
    public async Task A_value_that_has_been_through_jsonb_gives_the_same_bytes()
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        Prop.ForAll(Arb.From(Json(depth: 3)), spelled => Assert.Equal(Bytes(spelled), Bytes(ThroughDatabase(connection, spelled))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [Fact]
    public void Two_different_values_give_different_bytes()
    {
        // One spelling of each value, so that equal bytes would be two values taken for one.
        string[] values =
        [
            "null", "true", "false", "0", "1", "-1", "10", "1.5", "15", "\"\"", "\"1\"", "\"null\"", "[]", "{}", "[null]", "[[]]", "[\"\"]", "[\"a\",\"b\"]", "[\"ab\"]",
            "[[\"a\"],\"b\"]", "{\"a\":1}", "{\"a\":\"1\"}", "{\"b\":1}", "{\"a\":{}}", "{\"a\":1,\"b\":1}", "[1,2]", "[2,1]", "\"é\"", "\"e\\u0301\"",
        ];
        Assert.Equal(values.Length, values.Select(Bytes).Distinct(StringComparer.Ordinal).Count());
    }

    private static string ThroughDatabase(NpgsqlConnection connection, string json)
    {
        using var command = new NpgsqlCommand("SELECT $1::text::jsonb::text", connection) { Parameters = { new() { Value = json } } };
        return (string)command.ExecuteScalar()!;
    }

    private static string Bytes(string json)
    {
        var buffer = new ByteBuffer();
        CanonicalJson.Write(json, buffer);
        return Convert.ToHexString(buffer.Written);
    }

    /// <summary>JSON texts with all the freedom that JSON has: escapes or none, any order of keys, any spelling of numbers, white space.</summary>
    private static Gen<string> Json(int depth)
    {
        var text = from value in Gen.Elements(Texts)
                   from escaped in Gen.Elements(true, false)
                   select $"\"{(escaped ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Encode(value)}\"";
        var leaf = Gen.OneOf(text, Gen.Elements(Numbers), Gen.Elements("null", "true", "false"));
        if (depth == 0)
            return leaf;
        var inner = Json(depth - 1);
        var list = Gen.ListOf(inner).Select(items => $"[{string.Join(" ,\n", items.Take(5))}]");
        var members = from names in Gen.SubListOf(Texts)
                      from shuffled in Gen.Shuffle<string>(names)
                      from values in Gen.ArrayOf(inner, Texts.Length)
                      select $"{{ {string.Join(",", shuffled.Select((name, i) => $"{JsonValue.Create(name)!.ToJsonString()}: {values[i]}"))} }}";
        return Gen.OneOf(leaf, list, members);
    }
}
