using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine;

/// <summary>Whatever is written, the log alone says what the tables hold, and what they held at any time.</summary>
public sealed class ReplayTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly string[] Names = ["", "Ada", "Bob", "🦆", new string('x', 201)];
    private static readonly string[] Tags = ["a", "b", "c"];

    private readonly TestEngine _engine = new(database.ConnectionString);

    /// <summary>One operation, as numbers that FsCheck can shrink: what is done to which of a few customers, and with what.</summary>
    private sealed record Step(int Kind, int Customer, int Value);

    private static Arbitrary<Step[][]> Transactions
    {
        get
        {
            var step = from kind in Gen.Choose(0, 5)
                       from customer in Gen.Choose(0, 3)
                       from value in Gen.Choose(0, 4)
                       select new Step(kind, customer, value);
            return Arb.From(Gen.ListOf(Gen.NonEmptyListOf(step)).Select(lists => lists.Select(list => list.Take(4).ToArray()).ToArray()));
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public void Replaying_the_log_gives_what_the_tables_hold() =>
        Prop.ForAll(Transactions, steps => AssertReplaysAsync(steps).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void The_log_gives_what_the_tables_held_at_any_time() =>
        Prop.ForAll(Transactions, steps => AssertRemembersAsync(steps).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private async Task AssertReplaysAsync(Step[][] transactions)
    {
        var workspace = await _engine.CreateWorkspaceAsync();
        var customers = NewIds();
        // At once, so that they share groups, and good and bad ones meet in them.
        await Task.WhenAll(transactions.Select(steps => workspace.WriteAsync([.. steps.Select(step => Operation(workspace, customers, step))])));
        Assert.Empty(await workspace.FindingsAsync());
    }

    private async Task AssertRemembersAsync(Step[][] transactions)
    {
        var workspace = await _engine.CreateWorkspaceAsync();
        var customers = NewIds();
        var held = new Dictionary<long, string>();
        foreach (var steps in transactions)
        {
            await workspace.WriteAsync([.. steps.Select(step => Operation(workspace, customers, step))]);
            held[await workspace.HeadAsync()] = await TableAsync(workspace);
        }

        foreach (var (seq, expected) in held)
        {
            var records = new List<PastRecord>();
            await foreach (var record in _engine.History.AtAsync(workspace.Id, _engine.Customers, seq, CancellationToken.None))
                records.Add(record);
            Assert.Equal(expected, string.Join('\n', records.Select(record => Text(record.ToRecord().Id, record.Version, record.Values["name"], record.Values["status"], record.Values["tags"]))));
            foreach (var id in customers)
            {
                var one = await _engine.History.AtAsync(workspace.Id, _engine.Customers, id, seq, CancellationToken.None);
                Assert.Equal(records.SingleOrDefault(record => record.Id == id)?.Version, one?.Version);
            }
        }
    }

    private static async Task<string> TableAsync(TestWorkspace workspace) => string.Join('\n', (await workspace.CustomersAsync())
        .Select(row => Text(row.Id, row.Version, Quote(row.Name), Quote(row.Status), $"[{string.Join(',', row.Tags.Select(Quote))}]")));

    private static string Quote(string text) => JsonValue.Create(text)!.ToJsonString();

    private static string Text(Guid id, long version, string name, string status, string tags) =>
        $"{id} {version} {JsonNode.Parse(name)} {status} {JsonNode.Parse(tags)!.ToJsonString()}";

    private static Guid[] NewIds() => [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];

    private Operation Operation(TestWorkspace workspace, Guid[] customers, Step step)
    {
        var id = customers[step.Customer];
        return step.Kind switch
        {
            0 or 1 => workspace.NewCustomer(Names[step.Value], id),
            2 => workspace.Set(id, "name", Names[step.Value] is "" ? null : Names[step.Value], step.Value == 1 ? 3 : null),
            3 => workspace.Set(id, "status", step.Value % 2 == 0 ? "dormant" : "active"),
            4 => workspace.Set(id, "tags", Tags[..(step.Value % 4)]),
            _ => new DeleteOperation(_engine.Customers, id),
        };
    }
}
