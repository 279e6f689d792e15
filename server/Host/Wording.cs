namespace Holdfast.Host;

/// <summary>Numbers in sentences for operators.</summary>
internal static class Wording
{
    /// <summary>Such as <c>1 entry</c> and <c>2 entries</c>.</summary>
    public static string Count(long number, string one, string many) => $"{number} {(number == 1 ? one : many)}";

    /// <summary>In the unit that a person would say it in.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 2 } => Count((long)age.TotalSeconds, "second", "seconds"),
        { TotalHours: < 2 } => Count((long)age.TotalMinutes, "minute", "minutes"),
        { TotalDays: < 2 } => Count((long)age.TotalHours, "hour", "hours"),
        _ => Count((long)age.TotalDays, "day", "days"),
    };
}
