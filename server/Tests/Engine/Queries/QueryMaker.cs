namespace Holdfast.Tests.Engine.Queries;

/// <summary>
/// Makes records and queries at random. A query is made together with what it means, by code that knows nothing of the
/// product's: as text, and as a test of a record in memory.
/// </summary>
internal sealed class QueryMaker(Random random)
{
    /// <summary>What texts are made of, each with how it reads without case and accents.</summary>
    private static readonly (string Text, string Folded)[] Pieces =
    [
        ("a", "a"), ("A", "a"), ("b", "b"), ("ä", "a"), ("Ä", "a"), ("e\u0301", "e"), ("É", "e"), ("ß", "ss"), ("s", "s"), ("Ø", "o"), ("ł", "l"),
        ("İ", "i"), ("ı", "i"), ("Σ", "σ"), ("ς", "σ"), ("Й", "и"), ("ж", "ж"), ("Ж", "ж"), ("æ", "ae"), ("שׁ", "ש"), ("ש", "ש"), ("أ", "ا"),
        ("ا\u064e", "ا"), ("\u200f", "\u200f"), ("한", "\u1112\u1161\u11ab"), ("하", "\u1112\u1161"), ("👍", "👍"), ("%", "%"), ("_", "_"),
        ("\\", "\\"), ("'", "'"), ("\"", "\""), (" ", " "), (":", ":"), (",", ","), ("(", "("), (")", ")"), ("-", "-"), ("..", ".."), ("or", "or"),
        ("empty", "empty"), ("0", "0"), ("&", "&"), ("*", "*"),
    ];

    private static readonly string[] Choices = ["new", "open", "closed"];
    private static readonly Guid[] People = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];

    // Texts in memory are found by their pieces, so that no second way to fold is needed.
    private static readonly Dictionary<string, string> Folded = new(StringComparer.Ordinal) { ["a"] = "a" };

    internal static DateTimeOffset Now { get; } = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    internal static Guid Me => People[0];

    private static DateTimeOffset Today => new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    internal Thing NewThing(long version) => new()
    {
        Id = Guid.CreateVersion7(),
        Version = version,
        CreatedAt = Now.AddMinutes(-random.Next(60 * 24 * 30)),
        CreatedBy = Maybe(People[random.Next(People.Length)]),
        UpdatedAt = Now,
        Name = NewText(6),
        Nick = random.Next(3) == 0 ? null : NewText(3),
        Status = random.Next(4) == 0 ? null : Choices[random.Next(Choices.Length)],
        Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => NewText(2)).Distinct(StringComparer.Ordinal)],
        Owner = Maybe(People[random.Next(People.Length)]),
        Rate = random.Next(2) == 0 ? null : NewText(2),
    };

    internal (string Text, Func<Thing, bool> Holds) NewQuery(int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
            return NewTerm();
        var (left, right) = (NewQuery(depth - 1), NewQuery(depth - 1));
        return random.Next(3) switch
        {
            0 => ($"-({left.Text})", thing => !left.Holds(thing)),
            1 => ($"({left.Text} {right.Text})", thing => left.Holds(thing) && right.Holds(thing)),
            _ => ($"({left.Text} {(random.Next(2) == 0 ? "or" : "OR")} {right.Text})", thing => left.Holds(thing) || right.Holds(thing)),
        };
    }

    private (string Text, Func<Thing, bool> Holds) NewTerm()
    {
        var text = NewText(2);
        var choice = Choices[random.Next(Choices.Length)];
        var person = People[random.Next(People.Length)];
        var (low, high) = (random.Next(1, 200), random.Next(200, 400));
        var days = random.Next(1, 30);
        var day = Today.AddDays(-days);
        (string, Func<Thing, bool>) term = random.Next(18) switch
        {
            0 or 1 or 2 => (Quoted(text), thing => Texts(thing).Any(value => Finds(value, text))),
            3 => ($"name:{Quoted(text)}", thing => Finds(thing.Name, text)),
            4 => ($"nick:{Quoted(text)},{Quoted("a")}", thing => Finds(thing.Nick, text) || Finds(thing.Nick, "a")),
            5 => ("nick:empty", thing => thing.Nick is null),
            6 => ($"-nick:{Quoted(text)}", thing => !Finds(thing.Nick, text)),
            7 => ($"Status:{choice},NEW", thing => thing.Status == choice || thing.Status == "new"),
            8 => ($"-status:{choice}", thing => thing.Status != choice),
            9 => ($"status:empty,{choice}", thing => thing.Status is null || thing.Status == choice),
            10 => ($"tags:{Quoted(text)}", thing => thing.Tags.Any(tag => Fold(tag) == Fold(text))),
            11 => ("-tags:empty", thing => thing.Tags.Count > 0),
            12 => ($"owner:{person}", thing => thing.Owner == person),
            13 => ("-createdBy:me", thing => thing.CreatedBy != Me),
            14 => ($"version:{low}..{high}", thing => thing.Version >= low && thing.Version <= high),
            15 => ($"(-version>{low} or version:{high},{low})", thing => thing.Version <= low || thing.Version == high),
            16 => ($"created>-{days}d", thing => thing.CreatedAt >= day.AddDays(1)),
            _ => ($"created:{day:yyyy-MM-dd}..today", thing => thing.CreatedAt >= day && thing.CreatedAt < Today.AddDays(1)),
        };
        return term;
    }

    private static IEnumerable<string?> Texts(Thing thing) => [thing.Name, thing.Nick, thing.Rate, .. thing.Tags];

    private static bool Finds(string? value, string text) => value is not null && Fold(value).Contains(Fold(text), StringComparison.Ordinal);

    private static string Fold(string text) => Folded[text];

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private T? Maybe<T>(T value)
        where T : struct => random.Next(4) == 0 ? null : value;

    private string NewText(int most)
    {
        var pieces = Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => Pieces[random.Next(Pieces.Length)]).ToArray();
        var text = string.Concat(pieces.Select(piece => piece.Text));
        Folded[text] = string.Concat(pieces.Select(piece => piece.Folded));
        return text;
    }
}
