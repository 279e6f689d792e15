using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>A mail as it lies in the folder of <c>--mail</c>.</summary>
/// <param name="Head">Everything before the first part.</param>
/// <param name="Text">The part in plain text.</param>
/// <param name="Html">The part in HTML.</param>
internal sealed record Mailed(string Head, string Text, string Html)
{
    /// <summary>What stands behind the # of its link.</summary>
    public string Token => Link.Split('#')[1];

    public string Link => Regex.Match(Text, @"^https?://\S+$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Value;

    /// <summary>The value of a header, its encoded words read.</summary>
    public string Header(string name)
    {
        var line = Regex.Match(Head.Replace("\n ", " ", StringComparison.Ordinal), $"^{name}: (?<value>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["value"].Value;
        return Regex.Replace(
            Regex.Replace(line, @"\?=\s+=\?", "?==?", RegexOptions.None, TimeSpan.FromSeconds(1)), @"=\?utf-8\?B\?(?<word>[^?]*)\?=",
            word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups["word"].Value)), RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
    }

    public static Mailed Read(string raw)
    {
        raw = raw.Replace("\r\n", "\n", StringComparison.Ordinal);
        return new Mailed(raw[..raw.IndexOf("\n\n", StringComparison.Ordinal)], Part("text/plain"), Part("text/html"));

        string Part(string kind)
        {
            var part = raw[raw.IndexOf($"Content-Type: {kind}", StringComparison.OrdinalIgnoreCase)..];
            var body = part[(part.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
            return Encoding.UTF8.GetString(Convert.FromBase64String(body[..body.IndexOf("\n--", StringComparison.Ordinal)]));
        }
    }
}

/// <summary>The folder of <c>--mail</c>.</summary>
internal sealed class TestMail(string folder)
{
    private const string Verifies = "/address/verify#";

    /// <summary>What was sent to an address so far, in order; without the mail that everybody gets who signs up with it.</summary>
    public IReadOnlyList<Mailed> To(string address) => [.. AllTo(address).Where(mail => !mail.Link.Contains(Verifies, StringComparison.Ordinal))];

    /// <summary>The mails by which it shows that it is its person's.</summary>
    public IReadOnlyList<Mailed> VerificationsOf(string address) => [.. AllTo(address).Where(mail => mail.Link.Contains(Verifies, StringComparison.Ordinal))];

    /// <summary>Waits for the mail of this number, from 1, to an address.</summary>
    public Task<Mailed> NextAsync(string address, int number = 1) => NextAsync(To, address, number);

    /// <summary>Waits for the one of this number by which it shows that it is its person's.</summary>
    public Task<Mailed> VerificationAsync(string address, int number = 1) => NextAsync(VerificationsOf, address, number);

    private static async Task<Mailed> NextAsync(Func<string, IReadOnlyList<Mailed>> list, string address, int number)
    {
        await Eventually.HoldsAsync($"mail {number} to {address}", () => list(address).Count >= number);
        var mails = list(address);
        Assert.Equal(number, mails.Count);
        return mails[^1];
    }

    private IEnumerable<Mailed> AllTo(string address) => !Directory.Exists(folder) ? [] :
        Directory.EnumerateFiles(folder, "*.eml").Order(StringComparer.Ordinal).Select(file => Mailed.Read(File.ReadAllText(file)))
            .Where(mail => mail.Header("To").Contains(address, StringComparison.OrdinalIgnoreCase));
}
