using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Holdfast.Platform.Mail;

/// <summary>A mail as a person reads it.</summary>
internal sealed record Rendered(string Subject, string Text, string Html);

/// <summary>Makes mails of the words in <c>Templates/</c>, each as text and as HTML that loads nothing from anywhere.</summary>
internal static partial class MailTexts
{
    internal static readonly string[] Languages = ["en", "de", "sq", "ar"];

    private static readonly string Layout = Read("layout.html");

    private static readonly FrozenDictionary<string, Dictionary<string, string>> Words = Languages.ToFrozenDictionary(
        language => language, language => JsonSerializer.Deserialize<Dictionary<string, string>>(Read($"{language}.json"))!, StringComparer.Ordinal);

    /// <summary>The words of a language by key: <c>template.part</c>, as in the browser's texts.</summary>
    internal static IReadOnlyDictionary<string, string> Of(string language) => Words[Closest(language)];

    /// <summary>A span of time in words: in hours where it is some whole ones, else in minutes.</summary>
    internal static string Span(string language, TimeSpan span)
    {
        var inHours = span.TotalHours >= 3 && span.TotalMinutes % 60 == 0;
        var count = (int)(inHours ? span.TotalHours : span.TotalMinutes);
        var key = $"span.{(inHours ? "hours" : "minutes")}{(count <= 10 ? "Few" : "")}";
        return Of(language)[key].Replace("{count}", count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>A time in the reader's zone and in the order of his language.</summary>
    internal static string Time(string language, string? zone, DateTime at)
    {
        var (there, place) = There(zone, at);
        return Fill(Of(language)["time"], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["date"] = Date(language, zone, at),
            ["time"] = there.ToString("HH:mm", CultureInfo.InvariantCulture),
            ["zone"] = place.Id,
        });
    }

    /// <summary>The day alone, the same way.</summary>
    internal static string Date(string language, string? zone, DateTime at) => There(zone, at).Time.ToString(Of(language)["time.date"], CultureInfo.InvariantCulture);

    private static (DateTime Time, TimeZoneInfo Place) There(string? zone, DateTime at)
    {
        var place = zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Local;
        return (TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(at, DateTimeKind.Utc), place), place);
    }

    /// <param name="message">What to say.</param>
    /// <param name="link">Where its button leads; null where it has none.</param>
    /// <param name="site">The public address.</param>
    internal static Rendered Render(Message message, Uri? link, Uri site)
    {
        var words = Of(message.Language);
        var isRightToLeft = Closest(message.Language) == "ar";
        var holes = new Dictionary<string, string>(message.Values, StringComparer.Ordinal) { ["site"] = site.Authority };
        var paragraphs = words[$"{message.Template}.lead"].Split("\n\n");
        var note = words.GetValueOrDefault($"{message.Template}.note");
        var subject = Plain(words[$"{message.Template}.subject"]);

        var text = string.Join("\n\n",
        [
            .. paragraphs.Select(Plain),
            .. link is null ? [] : new[] { $"{words[$"{message.Template}.button"]}:\n{link}" },
            .. note is null ? [] : new[] { Plain(note) },
            $"-- \n{Plain(words["mail.footer"])}",
        ]);
        var html = Fill(Layout, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["language"] = Closest(message.Language),
            ["direction"] = isRightToLeft ? "rtl" : "ltr",
            ["subject"] = WebUtility.HtmlEncode(subject),
            ["paragraphs"] = string.Concat(paragraphs.Select(paragraph => $"<p class=\"p\">{Marked(paragraph)}</p>")),
            ["link"] = link is null ? "" : $"""
                <p class="b"><a class="a" href="{WebUtility.HtmlEncode(link.ToString())}">{WebUtility.HtmlEncode(words[$"{message.Template}.button"])}</a></p>
                <p class="s">{Marked(words["mail.orOpen"])}<br><span class="u" dir="ltr">{WebUtility.HtmlEncode(link.ToString())}</span></p>
                """,
            ["note"] = note is null ? "" : $"<p class=\"s\">{Marked(note)}</p>",
            ["footer"] = Marked(words["mail.footer"]),
        });
        return new Rendered(subject, text, html);

        // A name in another script, or with brackets at its end, must not turn the sentence around it.
        string Plain(string words) => Fill(words, holes, value => isRightToLeft ? $"\u2068{OneLine(value)}\u2069" : OneLine(value));

        string Marked(string words) => Fill(WebUtility.HtmlEncode(words), holes, value => $"<bdi>{WebUtility.HtmlEncode(OneLine(value))}</bdi>");
    }

    private static string Fill(string words, Dictionary<string, string> holes, Func<string, string>? show = null) => Hole().Replace(words, hole =>
        holes.TryGetValue(hole.Groups["name"].Value, out var value)
            ? show is null ? value : show(value)
            : throw new KeyNotFoundException($"The mail needs the value '{hole.Groups["name"].Value}'."));

    /// <summary>What comes from outside stays in its line: in a subject, a line break would begin a header.</summary>
    private static string OneLine(string value) => Breaks().Replace(value, " ");

    private static string Closest(string language) =>
        Languages.FirstOrDefault(known => known.Equals(language.Split('-')[0], StringComparison.OrdinalIgnoreCase)) ?? Languages[0];

    private static string Read(string file)
    {
        using var stream = typeof(MailTexts).Assembly.GetManifestResourceStream($"Holdfast.Platform.Mail.Templates.{file}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hole();

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Breaks();
}
