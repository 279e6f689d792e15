using System.Text.RegularExpressions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>
/// What <c>docs/en/add-a-record-type.md</c> has people write is compiled and run here, under another name: whoever follows the
/// page to the letter has the one that it uses for himself.
/// </summary>
public sealed partial class RecordTypePageTests
{
    private static readonly string Page = Read("docs/en/add-a-record-type.md");

    [Theory]
    [InlineData("csharp", "using Holdfast.Apps", "Apps/Solo/Bids/Bid.cs")]
    [InlineData("csharp", "using Holdfast.Engine.Failures", "Apps/Solo/Bids/BidRules.cs")]
    [InlineData("csharp", "using System.Net", "Apps/Solo/BidTests.cs")]
    [InlineData("sql", "SELECT", "Migrations/0005_bids.sql")]
    public void The_page_prints_what_is_tested(string language, string begins, string file)
    {
        var printed = Blocks(language).Single(block => block.StartsWith(begins, StringComparison.Ordinal));
        Assert.Equal(Read($"server/Tests/{file}"), Renamed(printed));
    }

    [Theory]
    [InlineData("services.", "Apps/Solo/Bids/BidModule.cs")]
    [InlineData("[\"solo.", "Apps/Solo/RuleTableTests.cs")]
    public void The_page_prints_the_lines_that_are_tested(string begins, string file)
    {
        var printed = Blocks("csharp").Single(block => block.StartsWith(begins, StringComparison.Ordinal));
        Assert.Contains(Renamed(printed), Read($"server/Tests/{file}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_the_page_prints_is_left_out() => Assert.Equal((5, 1), (Blocks("csharp").Count, Blocks("sql").Count));

    private static List<string> Blocks(string language) => [.. Block().Matches(Page).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    private static string Renamed(string text) => text.Replace("Quote", "Bid", StringComparison.Ordinal).Replace("quote", "bid", StringComparison.Ordinal);

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Block();
}
