using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Simulation.Pages;
using Rule = Holdfast.Engine.Permissions.Reading;

namespace Holdfast.Tests.Simulation;

/// <summary>What must be true when everything has come to rest.</summary>
internal sealed class Oracle(World world)
{
    /// <summary>Why a browser's transaction may be refused: nothing else in a script stands against one.</summary>
    private static readonly string[] Reasons =
    [
        "rejected record.not_found", "rejected permission.denied", "rejected permission.out_of_reach", "rejected workspace.not_found",
        "conflict record.changed", "rejected guard.version_from_future", "rejected role.beyond_yours",
    ];

    private readonly Laboratory _laboratory = world.Laboratory;

    /// <summary>Nobody was ever sent what he could not read from then on, or at a moment since.</summary>
    public void CheckTold() => CheckTold(ReadLog());

    public void Check()
    {
        var log = ReadLog();
        for (var i = 0; i < log.Count; i++)
            Demand(log[i].Seq == i + 1, $"The log has a gap before {log[i].Seq}");
        var places = new Dictionary<Guid, LogEntry>();
        foreach (var entry in log)
            Demand(places.TryAdd(entry.Transaction, entry), $"{entry.Transaction} is in the log twice");
        if (world.Desk is { } desk)
            new PageOracle(world, desk).CheckQueues(places, Reasons);
        else
            foreach (var browser in world.Browsers)
                CheckQueue(browser, places);
        foreach (var write in world.ServerWrites.Where(write => write.Outcome is { Succeeded: true } && !world.TakenBack.Contains(write.Transaction.Id)))
            Demand(places.GetValueOrDefault(write.Transaction.Id)?.Seq == write.Outcome!.Seq || !places.ContainsKey(write.Transaction.Id), $"{write.Transaction.Id} was called applied at {write.Outcome.Seq} and is not there in the log");
        CheckReplay(log);
        CheckSums(places);
        CheckTold(log);
        CheckWriters(log);
        foreach (var browser in world.Browsers)
            CheckRecords(browser);
        CheckRevocations();
    }

    private void CheckQueue(Browser browser, Dictionary<Guid, LogEntry> log)
    {
        var before = 0L;
        foreach (var change in browser.Queue.Where(change => !world.TakenBack.Contains(change.Id)))
        {
            var entry = log.GetValueOrDefault(change.Id);
            if (change.Seq is { } seq)
            {
                Demand(entry?.Seq == seq, $"{browser.Name} was told that '{change.About}' was applied at {seq}; the log has it {(entry is null ? "not" : $"at {entry.Seq}")}");
                Demand(seq > before, $"'{change.About}' of {browser.Name} stands in the log before what came first");
                before = seq;
                CheckGuards(browser, change, entry!);
            }
            else if (change.Refusal is { } refusal)
            {
                Demand(entry is null, $"{browser.Name} was told that '{change.About}' was {refusal}; the log has it");
                Demand(Reasons.Contains(refusal) || (refusal == "conflict record.not_unique" && change.About.StartsWith("create a role", StringComparison.Ordinal)), $"'{change.About}' of {browser.Name} was {refusal}, which nothing explains");
            }
            else
            {
                Demand(browser.IsDismissed, $"'{change.About}' of {browser.Name} never got an answer");
            }
        }
    }

    /// <summary>What was meant for one version of a record was applied to no other.</summary>
    internal static void CheckGuards(Browser browser, Change change, LogEntry entry)
    {
        foreach (var operation in change.Operations.Where(operation => operation!["guard"] is JsonObject guard && guard["version"] is not null))
        {
            var (id, meant) = (Guid.Parse((string)operation!["id"]!), (long)operation["guard"]!["version"]!);
            var was = entry.Changes.First(applied => applied.Id == id).Previous;
            Demand(was == meant, $"'{change.About}' of {browser.Name} was meant for version {meant} and was applied to version {was}");
        }
    }

    private IReadOnlyList<LogEntry> ReadLog() =>
        Await(new LogStore(_laboratory.Eyes, Laboratory.Registry).AfterAsync(world.Workspace, 0, int.MaxValue, CancellationToken.None));

    private void CheckTold(IReadOnlyList<LogEntry> log)
    {
        var rights = new Rights(log);
        foreach (var told in world.Told)
        {
            var type = Laboratory.Registry.Find(told.Type)!;
            var keys = log[(int)told.Version - 1].Changes.First(change => change.Type == type && change.Id == told.Id).KeysAfter!;
            var since = Enumerable.Range((int)Math.Max(told.At, told.Version), log.Count - (int)Math.Max(told.At, told.Version) + 1).Select(seq => rights.After(told.Person.User, seq)).OfType<Access>().ToArray();
            Demand(since.Any(access => Rule.Allows(type, access, keys)), $"{told.Person.Name} was sent {told.Type} {told.Id} v{told.Version} at {told.At}, which he might not read");
            var guarded = told.Fields.Select(name => type.Find(name)!).Where(field => field.Guard is not null);
            Demand(guarded.All(field => since.Any(access => Rule.Sees(type, access, field))), $"{told.Person.Name} was sent a field of {told.Type} {told.Id} that he might not see");
        }
    }

    /// <summary>What is in the log its writer might do, by the rights that the log itself gave him before.</summary>
    private static void CheckWriters(IReadOnlyList<LogEntry> log)
    {
        var rights = new Rights(log);
        foreach (var entry in log.Where(entry => entry.Actor is { IsSystem: false }))
        {
            var access = rights.After(entry.Actor.User!.Value, entry.Seq - 1);
            foreach (var change in entry.Changes)
            {
                var verb = change.Kind switch { "create" => "create", "delete" => "delete", _ => "update" };
                Demand(
                    access is not null && access.Can(change.Type.Permission(verb)) && (change.KeysBefore is not { } keys || Rule.Allows(change.Type, access, keys)),
                    $"Entry {entry.Seq} changes {change.Type.Name} {change.Id}, which its writer might not do after {entry.Seq - 1}");
            }
        }
    }

    private void CheckReplay(IReadOnlyList<LogEntry> log)
    {
        var replayed = new Dictionary<(RecordType, Guid), (long Version, Dictionary<string, string> Values)>();
        foreach (var entry in log)
        {
            foreach (var change in entry.Changes)
            {
                var key = (change.Type, change.Id);
                var held = replayed.GetValueOrDefault(key);
                Demand(held.Version == change.Previous, $"{change.Type.Name} {change.Id} at {entry.Seq} says it was {change.Previous}, and it was {held.Version}");
                if (change.Kind == "delete")
                {
                    replayed.Remove(key);
                    continue;
                }

                var values = held.Values ?? new Dictionary<string, string>(StringComparer.Ordinal);
                using var set = JsonDocument.Parse(change.Set);
                foreach (var value in set.RootElement.EnumerateObject())
                    values[value.Name] = Compact(value.Value);
                replayed[key] = (entry.Seq, values);
            }
        }

        var types = Laboratory.Registry.All.ToArray();
        var tables = Select(types.Select(type => new Selection(type, type.Sql.SelectAll(world.Workspace), _ => true))).ToDictionary(held => (held.Type, held.Id));
        Demand(tables.Count == replayed.Count, $"The log makes {replayed.Count} records, the tables hold {tables.Count}");
        foreach (var ((type, id), value) in replayed)
            Same(tables.GetValueOrDefault((type.Name, id)), new Held(type.Name, id, value.Version, value.Values), "The table");
    }

    /// <summary>A counter holds the sum of what was added to it, whoever did so at whatever time.</summary>
    private void CheckSums(Dictionary<Guid, LogEntry> log)
    {
        var sums = world.AllBrowsers.SelectMany(browser => browser.Queue).Where(change => log.ContainsKey(change.Id))
            .SelectMany(change => change.Operations).Where(operation => (string)operation!["op"]! == "increment")
            .ToLookup(operation => Guid.Parse((string)operation!["id"]!), operation => (long)(int)operation!["by"]!);
        // Taking back what was the first to be added empties the field.
        var emptied = world.AllBrowsers.SelectMany(browser => browser.Queue).Where(change => log.ContainsKey(change.Id)).SelectMany(change => change.Operations)
            .Where(operation => (string)operation!["op"]! == "set" && (string)operation["field"]! == "hits").Select(operation => Guid.Parse((string)operation!["id"]!)).ToHashSet();
        var type = Laboratory.Registry.Of<Device>();
        foreach (var held in Select([new Selection(type, type.Sql.SelectAll(world.Workspace), _ => true)]).Where(held => !emptied.Contains(held.Id)))
        {
            var (hits, sum) = (long.TryParse(held.Values["hits"], out var count) ? count : 0, sums[held.Id].Sum());
            Demand(hits == sum, $"{held.Type} {held.Id} counts {hits} where {sum} were added");
        }
    }

    private void CheckRecords(Browser browser)
    {
        var access = browser.IsDismissed ? null : Await(_laboratory.AccessReader.ReadAsync(world.Workspace, Actor.Person(browser.Person.User, browser.Session), CancellationToken.None));
        Demand(access is not null || browser.IsDismissed, $"{browser.Name} is no member and was not told");
        var expected = access is null
            ? []
            : Select(World.Scopes.Select(scope => Laboratory.Registry.FindByScope(scope)!)
                .Select(type => new Selection(type, type.Sql.SelectWhere(world.Workspace, Rule.Where(type, access)), field => Rule.Sees(type, access, field))))
                .ToDictionary(held => (held.Type, held.Id));
        // What a page has not sent is its person's own.
        var records = browser.Records.Where(held => held.Version > 0).ToDictionary(held => (held.Type, held.Id));
        foreach (var (key, held) in records)
            Demand(expected.ContainsKey(key), $"{browser.Name} holds {held}, which is not there for him");
        foreach (var (key, held) in expected)
            Same(records.GetValueOrDefault(key), held, browser.Name);
        if (browser is Page page)
            new PageOracle(world, world.Desk!).CheckDisk(page.Computer, expected);
    }

    private void CheckRevocations()
    {
        var acknowledged = _laboratory.Look($"SELECT id FROM engine.revocations WHERE workspace_id = '{world.Workspace}' AND acknowledged_at IS NOT NULL").Select(Guid.Parse).ToHashSet();
        foreach (var browser in world.AllBrowsers)
            Demand(acknowledged.Except(browser.Forgotten).Count() == acknowledged.Count - browser.Forgotten.Count(acknowledged.Contains), "An acknowledgement was made up");
        var told = world.AllBrowsers.SelectMany(browser => browser.Forgotten).ToHashSet();
        Demand(acknowledged.IsSubsetOf(told), "A revocation counts as acknowledged that no browser has confirmed");
    }

    /// <summary>Records of a type, and which of their fields count.</summary>
    private sealed record Selection(RecordType Type, Holdfast.Engine.Storage.Sql Sql, Func<Field, bool> Seen);

    private IReadOnlyList<Held> Select(IEnumerable<Selection> selections)
    {
        var all = selections.ToArray();
        return Await(ReadAsync());

        async Task<IReadOnlyList<Held>> ReadAsync()
        {
            await using var database = await _laboratory.Eyes.BeginSnapshotAsync(world.Workspace, CancellationToken.None);
            await using var reader = await database.ReadAsync(all.Select(selection => selection.Sql), CancellationToken.None);
            var held = new List<Held>();
            foreach (var (type, _, seen) in all)
            {
                held.AddRange((await SyncReader.ReadAllAsync(reader, type, CancellationToken.None)).Select(record => AsHeld(type, record, seen)));
                await reader.NextResultAsync(CancellationToken.None);
            }

            return held;
        }
    }

    private static Held AsHeld(RecordType type, Record record, Func<Field, bool> seen)
    {
        using var document = JsonDocument.Parse(JsonText.Bytes(json => type.Write(json, record, seen)));
        return new Held(type.Name, record.Id, record.Version, document.RootElement.GetProperty("values").EnumerateObject().ToDictionary(value => value.Name, value => Compact(value.Value), StringComparer.Ordinal));
    }

    private static string Compact(JsonElement value) => JsonSerializer.Serialize(value);

    internal static void Same(Held? held, Held expected, string whose) => Demand(
        held is not null && held.Version == expected.Version && held.Values.Count == expected.Values.Count && held.Values.All(value => expected.Values.GetValueOrDefault(value.Key) == value.Value),
        $"{whose} holds {held?.ToString() ?? "nothing"} where there is {expected}");

    internal static void Demand(bool holds, string otherwise)
    {
        if (!holds)
            throw new SimulationFailure(otherwise);
    }

    private static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
