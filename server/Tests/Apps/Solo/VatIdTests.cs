using Holdfast.Apps.Solo.Customers;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>The forms of VAT ids; the browser has them from <c>contract/vatIds.json</c>.</summary>
public sealed class VatIdTests
{
    public static TheoryData<string> Examples { get; } = [.. VatId.Examples];

    public static TheoryData<string> Checked { get; } = [.. VatId.Checked];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_example_of_each_country_is_sound(string example) => Assert.Null(VatId.Fault(example));

    [Theory]
    [MemberData(nameof(Checked))]
    public void No_check_digit_but_one_fits(string example)
    {
        var last = example.TrimEnd([.. "MVATWSI"]).Length - 1;
        // Of a Swedish one the last two digits are always 01.
        last -= example.StartsWith("SE", StringComparison.Ordinal) ? 2 : 0;
        var sound = "0123456789".Count(digit => VatId.Fault(example[..last] + digit + example[(last + 1)..]) is null);
        // The key of a French one stands before its number, so another number may fit.
        Assert.Equal(1, sound);
    }

    [Theory]
    [InlineData("136695976", "begins with the two letters")]
    [InlineData("de136695976", "Write it in capitals and without signs in between: DE136695976.")]
    [InlineData("DE 136 695 976", "Write it in capitals and without signs in between: DE136695976.")]
    [InlineData("ATU1358562", "looks like ATU13585627")]
    [InlineData("FR41303265045", "check digit")]
    [InlineData("SE123456789702", "looks like SE123456789701")]
    public void What_is_wrong_is_said(string text, string said) => Assert.Contains(said, VatId.Fault(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("IN27AAPFU0939F1ZV")]
    [InlineData("FRK7399859412")]
    [InlineData("GBGD001")]
    [InlineData("HR33392005961")]
    public void What_nobody_here_can_check_is_taken(string text) => Assert.Null(VatId.Fault(text));
}
