using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>Runs contract/vectors, as web/src/engine/vectors.test.ts does.</summary>
public sealed class VectorTests
{
    private const string Types = "contract.json";
    private static readonly string Folder = Path.Combine(Repository.Root, "contract", "vectors");
    private static readonly Guid Thing = Guid.Parse("0190a0a0-0000-7000-8000-000000000001");

    /// <summary>One row a vector: the file, and the vector's name.</summary>
    public static TheoryData<string, string> All { get; } = [.. Directory.EnumerateFiles(Folder, "*.json")
        .Where(path => Path.GetFileName(path) != Types)
        .SelectMany(path => Read(path).Select(vector => (Path.GetFileNameWithoutExtension(path), (string)vector["name"]!)))];

    [Theory]
    [MemberData(nameof(All))]
    public void A_vector_holds(string file, string name)
    {
        var vector = Read(Path.Combine(Folder, $"{file}.json")).Single(vector => (string?)vector["name"] == name);
        switch (file)
        {
            case "apply":
                Apply(vector);
                break;
            case "invert":
                Invert(vector);
                break;
            case "guard":
                Guard(vector);
                break;
            case "merge":
                Merge(vector);
                break;
            case "order":
                Order(vector);
                break;
            case "between":
                Between(vector);
                break;
            default:
                Assert.Fail($"Nobody here runs {file}.json.");
                break;
        }
    }

    /// <summary>Written anew where <c>WRITE_VECTORS</c> is set.</summary>
    [Fact]
    public async Task The_fields_that_vectors_name_are_those_of_the_tests()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            EngineContract.Write(json, MemoryEngine.Registry, MemoryEngine.Policy);
            json.WriteEndObject();
        }

        var (path, text) = (Path.Combine(Folder, Types), Encoding.UTF8.GetString(stream.ToArray()) + "\n");
        if (Environment.GetEnvironmentVariable("WRITE_VECTORS") is not null)
            await File.WriteAllTextAsync(path, text);
        Assert.True(text == await File.ReadAllTextAsync(path), "contract/vectors/contract.json has drifted. Run this test once with WRITE_VECTORS=1 and commit the result.");
    }

    private static void Apply(JsonObject vector)
    {
        var engine = Engine(vector["record"], deleted: vector["deleted"]);
        var outcome = engine.Run(MemoryEngine.Read([vector["operation"]!.DeepClone()], Thing));
        Assert.Equal((string?)vector["error"], outcome.Failure?.Code.Code);
        if (outcome.Failure is null)
            AssertShows(vector["result"], engine);
    }

    private static void Invert(JsonObject vector)
    {
        var engine = Engine(vector["record"], deleted: vector["deleted"]);
        var before = engine.Values(Thing);
        var done = MemoryEngine.Read([vector["operation"]!.DeepClone()], Thing);
        if (vector["inverse"] is not JsonArray expected)
        {
            Assert.Throws<InvalidOperationException>(() => Inverse.Of(done.Operations[0], engine.Overlay.Kept(MemoryEngine.Things, Thing)));
            return;
        }

        var back = Inverse.Of(done.Operations[0], engine.Overlay.Kept(MemoryEngine.Things, Thing)?.Copy()).ToArray();
        var wanted = expected.Count == 0 ? [] : MemoryEngine.Read((JsonArray)expected.DeepClone(), Thing).Operations;
        Assert.Equal(wanted.Select(Said), back.Select(Said));
        Assert.Null(engine.Run(done).Failure);
        if (back.Length > 0)
            Assert.Null(engine.Run(back).Failure);
        Assert.Equal(before?.ToJsonString(), engine.Values(Thing)?.ToJsonString());
    }

    private static void Guard(JsonObject vector)
    {
        var engine = Engine(vector["record"], (long)vector["version"]!, head: (long)vector["head"]!);
        foreach (var other in (vector["others"] as JsonArray ?? []).Select(values => NewRecord(values!, Guid.CreateVersion7(), 1)))
            engine.Overlay.Load(MemoryEngine.Things, other);
        Assert.Equal((string?)vector["error"], engine.Run(MemoryEngine.Read([vector["operation"]!.DeepClone()], Thing)).Failure?.Code.Code);
    }

    private static void Merge(JsonObject vector)
    {
        var confirmed = vector["confirmed"]?.DeepClone() as JsonObject;
        var isDeleted = vector.ContainsKey("delta") && vector["delta"] is null;
        foreach (var (field, value) in vector["delta"] as JsonObject ?? [])
            confirmed![field] = value?.DeepClone();
        var engine = Engine(isDeleted ? null : confirmed);
        RunAll(engine, (JsonArray)vector["pending"]!);
        AssertShows(vector["shown"], engine);
    }

    private static void Order(JsonObject vector)
    {
        var transactions = ((JsonArray)vector["transactions"]!).ToArray();
        foreach (var order in (bool?)vector["anyOrder"] == true ? Orders(transactions) : [transactions])
        {
            var engine = Engine(vector["record"]);
            RunAll(engine, order);
            AssertShows(vector["result"], engine);
        }
    }

    private static void Between(JsonObject vector)
    {
        string Key() => OrderKey.Between((string?)vector["after"], (string?)vector["before"], (int)vector["draw"]!);
        if (vector["key"] is null)
            Assert.Throws<ArgumentException>(Key);
        else
            Assert.Equal((string?)vector["key"], Key());
    }

    private static void RunAll(MemoryEngine engine, IEnumerable<JsonNode?> transactions)
    {
        foreach (var operations in transactions)
            engine.Run(MemoryEngine.Read((JsonArray)operations!.DeepClone(), Thing));
    }

    private static MemoryEngine Engine(JsonNode? record, long version = 1, JsonNode? deleted = null, long head = 100)
    {
        var engine = new MemoryEngine(head);
        if (record is not null)
            engine.Overlay.Load(MemoryEngine.Things, NewRecord(record, Thing, version));
        if (deleted is not null)
            engine.Overlay.LoadGrave(MemoryEngine.Things, NewRecord(deleted, Thing, version));
        return engine;
    }

    /// <summary>A record with these values; the other fields hold their defaults.</summary>
    private static Record NewRecord(JsonNode values, Guid id, long version)
    {
        var record = MemoryEngine.Things.New(id);
        foreach (var (name, value) in values.AsObject())
        {
            var field = MemoryEngine.Things.Find(name)!;
            Assert.Null(field.TryRead(JsonSerializer.SerializeToElement(value), out var read));
            field.Set(record, read);
        }

        record.Version = version;
        return record;
    }

    private static void AssertShows(JsonNode? expected, MemoryEngine engine)
    {
        var values = engine.Values(Thing);
        Assert.Equal(expected is null, values is null);
        foreach (var (field, value) in expected as JsonObject ?? [])
            Assert.True(JsonNode.DeepEquals(value, values![field]), $"'{field}' is {values[field]?.ToJsonString() ?? "null"} and not {value?.ToJsonString() ?? "null"}.");
    }

    /// <summary>An operation as text, with what is inside its lists.</summary>
    private static string Said(Operation operation) => operation is SetOperation set ? $"set {set.Field.Name} {JsonText.Text(json => set.Field.Write(json, set.Value))}" : $"{operation with { Guards = [] }}";

    private static IEnumerable<T[]> Orders<T>(T[] items) =>
        items.Length < 2 ? [items] : items.SelectMany((item, i) => Orders([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));

    private static IEnumerable<JsonObject> Read(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsArray().Select(vector => vector!.AsObject());
}
