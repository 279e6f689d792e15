using System.Globalization;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Holdfast.Platform.Records;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Security;

/// <summary>Reads which events one asks for from what stands behind the <c>?</c>: <c>name, user, from, to, after, limit</c>.</summary>
internal static class EventsAddress
{
    private static readonly string[] Page = ["name", "user", "from", "to", "after", "limit"];
    private static readonly string[] File = ["name", "user", "from", "to", "format"];

    internal static Failure? ReadPage(HttpRequest request, out EventFilter filter) => Read(request, Page, out filter, out _);

    /// <param name="request">The request.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="format"><c>csv</c> or <c>json</c>.</param>
    internal static Failure? ReadFile(HttpRequest request, out EventFilter filter, out string format)
    {
        var failure = Read(request, File, out filter, out var asked);
        format = asked.GetValueOrDefault("format", "csv");
        filter = filter with { Limit = EventReader.MaxLimit };
        return failure ?? (format is "csv" or "json" ? null : FieldFailures.NotAllowed.With("'format' takes one of: csv, json.", "format", ("allowed", "csv, json")));
    }

    /// <param name="request">The request.</param>
    /// <param name="byHour">Or by the day.</param>
    internal static Failure? ReadUnit(HttpRequest request, out bool byHour)
    {
        var failure = Address.Read(request, ["by"], out var asked);
        byHour = asked.GetValueOrDefault("by", "day") == "hour";
        return failure ?? (byHour || asked.GetValueOrDefault("by", "day") == "day" ? null : FieldFailures.NotAllowed.With("'by' takes one of: hour, day.", "by", ("allowed", "hour, day")));
    }

    private static Failure? Read(HttpRequest request, string[] known, out EventFilter filter, out Dictionary<string, string> asked)
    {
        filter = new EventFilter();
        if (Address.Read(request, known, out asked) is { } unknown)
            return unknown;
        Guid? user = null, after = null;
        DateTimeOffset? from = null, to = null;
        if (asked.TryGetValue("name", out var name) && !SecurityEventNames.All.Contains(name))
        {
            var allowed = string.Join(", ", SecurityEventNames.All);
            return FieldFailures.NotAllowed.With($"'name' takes one of: {allowed}.", "name", ("allowed", allowed));
        }

        if ((Id(asked, "user", ref user) ?? Id(asked, "after", ref after) ?? Time(asked, "from", ref from) ?? Time(asked, "to", ref to)) is { } failure)
            return failure;
        var limit = EventReader.DefaultLimit;
        if (asked.TryGetValue("limit", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > EventReader.MaxLimit))
            return FieldFailures.OutOfRange.With($"'limit' takes 1 to {EventReader.MaxLimit}.", "limit", ("min", 1), ("max", EventReader.MaxLimit));
        filter = new EventFilter { Name = name, User = user, From = from, To = to, After = after, Limit = limit };
        return null;
    }

    private static Failure? Id(Dictionary<string, string> asked, string name, ref Guid? id)
    {
        if (!asked.TryGetValue(name, out var text))
            return null;
        id = Guid.TryParseExact(text, "D", out var read) ? read : null;
        return id is null ? FieldFailures.Malformed.With($"'{name}' takes a UUID.", name, ("format", "uuid")) : null;
    }

    private static Failure? Time(Dictionary<string, string> asked, string name, ref DateTimeOffset? time)
    {
        if (!asked.TryGetValue(name, out var text))
            return null;
        time = DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read) ? read : null;
        return time is null ? FieldFailures.Malformed.With($"'{name}' takes a time such as 2026-11-22T09:30:00Z, or a day.", name, ("format", "time")) : null;
    }
}
