using Holdfast.Engine.Log;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast log</c>: proves the log, or prints it.</summary>
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
        _ = (arguments.Workspace, arguments.From, arguments.To);
        await using var database = await CommandDatabase.OpenAsync(arguments.All.ReadSettings(), cancel);
        var services = new ServiceCollection();
        services.AddLogging();
        Program.AddModules(services, database.ConnectionString, new SiteSettings { PublicAddress = new Uri("http://localhost") });
        await using var provider = services.BuildServiceProvider();

        var all = await provider.GetRequiredService<Db>().System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.workspaces ORDER BY workspace_id", cancel);
        if (arguments.Workspace is { } given && !all.Contains(given))
            throw new StartException($"There is no workspace {given}.{(all.Count is > 0 and <= 20 ? $" There are {string.Join(", ", all)}." : "")}");
        if (arguments.Verb == "verify")
            return await VerifyAsync(provider.GetRequiredService<LogVerifier>(), arguments.Workspace is { } one ? [one] : all, cancel);
        await ShowAsync(provider, arguments, arguments.Workspace!.Value, cancel);
        return 0;
    }

    private static async Task<int> VerifyAsync(LogVerifier verifier, IReadOnlyList<Guid> workspaces, CancellationToken cancel)
    {
        var exit = 0;
        foreach (var workspace in workspaces)
        {
            var report = await verifier.VerifyAsync(workspace, finding => Console.Out.WriteLine(LogText.Plain($"workspace {workspace}: {finding.Where}: {finding.What}")), cancel);
            var unsealed = report.Unsealed == 0 ? "" : $" ({report.Unsealed} of them from before there were digests)";
            await Console.Out.WriteLineAsync(
                $"workspace {workspace}: {report.Entries} entries{unsealed}, {report.Records} records, {report.Tombstones} deleted: {(report.Findings == 0 ? "sound" : $"NOT SOUND, {report.Findings} findings")}");
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
        await foreach (var entry in entries)
            await Console.Out.WriteAsync(arguments.AsJson ? LogText.Json(entry) : LogText.Readable(entry));
    }

    private static async IAsyncEnumerable<LogEntry> AllAsync(
        LogStore log, Guid workspace, LogArguments arguments, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var after = arguments.From - 1;
        while (await log.AfterAsync(workspace, after, Page, cancel) is { Count: > 0 } entries)
        {
            foreach (var entry in entries.Where(entry => entry.Seq <= arguments.To))
                yield return entry;
            after = entries[^1].Seq;
            if (after >= arguments.To)
                yield break;
        }
    }

    /// <summary>The entries that touch a record, oldest first, with nothing but what they did to it.</summary>
    private static async IAsyncEnumerable<LogEntry> OfRecordAsync(
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
            foreach (var entry in await log.AfterAsync(workspace, seq - 1, 1, cancel))
                yield return entry with { Changes = [.. entry.Changes.Where(change => change.Type == type && change.Id == id)] };
        }
    }
}
