using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast log erase</c>: takes out of the log for good what a record once held.</summary>
internal static class LogErasing
{
    private const int Page = 100;

    /// <exception cref="StartException">There is no such record or field.</exception>
    public static async Task RunAsync(IServiceProvider provider, LogArguments arguments, Guid workspace, CancellationToken cancel)
    {
        var (type, id) = arguments.Record(provider.GetRequiredService<RecordRegistry>())!.Value;
        var (history, fields) = (provider.GetRequiredService<History>(), arguments.Fields);
        var before = await ErasedAsync(history, workspace, type, id, cancel);
        var outcome = await provider.GetRequiredService<WritePath>().WriteAsync(workspace, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("log erase"),
            Erasures = [new Erasure(type, id, fields)],
        });
        if (!outcome.Succeeded)
            throw new StartException(Terminal.Plain(outcome.Failure?.Detail ?? "The database did not take it. Look at what the log holds, and try again."));

        var gone = await ErasedAsync(history, workspace, type, id, cancel) - before;
        await Console.Out.WriteLineAsync(
            $"entry {outcome.Seq} erases what {type.Name} {id} once held{(fields is null ? "" : Terminal.Plain($" in {string.Join(", ", fields)}"))}: {(gone == 0 ? "there was nothing" : $"{Wording.Count(gone, "value is", "values are")} gone from the log")}");
        if (await history.AtAsync(workspace, type, id, long.MaxValue, cancel) is { } present
            && present.Values.Any(value => value.Value != "null" && fields?.Contains(value.Key) != false))
            await Console.Out.WriteLineAsync("What it holds now stays, in the table and in the log. Where that shall go too, empty the field or delete the record, and erase once more.");
        await Console.Out.WriteLineAsync("Backups and exported workspaces from before still hold it all, until they are thrown away.");
    }

    /// <summary>How many values of the record are erased.</summary>
    private static async Task<int> ErasedAsync(History history, Guid workspace, RecordType type, Guid id, CancellationToken cancel)
    {
        var erased = 0;
        long? from = null;
        while (from != 0 && await history.OfAsync(workspace, type, id, from, Page, cancel) is { Count: > 0 } versions)
        {
            erased += versions.Sum(version => version.Change.ErasedFromSet.Count + version.Change.ErasedFromBefore.Count);
            from = versions[^1].Change.Previous;
        }

        return erased;
    }
}
