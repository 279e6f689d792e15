using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Tests.Support;

/// <summary>A way to the database on which a test stands: before a batch is asked, and before its answer gets through.</summary>
internal sealed class HinderedTraffic : DbTraffic
{
    /// <summary>Called with the text of a batch; whatever it throws keeps the batch from being asked.</summary>
    internal Func<string, CancellationToken, Task> Ask { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called with the text of a batch that the database has carried out; whatever it throws loses the answer.</summary>
    internal Func<string, CancellationToken, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    internal static Exception Lost() => new NpgsqlException("The connection is lost.", new IOException());

    internal override async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancel)
    {
        await Ask(TextOf(batch), cancel);
        var reader = await base.ReadAsync(batch, cancel);
        try
        {
            await Answer(TextOf(batch), cancel);
            return reader;
        }
        catch
        {
            // Reads it to the end, so that what it did is committed.
            await reader.DisposeAsync();
            throw;
        }
    }

    internal override async Task ExecuteAsync(NpgsqlBatch batch, CancellationToken cancel)
    {
        await Ask(TextOf(batch), cancel);
        await base.ExecuteAsync(batch, cancel);
        await Answer(TextOf(batch), cancel);
    }

    private static string TextOf(NpgsqlBatch batch) => string.Join(";\n", batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(command => command.CommandText));
}
