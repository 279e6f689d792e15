using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Holdfast.Platform.Identity;

namespace Holdfast.Tests.Platform;

/// <summary>What a stranger could tell two requests apart by.</summary>
internal static class TestStatements
{
    /// <summary>The answer to a request, what it asked of the database, and which Argon2id it cost.</summary>
    public static Task<(Answer Answer, IReadOnlyList<string> Statements)> OfAsync(TestBrowser browser, string path, object body) =>
        OfAsync(browser, new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) });

    /// <inheritdoc cref="OfAsync(TestBrowser, string, object)"/>
    public static async Task<(Answer Answer, IReadOnlyList<string> Statements)> OfAsync(TestBrowser browser, HttpRequestMessage request)
    {
        var trace = ActivityTraceId.CreateRandom();
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore" || source == Sodium.Spans,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId != trace || activity.Source.Name == "Microsoft.AspNetCore")
                    return;
                var statement = $"{activity.DisplayName} {activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")}".TrimEnd();
                // Whether a connection is new says how busy the server was, and whether a session is read anew when it was read before.
                if (!statement.StartsWith("CONNECT", StringComparison.Ordinal) && !statement.Contains("SET ROLE", StringComparison.Ordinal)
                    && !statement.Contains("FROM identity.sessions s JOIN", StringComparison.Ordinal))
                    statements.Enqueue(statement);
            },
        };
        ActivitySource.AddActivityListener(listener);
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        return (await browser.SendAsync(request), [.. statements]);
    }

    /// <summary>Which Argon2id it cost, as memory in KiB and passes.</summary>
    public static IReadOnlyList<(long KiB, long Passes)> HashesOf(IReadOnlyList<string> statements) =>
        [.. statements.Where(statement => statement.StartsWith("argon2id ", StringComparison.Ordinal)).Select(statement => statement.Split(' ')).Select(words => (Parse(words[1]), Parse(words[2])))];

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);

    /// <summary>The headers of an answer, but for the time, for what the caller himself has left to ask, and for what is random.</summary>
    public static IEnumerable<string> Headers(Answer answer) => answer.Message.Headers.Concat(answer.Message.Content.Headers)
        .Where(header => header.Key is not ("Date" or "RateLimit"))
        .Select(header => header.Key == CsrfTokens.Header ? header.Key : $"{header.Key}: {string.Join(',', header.Value)}");
}
