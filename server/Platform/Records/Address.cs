using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>What stands behind the <c>?</c> of an address, read strictly: a misspelt filter must not become no filter.</summary>
internal static class Address
{
    /// <returns>What is unknown or said twice, or null.</returns>
    internal static Failure? Read(HttpRequest request, IReadOnlyList<string> known, out Dictionary<string, string> values)
    {
        values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, given) in request.Query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return FieldFailures.Unknown.With(
                    $"This address takes {(known.Count == 0 ? "nothing" : string.Join(", ", known))} behind the question mark.",
                    name.Length <= 60 && name.All(char.IsAsciiLetterOrDigit) ? name : null);
            }

            if (given.Count != 1)
                return FieldFailures.TooMany.With($"'{name}' is given more than once.", name, ("max", 1));
            values[name] = given[0] ?? "";
        }

        return null;
    }
}
