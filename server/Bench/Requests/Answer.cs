using System.Net;
using System.Text.Json;

namespace Holdfast.Bench.Requests;

/// <summary>What a server said.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, IReadOnlyList<string> Cookies, string? CsrfToken, TimeSpan? RetryAfter)
{
    internal JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The cookie of this name, as it is sent back.</summary>
    internal string Cookie(string name) => Cookies.Single(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal)).Split(';')[0];

    /// <summary>What is answered otherwise was not measured.</summary>
    internal Answer Expect(HttpStatusCode status, string what) =>
        Status == status ? this : throw new BenchException($"{what} is answered by {(int)Status} in place of {(int)status}: {Text}");
}
