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
    private static readonly string[] Outside =
        ["stamp", "id", "version", "createdAt", "createdBy", "updatedAt", "updatedBy", "workspaceId", "workspace_id", "custom", "ext", "ext.", "ext.unknown", "Title", "title ", "\0"];

    /// <summary>One operation, as numbers that FsCheck can shrink.</summary>
    private sealed record Step(int Kind, int A, int B);

    private static Gen<Step> Steps(int kinds) =>
        from kind in Gen.Choose(0, kinds - 1)
        from a in Gen.Choose(-60, 60)
        from b in Gen.Choose(0, 6)
        select new Step(kind, a, b);

    [Fact]
    public void The_inverse_after_an_operation_gives_the_record_back()
    {
        var runs = from before in Gen.ListOf(Steps(6)) from step in Steps(8) select (before.ToArray(), step);
        Prop.ForAll(Arb.From(runs), run =>
        {
            var (engine, thing) = NewEngine();
            foreach (var earlier in run.Item1)
                engine.Run(Operations(earlier, thing));
            var before = engine.Overlay.Kept(MemoryEngine.Things, thing)!;
            var shown = engine.Values(thing)!.ToJsonString();
            var transaction = Operations(run.step, thing);
            if (engine.Run(transaction).Failure is not null)
                return;
            foreach (var operation in transaction.Operations)
                Assert.True(engine.Run([.. Inverse.Of(operation, before)]).Succeeded);
            Assert.Equal(shown, engine.Values(thing)!.ToJsonString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Two_followers_of_the_log_end_up_with_what_the_server_has_however_the_transactions_interleave()
    {
        var runs = from ann in Gen.ListOf(Steps(9)) from bob in Gen.ListOf(Steps(9)) from turns in Gen.ListOf(Gen.Choose(0, 1)) select (ann.ToArray(), bob.ToArray(), turns.ToArray());
        Prop.ForAll(Arb.From(runs), run =>
        {
            var (engine, thing) = NewEngine();
            foreach (var step in Interleave(run.Item1, run.Item2, run.Item3))
                engine.Run(Operations(step, thing));
            JsonObject? followed = null;
            foreach (var change in engine.Entries.SelectMany(entry => entry.Changes))
            {
                followed = change.Kind == "delete" ? null : followed ?? [];
                foreach (var (field, value) in JsonNode.Parse(change.Set)!.AsObject())
                    followed![field] = value?.DeepClone();
            }

            Assert.True(JsonNode.DeepEquals(followed, engine.Values(thing)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
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
        Assert.Equal(OutcomeKind.Applied, engine.Run(Compose.Create(MemoryEngine.Registry, thing, new Support.Thing { Title = "first", Count = 10 })).Kind);
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
            4 => new { op = "set", field = "tags", value = Items[..(step.B % 6)] },
            5 => new { op = "set", field = "count", value = step.B == 0 ? null : (int?)step.A },
            6 => new { op = "set", field = "note", value = item },
            7 => new { op = "delete" },
            _ => new { op = "restore" },
        };
        return MemoryEngine.Read([JsonSerializer.SerializeToNode(json)], thing);
    }

    private static IEnumerable<Step> Interleave(Step[] ann, Step[] bob, int[] turns)
    {
        var (a, b) = (new Queue<Step>(ann), new Queue<Step>(bob));
        foreach (var turn in turns)
        {
            if ((turn == 0 ? a : b).TryDequeue(out var step))
                yield return step;
        }

        foreach (var step in a.Concat(b))
            yield return step;
    }
}
