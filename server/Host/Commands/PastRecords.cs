using System.Text;
using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Records;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast log records</c>: the records of a workspace as they were at a place of its log.</summary>
internal static class PastRecords
{
    /// <exception cref="StartException">The log does not reach there.</exception>
    public static async Task ShowAsync(IServiceProvider provider, LogArguments arguments, Guid workspace, CancellationToken cancel)
    {
        var (history, registry) = (provider.GetRequiredService<History>(), provider.GetRequiredService<RecordRegistry>());
        var (one, types) = (arguments.Record(registry), arguments.Types(registry));
        var head = await provider.GetRequiredService<LogStore>().HeadAsync(workspace, cancel);
        var at = arguments.At ?? head;
        if (at > head)
            throw CommandArguments.Refuse($"--at names entry {at}, and the log ends at {head}.");
        if (await history.CompactedAsync(workspace, cancel) is var compacted && at < compacted)
            throw CommandArguments.Refuse($"--at names entry {at}, and the log was compacted up to {compacted}: what was before that, nobody knows any more.");

        var any = false;
        if (one is { } named)
        {
            if (await history.AtAsync(workspace, named.Type, named.Id, at, cancel) is { } record)
                await WriteAsync(record);
        }
        else
        {
            foreach (var type in types)
            {
                await foreach (var record in history.AtAsync(workspace, type, at, cancel))
                    await WriteAsync(record);
            }
        }

        // Not among the records, which a program may read.
        if (!any)
            await Console.Error.WriteLineAsync($"There was no such record after entry {at}; the log ends at {head}.");

        async Task WriteAsync(PastRecord record)
        {
            any = true;
            await Console.Out.WriteAsync(arguments.AsJson ? Json(record) : Readable(record));
        }
    }

    /// <summary>The record as the wire knows it, on a line of its own, in ASCII.</summary>
    private static string Json(PastRecord record)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            record.Write(json, _ => true);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length)) + "\n";
    }

    /// <summary>A line for the record, and one below it for each value.</summary>
    private static string Readable(PastRecord record)
    {
        var text = new StringBuilder($"{record.Type.Name} {record.Id}, version {record.Version}\n");
        foreach (var (name, value) in record.Values.Where(pair => pair.Value != "null" || record.Erased.Contains(pair.Key)))
            text.Append($"    {Terminal.Plain(name)}: {(record.Erased.Contains(name) ? "(erased)" : Terminal.Plain(value))}\n");
        return text.ToString();
    }
}
