using Holdfast.Engine.Storage;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast log revocations</c>: what browsers were told to forget, and which have said that they did.</summary>
internal static class Revocations
{
    private sealed record Row
    {
        public DateTime SentAt { get; init; }

        public Guid UserId { get; init; }

        public Guid BrowserId { get; init; }

        public string[] Scopes { get; init; } = [];

        public int Records { get; init; }

        public DateTime? AcknowledgedAt { get; init; }
    }

    public static async Task ShowAsync(IServiceProvider provider, Guid workspace, CancellationToken cancel)
    {
        var rows = await provider.GetRequiredService<Db>().In(workspace).QueryAsync<Row>(
            $"""
            SELECT sent_at, user_id, browser_id, scopes, records, acknowledged_at
            FROM engine.revocations WHERE workspace_id = {workspace} ORDER BY sent_at, id
            """, cancel);
        foreach (var row in rows)
        {
            string[] what = [.. row.Scopes, .. row.Records == 0 ? Array.Empty<string>() : [Wording.Count(row.Records, "record", "records")]];
            var answer = row.AcknowledgedAt is { } at ? $"forgotten {Time(at)}" : "NOT ANSWERED";
            await Console.Out.WriteLineAsync(Terminal.Plain(
                $"{Time(row.SentAt)}  user {row.UserId}, browser {row.BrowserId}: {(what.Length == 0 ? "what a snapshot left out" : string.Join(", ", what))}: {answer}"));
        }

        if (rows.Count == 0)
            await Console.Error.WriteLineAsync("No browser was told to forget anything in the last 90 days.");
    }

    private static string Time(DateTime at) => $"{at:yyyy-MM-dd HH:mm:ss}Z";
}
