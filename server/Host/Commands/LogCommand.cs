using System.Runtime.InteropServices;
using Holdfast.Engine.Log;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Npgsql;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast log</c>: proves the log, or prints it.</summary>
internal static class LogCommand
{
    private const int Interrupted = 130;
    private const int Page = 100;

    /// <returns>The exit code: 0, or 1 where verification found something.</returns>
    /// <exception cref="StartException">It cannot be done; the message says why.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            await Console.Out.WriteAsync(LogArguments.Help);
            return 0;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await RunAsync(LogArguments.Read(arguments), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new StartException("The database is not of this program's version. Start the server once, which brings it up to date.");
        }
        catch (NpgsqlException e)
        {
            throw new StartException($"The database cannot be used: {e.Message}");
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RunAsync(LogArguments arguments, CancellationToken cancel)
    {
        // What is wrong with the arguments is said before anything is started.
        _ = (arguments.Workspace, arguments.From, arguments.To);
        await using var database = await CommandDatabase.OpenAsync(arguments.ReadSettings(Installation.Find()), cancel);
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
            var compacted = report.Compacted == 0 ? "" : $" (compacted up to entry {report.Compacted})";
            await Console.Out.WriteLineAsync(
                $"workspace {workspace}: {report.Entries} entries{unsealed}{compacted}, {report.Records} records, {report.Tombstones} deleted: {(report.Findings == 0 ? "sound" : $"NOT SOUND, {report.Findings} findings")}");
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
