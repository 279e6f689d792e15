using System.Globalization;
using System.Text;

namespace Holdfast.Engine.Records;

/// <summary>
/// Unicode normalisation form C (UAX 15): one spelling for text that looks the same, however a keyboard made it.
/// Done here because the process runs without ICU, where <see cref="string.Normalize()"/> silently changes nothing.
/// </summary>
public static class Nfc
{
    private const int HangulFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailFirst = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28;

    private static readonly Dictionary<int, int[]> Parts = [];
    private static readonly Dictionary<(int, int), int> Wholes = [];
    private static readonly Dictionary<int, int> Classes = [];

    static Nfc()
    {
        using var reader = new StreamReader(typeof(Nfc).Assembly.GetManifestResourceStream(typeof(Nfc), "Text.canonical.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                Learn(line);
        }
    }

    /// <param name="text">Well-formed UTF-16.</param>
    /// <returns>The same instance where nothing changes.</returns>
    public static string Of(string text)
    {
        // Nothing below U+0300 decomposes into anything that would not compose to itself.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
            return text;
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, points);
        Order(points);
        Compose(points);
        var result = new StringBuilder(text.Length);
        foreach (var point in points)
            result.Append(new Rune(point));
        return result.ToString();
    }

    private static void Learn(string line)
    {
        if (line.IndexOfAny(['=', '>']) is var sign && sign < 0)
        {
            var range = line.Split('-', ' ');
            for (var point = Hex(range[0]); point <= Hex(range[1]); point++)
                Classes[point] = int.Parse(range[2], CultureInfo.InvariantCulture);
            return;
        }

        var whole = Hex(line[..sign]);
        var parts = Array.ConvertAll(line[(sign + 1)..].Split('+'), Hex);
        Parts[whole] = parts;
        if (line[sign] == '=')
            Wholes[(parts[0], parts[1])] = whole;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static void Decompose(int point, List<int> into)
    {
        var hangul = point - HangulFirst;
        if (hangul is >= 0 and < Leads * Vowels * Trails)
        {
            into.Add(LeadFirst + (hangul / (Vowels * Trails)));
            into.Add(VowelFirst + (hangul / Trails % Vowels));
            if (hangul % Trails != 0)
                into.Add(TrailFirst + (hangul % Trails));
        }
        else if (Parts.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
                Decompose(part, into);
        }
        else
        {
            into.Add(point);
        }
    }

    private static void Order(List<int> points)
    {
        for (var start = 0; start < points.Count; start++)
        {
            var end = start;
            while (end < points.Count && ClassOf(points[end]) != 0)
                end++;
            if (end - start < 2)
                continue;
            var sorted = points[start..end].OrderBy(ClassOf).ToList();
            for (var i = 0; i < sorted.Count; i++)
                points[start + i] = sorted[i];
            start = end;
        }
    }

    private static void Compose(List<int> points)
    {
        int starter = -1, kept = 0, lastClass = 0;
        foreach (var point in points.ToArray())
        {
            var pointClass = ClassOf(point);
            var blocked = kept - starter > 1 && (lastClass == 0 || lastClass >= pointClass);
            if (starter >= 0 && !blocked && Pair(points[starter], point) is { } whole)
            {
                points[starter] = whole;
                continue;
            }

            if (pointClass == 0)
                starter = kept;
            lastClass = pointClass;
            points[kept++] = point;
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        var lead = first - LeadFirst;
        var vowel = second - VowelFirst;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
            return HangulFirst + (((lead * Vowels) + vowel) * Trails);
        var syllable = first - HangulFirst;
        var trail = second - TrailFirst;
        if (syllable is >= 0 and < Leads * Vowels * Trails && syllable % Trails == 0 && trail is > 0 and < Trails)
            return first + trail;
        return Wholes.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private static int ClassOf(int point) => Classes.GetValueOrDefault(point);
}
