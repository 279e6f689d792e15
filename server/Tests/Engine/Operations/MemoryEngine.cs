using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>The engine's own runner over records in memory, for what must hold for any record and any operation.</summary>
internal sealed class MemoryEngine
{
    private static readonly ServiceProvider Services = NewServices();
    private readonly Facts _facts = new();
    private readonly List<LogEntry> _entries = [];
    private readonly TransactionRunner _runner;
    private long _head;

    public MemoryEngine(long head = 0)
    {
        _head = head;
        _runner = new TransactionRunner(Registry, Policy, Overlay, _facts, _entries, new Dictionary<long, int>(), TimeProvider.System);
    }

    public static RecordRegistry Registry => Services.GetRequiredService<RecordRegistry>();

    public static Policy Policy => Services.GetRequiredService<Policy>();

    public static RecordType Things => Registry.Of<Thing>();

    public Overlay Overlay { get; } = new();

    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>Reads operations as a stranger sends them; what is left out is about one thing.</summary>
    public static Transaction Read(JsonArray operations, Guid thing)
    {
        foreach (var operation in operations.OfType<JsonObject>())
        {
            operation.TryAdd("type", "test.thing");
            operation.TryAdd("id", thing.ToString());
        }

        var refusal = new OperationReader(Registry).ReadAll(JsonSerializer.SerializeToElement(operations), Registry.Schema, out var read);
        return new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("test"), Operations = read, Refusal = refusal };
    }

    public Outcome Run(params Operation[] operations) => Run(new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("test"), Operations = operations });

    public Outcome Run(Transaction transaction)
    {
        while (true)
        {
            var outcome = _runner.Run(transaction, _head, out var entry);
            // There are no tables: nobody else holds anything, and every reference leads somewhere.
            foreach (var question in _facts.Open.ToArray())
            {
                if (question is InTables record)
                    Overlay.Load(record.Type, record.Type.New(record.Id));
                _facts.Learn(question, question is SameValues ? Array.Empty<Guid>() : question is Referring ? Array.Empty<(Guid, Guid)>() : question is InTables);
            }

            if (outcome.Kind == OutcomeKind.Retry)
                continue;
            if (entry is not null)
            {
                _entries.Add(entry);
                _head = entry.Seq;
            }

            return outcome;
        }
    }

    /// <summary>The values of a thing as the wire shows them; null where there is none.</summary>
    public JsonObject? Values(Guid thing) => Values(Overlay.Kept(Things, thing));

    public static JsonObject? Values(Record? record) => record is null ? null : (JsonObject)JsonNode.Parse(JsonText.Text(json =>
    {
        json.WriteStartObject();
        RecordType.WriteValues(json, record, Things.FieldsOf(record));
        json.WriteEndObject();
    }))!;

    private static ServiceProvider NewServices()
    {
        var services = new ServiceCollection();
        EngineModule.Add(services, connectionString: "");
        TestRecords.Add(services);
        return services.BuildServiceProvider();
    }
}
