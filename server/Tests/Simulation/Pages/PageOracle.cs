using System.Text.Json.Nodes;
using Holdfast.Engine.Log;

namespace Holdfast.Tests.Simulation.Pages;

/// <summary>What must be true of pages, beside what is true of every browser.</summary>
internal sealed class PageOracle(World world, Desk desk)
{
    /// <summary>Why a transaction may be refused, beside the reasons that hold for every browser.</summary>
    private static readonly string[] OfDisks = ["rejected storage.full", "rejected storage.failed"];

    /// <param name="log">The log by transaction.</param>
    /// <param name="reasons">Why a transaction may be refused.</param>
    public void CheckQueues(IReadOnlyDictionary<Guid, LogEntry> log, IReadOnlyCollection<string> reasons)
    {
        foreach (var computer in desk.Computers)
        {
            var pages = desk.Pages.Where(page => page.Computer == computer).ToArray();
            var letters = pages.SelectMany(page => page.Letters()).ToHashSet();
            var isDismissed = pages.Any(page => page.IsDismissed);
            var queues = world.AllBrowsers.Cast<Page>().Where(page => page.Computer == computer).ToArray();
            Change[] all = [.. queues.SelectMany(page => page.Queue)];
            foreach (var page in queues)
                CheckQueue(page, all, log, letters, isDismissed, reasons);
        }
    }

    private void CheckQueue(Page page, Change[] all, IReadOnlyDictionary<Guid, LogEntry> log, HashSet<Guid> letters, bool isDismissed, IReadOnlyCollection<string> reasons)
    {
        var before = 0L;
        foreach (var change in page.Queue.Where(change => !world.TakenBack.Contains(change.Id)))
        {
            var entry = log.GetValueOrDefault(change.Id);
            var what = $"'{change.About}' ({change.Id.ToString()[^4..]}) of {page.Name}";
            if (entry is not null)
            {
                Oracle.Demand(entry.Seq > before, $"{what} stands in the log before what came first");
                before = entry.Seq;
                Oracle.CheckGuards(page, change, entry);
            }

            var isMoot = entry is null && IsMoot(change, all, log.Values);
            Oracle.Demand(change.Seq is not { } seq || entry?.Seq == seq || isMoot, $"{what} was called applied at {change.Seq}; the log has it {(entry is null ? "not" : $"at {entry.Seq}")}");
            Oracle.Demand(entry is null || !(letters.Contains(change.Id) || change.Refusal is not null), $"{what} was called {change.Refusal ?? "refused"}; the log has it at {entry?.Seq}");
            if (change.Refusal is { } refusal)
            {
                var isExplained = reasons.Contains(refusal) || (page.Computer.HadFaults && OfDisks.Contains(refusal)) || (refusal is "conflict record.not_unique" && change.About.StartsWith("create a role", StringComparison.Ordinal));
                Oracle.Demand(isExplained || letters.Contains(change.Id) && IsHeld(page, change.Id), $"{what} was {refusal}, which nothing explains");
            }

            var isSafe = entry is not null || letters.Contains(change.Id) || desk.Answered.Contains(change.Id) || isDismissed || isMoot;
            Oracle.Demand(isSafe || !desk.Kept.Contains(change.Id), $"{what} was kept and is lost");
            Oracle.Demand(isSafe || page.IsGone, $"{what} is lost");
        }
    }

    /// <summary>What is on the disks is what the server has for the person, and nothing waits there.</summary>
    public void CheckDisk(Computer computer, IReadOnlyDictionary<(string Type, Guid Id), Held> expected)
    {
        var pages = desk.Pages.Where(page => page.Computer == computer).Select(page => page.Look()).ToArray();
        if (pages.Any(page => page.GetProperty("connection").GetString() == "removed"))
            return;
        var disk = desk.Disk(computer);
        var records = Page.ReadAll(disk.GetProperty("records"));
        Oracle.Demand(disk.GetProperty("queue").GetArrayLength() == 0, $"On the disk of {computer.Person.Name} there still waits {disk.GetProperty("queue")}");
        if (pages.Any(page => page.GetProperty("storage").GetString() != "kept"))
            return;
        foreach (var held in records)
            Oracle.Demand(expected.ContainsKey((held.Type, held.Id)), $"The disk of {computer.Person.Name} holds {held}, which is not there for him");
        var found = records.ToDictionary(held => (held.Type, held.Id));
        foreach (var (key, held) in expected)
            Oracle.Same(found.GetValueOrDefault(key), held, $"The disk of {computer.Person.Name}");
    }

    /// <summary>
    /// Whether nothing was left to do: each field that it was to set held that anyway, or was written on from there by the same
    /// person. A page drops such a transaction where its guards do not hold, and asks nobody.
    /// </summary>
    private static bool IsMoot(Change change, Change[] all, IEnumerable<LogEntry> log) =>
        change.Operations.Count > 0 && change.Operations.All(operation => (string?)operation!["op"] == "set" && (IsIn(log, operation) || all.Any(later => later != change && later.Operations.Any(next => GoesOn(next!, operation)))));

    private static bool GoesOn(JsonNode next, JsonNode operation) =>
        (string?)next["op"] == "set" && Same(next["id"], operation["id"]) && Same(next["field"], operation["field"]) && next["guard"] is JsonObject guard && guard.ContainsKey("equals") && Same(guard["equals"], operation["value"]);

    private static bool IsIn(IEnumerable<LogEntry> log, JsonNode operation)
    {
        var (id, field) = (Guid.Parse((string)operation["id"]!), (string)operation["field"]!);
        // Every field was empty once.
        return operation["value"] is null || log.SelectMany(entry => entry.Changes).Any(change => change.Id == id && JsonNode.Parse(change.Set) is JsonObject set && set.ContainsKey(field) && Same(set[field], operation["value"]));
    }

    private static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other);

    private static bool IsHeld(Page page, Guid change) =>
        page.IsGone || page.Look().GetProperty("letters").EnumerateArray().Any(letter => letter.GetProperty("held").EnumerateArray().Any(id => id.GetGuid() == change));
}
