using System.Collections.Concurrent;

namespace Holdfast.Bench.Requests;

/// <summary>
/// One of many who ask. Behind the proxy that he comes through he has a neighbourhood of 254 addresses, which he takes in turns:
/// limits by address count him as so many, and his session stays in one place.
/// </summary>
/// <param name="neighbourhood">The first three numbers of his addresses.</param>
internal sealed class Caller(string neighbourhood)
{
    private int _asked;

    /// <summary>What he is signed in by.</summary>
    internal string? Cookie { get; set; }

    /// <summary>What his next change bears.</summary>
    internal string? CsrfToken { get; set; }

    /// <summary>The tokens of the forms that he has open, by where they are sent.</summary>
    internal ConcurrentDictionary<string, string> Forms { get; } = new(StringComparer.Ordinal);

    /// <summary>What he has opened them by.</summary>
    internal string? FormCookie { get; set; }

    internal static Caller Of(int number) => new($"10.{number >> 8}.{number & 255}");

    internal string NextAddress() => $"{neighbourhood}.{1 + (Interlocked.Increment(ref _asked) % 254)}";
}
