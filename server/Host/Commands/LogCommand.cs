using Holdfast.Engine.Log;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast log</c>: proves the log, prints it and what follows from it, and erases from it.</summary>
internal static class LogCommand
{
    private const int Page = 100;

    /// <returns>The exit code: 0, or 1 where verification found something.</returns>
    /// <exception cref="StartException">It cannot be done; the message says why.</exception>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments) =>
        CommandRun.RunAsync(LogArguments.Help, arguments, cancel => RunAsync(LogArguments.Read(arguments), cancel));

    private static async Task<int> RunAsync(LogArguments arguments, CancellationToken cancel)
    {
        // What is wrong with the arguments is said before anything is started.
        _ = (arguments.Workspace, arguments.From, arguments.To, arguments.At, arguments.Fields, arguments.Expected);
        await using var database = await CommandDatabase.OpenAsync(arguments.All.ReadSettings(), cancel);
        await using var provider = Program.Compose(database.ConnectionString);

        var all = await provider.GetRequiredService<Db>().System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.workspaces ORDER BY workspace_id", cancel);
        if (arguments.Workspace is { } given && !all.Contains(given))
            throw new StartException($"There is no workspace {given}.{(all.Count is > 0 and <= 20 ? $" There are {string.Join(", ", all)}." : "")}");
        if (arguments.Verb == "verify")
            return await VerifyAsync(provider.GetRequiredService<LogVerifier>(), arguments.Workspace is { } one ? [one] : all, arguments.Expected, cancel);
        await (arguments.Verb switch
        {
            "records" => PastRecords.ShowAsync(provider, arguments, arguments.Workspace!.Value, cancel),
            "erase" => LogErasing.RunAsync(provider, arguments, arguments.Workspace!.Value, cancel),
            "revocations" => Revocations.ShowAsync(provider, arguments.Workspace!.Value, cancel),
            _ => ShowAsync(provider, arguments, arguments.Workspace!.Value, cancel),
        });
        return 0;
    }

    private static async Task<int> VerifyAsync(
        LogVerifier verifier, IReadOnlyList<Guid> workspaces, IReadOnlyDictionary<long, string> expected, CancellationToken cancel)
    {
        var exit = 0;
        if (workspaces.Count == 0)
            await Console.Out.WriteLineAsync("There is no workspace in this database, so there was nothing to verify.");
        foreach (var workspace in workspaces)
        {
            var report = await verifier.VerifyAsync(workspace, expected, finding => Console.Out.WriteLine(Terminal.Plain($"workspace {workspace}: {finding.Where}: {finding.What}")), cancel);
            var compacted = report.Compacted == 0 ? "" : $" (compacted up to entry {report.Compacted})";
            var verdict = report switch
            {
                { Findings: > 0 } => $"NOT SOUND, {Wording.Count(report.Findings, "finding", "findings")}",
                { Unsealed: > 0 } => $"sound but for entries 1 to {report.Unsealed}: they are from before there were digests, so nothing proves them",
                _ => "sound",
            };
            await Console.Out.WriteLineAsync($"workspace {workspace}: {Wording.Count(report.Entries, "entry", "entries")}{compacted}, {Wording.Count(report.Records, "record", "records")}, {report.Tombstones} deleted: {verdict}");
            if (expected.Count > 0 && report.Findings == 0)
                await Console.Out.WriteLineAsync($"workspace {workspace}: {(expected.Count == 1 ? "the digest that was kept is" : $"the {expected.Count} digests that were kept are")} there");
            if (report.Digest is not null)
                await Console.Out.WriteLineAsync($"workspace {workspace}: entry {report.Head} has the digest {report.Digest}");
            if (report.Findings > 0)
                exit = 1;
        }

        return exit;
    }

    private static async Task ShowAsync(IServiceProvider provider, LogArguments arguments, Guid workspace, CancellationToken cancel)
    {
        var log = provider.GetRequiredService<LogStore>();
        var record = arguments.Record(provider.GetRequiredService<RecordRegistry>());
        var entries = record is { } one
            ? OfRecordAsync(log, provider.GetRequiredService<History>(), workspace, one.Type, one.Id, arguments, cancel)
            : AllAsync(log, workspace, arguments, cancel);
        var any = false;
        await foreach (var (entry, digest) in entries)
        {
            any = true;
            await Console.Out.WriteAsync(arguments.AsJson ? LogText.Json(entry, digest) : LogText.Readable(entry));
        }

        // Not among the entries, which a program may read.
        if (!any)
            await Console.Error.WriteLineAsync($"There is no such entry{(record is null ? "" : " that touches the record")}; the log ends at {await log.HeadAsync(workspace, cancel)}.");
    }

    private static async IAsyncEnumerable<(LogEntry Entry, string? Digest)> AllAsync(
        LogStore log, Guid workspace, LogArguments arguments, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var after = arguments.From - 1;
        while (await log.WithDigestsAfterAsync(workspace, after, Page, cancel) is { Count: > 0 } entries)
        {
            foreach (var one in entries.Where(one => one.Entry.Seq <= arguments.To))
                yield return one;
            after = entries[^1].Entry.Seq;
            if (after >= arguments.To)
                yield break;
        }
    }

    /// <summary>The entries that touch a record, oldest first, with nothing but what they did to it.</summary>
    private static async IAsyncEnumerable<(LogEntry Entry, string? Digest)> OfRecordAsync(
        LogStore log, History history, Guid workspace, RecordType type, Guid id, LogArguments arguments,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var places = new Stack<long>();
        long? from = null;
        while (await history.OfAsync(workspace, type, id, from, Page, cancel) is { Count: > 0 } versions)
        {
            foreach (var version in versions.Where(version => version.Seq >= arguments.From && version.Seq <= arguments.To))
                places.Push(version.Seq);
            from = versions[^1].Change.Previous;
        }

        foreach (var seq in places)
        {
            foreach (var (entry, digest) in await log.WithDigestsAfterAsync(workspace, seq - 1, 1, cancel))
                yield return (entry with { Changes = [.. entry.Changes.Where(change => change.Type == type && change.Id == id)] }, digest);
        }
    }
}
