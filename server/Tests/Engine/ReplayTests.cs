using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine;

/// <summary>Whatever is written, the log alone says what the tables hold.</summary>
public sealed class ReplayTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly string[] Names = ["", "Ada", "Bob", "🦆", new string('x', 201)];
    private static readonly string[] Tags = ["a", "b", "c"];

    private readonly TestEngine _engine = new(database.ConnectionString);

    /// <summary>One operation, as numbers that FsCheck can shrink: what is done to which of a few customers, and with what.</summary>
    private sealed record Step(int Kind, int Customer, int Value);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public void Replaying_the_log_gives_what_the_tables_hold()
    {
        var step = from kind in Gen.Choose(0, 5)
                   from customer in Gen.Choose(0, 3)
                   from value in Gen.Choose(0, 4)
                   select new Step(kind, customer, value);
        var transactions = Gen.ListOf(Gen.NonEmptyListOf(step)).Select(lists => lists.Select(list => list.Take(4).ToArray()).ToArray());
        Prop.ForAll(Arb.From(transactions), steps => AssertReplaysAsync(steps).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private async Task AssertReplaysAsync(Step[][] transactions)
    {
        var workspace = await _engine.CreateWorkspaceAsync();
        var customers = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToArray();
        // At once, so that they share groups, and good and bad ones meet in them.
        await Task.WhenAll(transactions.Select(steps => workspace.WriteAsync([.. steps.Select(step => Operation(workspace, customers, step))])));

        var replayed = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var entry in await _engine.Log.AfterAsync(workspace.Id, 0, int.MaxValue, CancellationToken.None))
        {
            foreach (var change in entry.Changes.Where(change => change.Type == _engine.Customers))
            {
                var id = change.Id.ToString();
                Assert.Equal(change.Previous, replayed.TryGetValue(id, out var held) ? (long)held["version"]! : 0);
                if (change.Kind == "delete")
                {
                    replayed.Remove(id);
                    continue;
                }

                var record = replayed[id] = held ?? new JsonObject { ["id"] = id };
                record["version"] = entry.Seq;
                foreach (var (field, value) in JsonNode.Parse(change.Set)!.AsObject().ToArray())
                    record[field] = value?.DeepClone();
            }
        }

        var rows = await workspace.CustomersAsync();
        Assert.Equal(
            replayed.Values.Select(r => ((string?)r["id"], (long)r["version"]!, (string?)r["name"], (string?)r["status"], string.Join(',', r["tags"]!.AsArray().Select(t => (string?)t)))),
            rows.OrderBy(row => row.Id.ToString(), StringComparer.Ordinal).Select(row => ((string?)row.Id.ToString(), row.Version, (string?)row.Name, (string?)row.Status, string.Join(',', row.Tags))));
    }

    private Operation Operation(TestWorkspace workspace, Guid[] customers, Step step)
    {
        var id = customers[step.Customer];
        return step.Kind switch
        {
            0 or 1 => workspace.NewCustomer(Names[step.Value], id),
            2 => workspace.Set(id, "name", Names[step.Value] is "" ? null : Names[step.Value], step.Value == 1 ? 3 : null),
            3 => workspace.Set(id, "status", step.Value % 2 == 0 ? "lead" : "lost"),
            4 => workspace.Set(id, "tags", Tags[..(step.Value % 4)]),
            _ => new DeleteOperation(_engine.Customers, id),
        };
    }
}
