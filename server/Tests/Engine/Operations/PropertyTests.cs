using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Operations;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>What holds for any record and any operation. The browser's engine has the same tests.</summary>
public sealed class PropertyTests
{
    private static readonly string[] Items = ["a", "b", "c", "d", "e", "f", "é"];
    private static readonly Guid Elsewhere = Guid.Parse("0190a0a0-0000-7000-8000-000000000001");
    private static readonly string[] Outside =
        ["stamp", "id", "version", "createdAt", "createdBy", "updatedAt", "updatedBy", "workspaceId", "workspace_id", "custom", "ext", "ext.", "ext.unknown", "Title", "title ", "\0"];

    /// <summary>Some values for each field that can be set and taken back: of a secret nobody knows what it was.</summary>
    private static readonly (string Field, object?[] Values)[] Settable =
    [
        ("title", ["a", "b", "é", "second"]), ("note", ["a", "two\nlines", null]), ("number", ["1", "2", null]), ("count", [-7, 0, 60, null]), ("percent", [0, 50, 100]),
        ("price", [-1, 0, 100, null]), ("currency", ["EUR", "CHF", null]), ("done", [true, false, null]), ("due", ["2024-02-29", "0001-01-01", null]),
        ("seen", ["2026-11-21T10:00:00.000Z", null]), ("state", ["draft", "sent", "paid"]), ("tags", [Items[..0], Items[..2], Items[1..6]]),
        ("keeper", [Elsewhere, null]), ("shelf", [Elsewhere, null]), ("place", [1, 2, null]), ("parent", [Elsewhere, null]), ("letter", ["AP8Q", "AAAA", null]),
    ];

    /// <summary>What is done to a thing, by its number.</summary>
    private static readonly string[] Kinds = ["increment count", "increment percent", "listInsert", "listRemove", "delete", "restore", "create", .. Settable.Select(of => $"set {of.Field}")];

    /// <summary>One operation, as numbers that FsCheck can shrink.</summary>
    private sealed record Step(int Kind, int A, int B);

    private static Gen<Step> Steps() =>
        from kind in Gen.Choose(0, Kinds.Length - 1)
        from a in Gen.Choose(-60, 60)
        from b in Gen.Choose(0, 6)
        select new Step(kind, a, b);

    [Fact]
    public void The_inverse_after_an_operation_gives_the_record_back()
    {
        var applied = new HashSet<int>();
        var runs = from before in Gen.ListOf(Steps()) from step in Steps() select (before.ToArray(), step);
        Prop.ForAll(Arb.From(runs), run =>
        {
            var (engine, thing) = NewEngine();
            foreach (var earlier in run.Item1)
                engine.Run(Operations(earlier, thing));
            var transaction = Operations(run.step, thing);
            if (transaction.Operations is not [var operation])
                return;
            var before = engine.Overlay.Kept(MemoryEngine.Things, operation.Record);
            var shown = engine.Values(operation.Record)?.ToJsonString();
            if (engine.Run(transaction).Failure is not null)
                return;
            applied.Add(run.step.Kind);
            Assert.True(engine.Run([.. Inverse.Of(operation, before)]).Succeeded);
            Assert.Equal(shown, engine.Values(operation.Record)?.ToJsonString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        // A control: each kind of operation, and each kind of field, was among them.
        Assert.Equal(Kinds, applied.Order().Select(kind => Kinds[kind]));
    }

    [Fact]
    public void Two_followers_of_the_log_have_what_the_server_has_whenever_they_read_and_however_the_transactions_interleave()
    {
        var runs = from ann in Gen.ListOf(Steps()) from bob in Gen.ListOf(Steps()) from turns in Gen.ListOf(Gen.Choose(0, 3)) select (ann.ToArray(), bob.ToArray(), turns.ToArray());
        Prop.ForAll(Arb.From(runs), run =>
        {
            var (engine, thing) = NewEngine();
            var (eager, lazy) = (new Follower(engine, thing), new Follower(engine, thing));
            foreach (var (step, lazyReads) in Interleave(run.Item1, run.Item2, run.Item3))
            {
                engine.Run(Operations(step, thing));
                Assert.True(JsonNode.DeepEquals(eager.Read(), engine.Values(thing)));
                if (lazyReads)
                    Assert.True(JsonNode.DeepEquals(lazy.Read(), engine.Values(thing)));
            }

            Assert.True(JsonNode.DeepEquals(lazy.Read(), engine.Values(thing)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    /// <summary>Knows a thing from the log alone, as far as he has read it.</summary>
    private sealed class Follower(MemoryEngine engine, Guid thing)
    {
        private int _read;
        private JsonObject? _thing;

        public JsonObject? Read()
        {
            foreach (var change in engine.Entries.Skip(_read).SelectMany(entry => entry.Changes).Where(change => change.Id == thing))
            {
                _thing = change.Kind == "delete" ? null : _thing ?? [];
                foreach (var (field, value) in JsonNode.Parse(change.Set)!.AsObject())
                    _thing![field] = value?.DeepClone();
            }

            _read = engine.Entries.Count;
            return _thing;
        }
    }

    [Fact]
    public void What_is_not_on_the_list_of_fields_never_changes()
    {
        var runs = from name in Gen.Elements(Outside) from op in Gen.Elements("set", "increment", "listInsert", "listRemove", "create") from value in Gen.Elements("\"x\"", "7", "null", "[\"a\"]", "{}", "true") select (name, op, value);
        Prop.ForAll(Arb.From(runs), run =>
        {
            var (engine, thing) = NewEngine();
            var before = engine.Overlay.Kept(MemoryEngine.Things, thing)!;
            var id = run.op == "create" ? Guid.CreateVersion7() : thing;
            var operation = new JsonObject { ["op"] = run.op, ["id"] = id.ToString() };
            if (run.op == "create")
                operation["values"] = new JsonObject { ["title"] = "x", [run.name] = JsonNode.Parse(run.value) };
            else
                operation["field"] = run.name;
            if (run.op is "set" or "listInsert" or "listRemove")
                operation["value"] = JsonNode.Parse(run.value);
            if (run.op == "increment")
                operation["by"] = 1;
            var outcome = engine.Run(MemoryEngine.Read([operation], thing));
            Assert.Equal(OutcomeKind.Rejected, outcome.Kind);
            Assert.Same(before, engine.Overlay.Kept(MemoryEngine.Things, thing));
            Assert.Null(id == thing ? null : engine.Overlay.Kept(MemoryEngine.Things, id));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static (MemoryEngine Engine, Guid Thing) NewEngine()
    {
        var (engine, thing) = (new MemoryEngine(), Guid.CreateVersion7());
        Assert.Equal(OutcomeKind.Applied, engine.Run(Compose.Create(MemoryEngine.Registry, thing, new Support.Thing { Title = "first", Count = 10, Currency = "EUR" })).Kind);
        return (engine, thing);
    }

    private static Transaction Operations(Step step, Guid thing)
    {
        var item = Items[step.B];
        object json = step.Kind switch
        {
            0 => new { op = "increment", field = "count", by = step.A },
            1 => new { op = "increment", field = "percent", by = step.A },
            2 => new { op = "listInsert", field = "tags", value = item, at = new { index = Math.Abs(step.A) % 7 } },
            3 => new { op = "listRemove", field = "tags", value = item },
            4 => new { op = "delete" },
            5 => new { op = "restore" },
            6 => new { op = "create", id = Guid.CreateVersion7(), values = new { title = item } },
            _ => SetOf(Settable[step.Kind - 7]),
        };
        return MemoryEngine.Read([JsonSerializer.SerializeToNode(json)], thing);

        object SetOf((string Field, object?[] Values) of) => new { op = "set", field = of.Field, value = of.Values[step.B % of.Values.Length] };
    }

    /// <summary>Both write in turns of someone's choosing; with each, whether the lazy follower reads after it.</summary>
    private static IEnumerable<(Step Step, bool LazyReads)> Interleave(Step[] ann, Step[] bob, int[] turns)
    {
        var (a, b) = (new Queue<Step>(ann), new Queue<Step>(bob));
        foreach (var turn in turns)
        {
            if ((turn % 2 == 0 ? a : b).TryDequeue(out var step))
                yield return (step, turn > 1);
        }

        foreach (var step in a.Concat(b))
            yield return (step, false);
    }
}
