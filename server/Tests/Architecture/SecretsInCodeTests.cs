using System.Text.RegularExpressions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Architecture;

/// <summary>Nothing that opens anything stands in the sources of the product: no key, and no text that looks as random as one.</summary>
public sealed partial class SecretsInCodeTests
{
    /// <summary>Sources of the product by their folders; what others made, and the attacks on the product, are not among them.</summary>
    private static readonly string[] Product = ["server/Engine", "server/Platform", "server/Apps", "server/Host", "web/src", "bin"];

    /// <summary>What looks like a secret and is none.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        // The hash of a known text, by which the start sees whether Argon2id works; letters to choose from; rows of a keyboard; a form.
        "lZOtorF1sALbkQysgiXCg1wlVMaOYpRe8J6OFkl0QTk", "abcdefghjkmnpqrstuvwxyz23456789", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "://user:password@",
    };

    [Fact]
    [Trait("asvs", "13.3.1")]
    public void Sources_hold_no_secret()
    {
        var sources = Product.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => !NotOurs().IsMatch(Path.GetRelativePath(Repository.Root, file)))
            .ToArray();
        Assert.True(sources.Length > 500, $"Only {sources.Length} files were read.");
        Assert.Empty(sources.SelectMany(file => Secrets(File.ReadAllText(file))).Except(Harmless, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("-----BEGIN EC PRIVATE KEY-----")]
    [InlineData("var token = \"hf_9f8A7cQ2vXr4Tn6LbK1mZ0pYw3sDeG5h\";")]
    [InlineData("key: 4fd0c2b7a91e36885d20f7c4ab13e96d")]
    [InlineData("postgres://holdfast:s3cret@db/holdfast")]
    public void A_secret_is_found(string source) => Assert.NotEmpty(Secrets(source));

    private static IEnumerable<string> Secrets(string source) =>
        PlainlySecret().Matches(source).Select(match => match.Value)
            .Concat(MaybeRandom().Matches(source).Select(match => match.Value).Where(IsRandom));

    /// <summary>Words have few digits, and numbers few letters.</summary>
    private static bool IsRandom(string text) => text.Count(char.IsAsciiDigit) >= 4 && text.Count(char.IsAsciiLetter) >= 4 && text.Distinct().Count() >= 12;

    [GeneratedRegex("^bin/lib/attack/|[/\\\\](bin|obj)[/\\\\]|[/\\\\]packages?[.-]lock\\.json$|\\.(png|woff2|ico|zip|gz|txt)$")]
    private static partial Regex NotOurs();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY|://[a-z]+:[A-Za-z0-9]+@")]
    private static partial Regex PlainlySecret();

    [GeneratedRegex("[A-Za-z0-9+_=]{24,}")]
    private static partial Regex MaybeRandom();
}
