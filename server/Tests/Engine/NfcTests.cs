using System.Text;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine;

/// <summary>PostgreSQL, whose tables were made by others, says what is right.</summary>
public sealed class NfcTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // Planes 0 and 1 as far as Unicode 15 knows both of them, without surrogates, NUL and private use.
    private static readonly int[] Points = [.. Enumerable.Range(1, 0xFFFF).Concat(Enumerable.Range(0x1D100, 0x200)).Where(p => p is < 0xD800 or > 0xF8FF)];

    [Fact]
    public async Task Every_character_is_spelt_as_PostgreSQL_spells_it() => await AssertSameAsync([.. Points.Select(Text)]);

    [Fact]
    public async Task Random_heaps_of_letters_and_marks_are_spelt_as_PostgreSQL_spells_them()
    {
        string alphabet = "aAeEoOuUiIyYnNcCsSdDıĳǆ\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030c\u0316\u031b\u0323\u0327\u0328\u0331\u0338\u0342\u0345"
            + "αωΩΑἀ\u0313\u0314اويهآ\u0653\u0654\u0655\u064bкиЙ\u0438अक\u093c\u094dন\u09be\u09c7\u09d7\u1100\u1112\u1161\u1175\u11a8\u11c2가각힣\u3099か\u0f71\u0f72\u0f74\u0f80שּׁ\u05b0\u05c1\u05bc";
        var letters = alphabet.EnumerateRunes().Append(new Rune(0x1D157)).Append(new Rune(0x1D165)).ToArray();
        var random = new Random(20_261_121);
        var heaps = Enumerable.Range(0, 20_000)
            .Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => letters[random.Next(letters.Length)].ToString())))
            .ToArray();
        await AssertSameAsync(heaps);
    }

    [Fact]
    public void Plain_text_is_given_back_as_it_is()
    {
        const string Plain = "Grüße aus Łódź, ça va?";
        Assert.Same(Plain, Nfc.Of(Plain));
    }

    private async Task AssertSameAsync(string[] texts)
    {
        await using var db = new Db(database.ConnectionString);
        var expected = await db.Instance.QueryAsync<Row>($"SELECT normalize(t, NFC) AS text FROM unnest({texts}) WITH ORDINALITY AS x(t, n) ORDER BY n");
        Assert.Equal(expected.Select(row => row.Text), texts.Select(Nfc.Of));
    }

    private sealed record Row(string Text);

    private static string Text(int point) => new Rune(point).ToString();
}
